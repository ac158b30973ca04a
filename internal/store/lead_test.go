package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"tickler"
	"tickler/internal/composed"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

var exceptAutoID = cmpopts.IgnoreFields(tickler.Lead{}, "AutoID")

func TestLeadComesBackAsCreated(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		l := plainLead(newID(), "Ravi@Example.com", "+91 80-1234")
		l.Attributes = []tickler.LeadAttribute{ // their order and even equal names are kept
			{Name: "mx_Zip", Value: "5600\u200b01"}, {Name: "Company", Value: `"A" & <B>`}, {Name: "mx_Zip", Value: ""},
		}
		noError(t, s.CreateLead(t.Context(), l))
		got, found, err := s.Lead(t.Context(), l.AccountID, l.ID)
		noError(t, err)
		equal(t, true, found)
		equal(t, l, got, exceptAutoID)
		if got.AutoID <= 0 {
			t.Errorf("AutoID is %d, want a positive number", got.AutoID)
		}

		_, found, err = s.Lead(t.Context(), newID(), l.ID)
		noError(t, err)
		equal(t, false, found)
	})
}

func TestLeadByEmail(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		l := plainLead(newID(), "Ravi@Example.com", "")
		noError(t, s.CreateLead(t.Context(), l))
		noError(t, s.CreateLead(t.Context(), plainLead(l.AccountID, "", "1")))
		got, found, err := s.LeadByEmail(t.Context(), l.AccountID, " rAVI@example.COM")
		noError(t, err)
		equal(t, true, found)
		equal(t, l, got, exceptAutoID)

		for _, unknown := range []struct {
			account tickler.ID
			email   string
		}{{newID(), l.Email}, {l.AccountID, "nobody@example.com"}, {l.AccountID, ""}} {
			_, found, err := s.LeadByEmail(t.Context(), unknown.account, unknown.email)
			noError(t, err)
			if found {
				t.Errorf("found a lead by %q, want none", unknown.email)
			}
		}
	})
}

// An e-mail address belongs to one lead, in whatever script its domain is written.
func TestALeadByAnotherSpellingOfTheDomain(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		joerg, ada := plainLead(account, "jörg@exämple.com", ""), plainLead(account, "ada@example.com", "")
		noError(t, s.CreateLead(t.Context(), joerg))
		noError(t, s.CreateLead(t.Context(), ada))
		for _, spelling := range []string{
			"jörg@exämple.com", "JÖRG@xn--exmple-cua.com", "jo\u0308rg@exa\u0308mple.com", "jörg@exämple．com",
		} {
			got, found, err := s.LeadByEmail(t.Context(), account, spelling)
			noError(t, err)
			equal(t, true, found)
			equal(t, joerg, got, exceptAutoID)
			search := tickler.LeadSearch{
				Condition: tickler.LeadCondition{Of: tickler.LeadPart{Column: tickler.LeadEmail}, Operator: tickler.LeadEquals, Value: spelling},
				Page:      tickler.Page{Limit: 2},
			}
			searched, err := s.Leads(t.Context(), account, search)
			noError(t, err)
			equal(t, []tickler.Lead{joerg}, searched, exceptAutoID)
			respelled := func(l tickler.Lead) (tickler.Lead, error) {
				l.Email = spelling
				return l, nil
			}
			wantKind(t, s.CreateLead(t.Context(), plainLead(account, spelling, "")), tickler.KindDuplicate)
			wantKind(t, s.ChangeLead(t.Context(), account, ada.ID, respelled), tickler.KindDuplicate)
			noError(t, s.ChangeLead(t.Context(), account, joerg.ID, respelled)) // its own
			joerg.Email = composed.Text(spelling)
		}
	})
}

// Before, each spelling of a domain had a key of its own. A lead that is stored so is found by every spelling, and no other lead
// can have its address.
func TestALeadThatWasStoredByASpellingOfItsDomain(t *testing.T) {
	spellings := []string{"joerg@exämple.com", "joerg@xn--exmple-cua.com", "joerg@exa\u0308mple.com"}
	storetest.RunAt(t, func(t *testing.T, location string) {
		s, database := storetest.Open(t, location), storetest.SQL(t, location)
		for _, stored := range spellings {
			account := newID()
			lead := plainLead(account, stored, "")
			noError(t, s.CreateLead(t.Context(), lead))
			storetest.Exec(t, database, `UPDATE lead SET email_key = '`+stored+`' WHERE email = '`+stored+`'`)
			for _, spelling := range spellings {
				got, found, err := s.LeadByEmail(t.Context(), account, spelling)
				noError(t, err)
				equal(t, true, found)
				equal(t, lead.ID, got.ID)
				wantKind(t, s.CreateLead(t.Context(), plainLead(account, spelling, "")), tickler.KindDuplicate)
			}
		}
	})
}

// Two leads could have one address then: each is found by its own spelling, and can be changed.
func TestLeadsOfTwoSpellingsOfADomain(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		native, coded := plainLead(account, "joerg@exämple.com", ""), plainLead(account, "joerg@xn--other.com", "")
		noError(t, s.CreateLead(t.Context(), coded))
		noError(t, s.CreateLead(t.Context(), native))
		coded.Email = "joerg@xn--exmple-cua.com"
		storetest.Exec(t, storetest.SQL(t, location),
			`UPDATE lead SET email = 'joerg@xn--exmple-cua.com', email_key = 'joerg@xn--exmple-cua.com' WHERE email = 'joerg@xn--other.com'`)
		for _, lead := range []tickler.Lead{native, coded} {
			noError(t, s.ChangeLead(t.Context(), account, lead.ID, func(l tickler.Lead) (tickler.Lead, error) {
				l.FirstName = "Jörg"
				return l, nil
			}))
			got, found, err := s.LeadByEmail(t.Context(), account, lead.Email)
			noError(t, err)
			equal(t, true, found)
			equal(t, lead.ID, got.ID)
			equal(t, "Jörg", got.FirstName)
		}
	})
}

// Conditions compare addresses as they are found, not as they are spelled.
func TestLeadsByConditionsOnAddresses(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		joerg := plainLead(account, "joerg@exämple.com", "")
		noError(t, s.CreateLead(t.Context(), joerg))
		for _, test := range []struct {
			operator tickler.LeadOperator
			value    string
			want     bool
		}{
			{tickler.LeadDiffers, "joerg@xn--exmple-cua.com", false},
			{tickler.LeadDiffers, "joerg@example.com", true},
			{tickler.LeadLike, "%@XN--EXMPLE-CUA.com", true},
			{tickler.LeadLike, "xn--exmple-cua.com", true},
			{tickler.LeadLike, "exa\u0308mple", true},
			{tickler.LeadLike, "xn--other-cua.com", false},
		} {
			found, err := s.Leads(t.Context(), account, tickler.LeadSearch{
				Condition: tickler.LeadCondition{Of: tickler.LeadPart{Column: tickler.LeadEmail}, Operator: test.operator, Value: test.value},
				Page:      tickler.Page{Limit: 2},
			})
			noError(t, err)
			if (len(found) == 1) != test.want {
				t.Errorf("%s %q finds %d leads", test.operator, test.value, len(found))
			}
		}
	})
}

// What was kept before texts were composed is read composed, so that it is found and changed by what is sent now. The second value
// would break JSON if that were composed: in it, a < is written with a c at its end.
func TestALeadIsReadComposed(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		lead := plainLead(newID(), "", "")
		lead.FirstName = "Rene\u0301"
		lead.Attributes = []tickler.LeadAttribute{{Name: "mx_Re\u0301gion", Value: "I\u0302le"}, {Name: "mx_Sign", Value: "<\u0327\n\u0301"}}
		noError(t, s.CreateLead(t.Context(), lead))
		got, found, err := s.Lead(t.Context(), lead.AccountID, lead.ID)
		noError(t, err)
		equal(t, true, found)
		lead.FirstName = "Ren\u00e9"
		lead.Attributes = []tickler.LeadAttribute{{Name: "mx_R\u00e9gion", Value: "\u00cele"}, {Name: "mx_Sign", Value: "<\u0327\n\u0301"}}
		equal(t, lead, got, exceptAutoID)
	})
}

func TestEmailAndPhoneOfALeadAreUniqueInAnAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		noError(t, s.CreateLead(t.Context(), plainLead(account, "ravi@example.com", "+91 (80) 1234")))
		for _, test := range []struct {
			account      tickler.ID
			email, phone string
			want         *tickler.Error // nil: accepted
		}{
			{account, "RAVI@example.com", "", tickler.Refuse(tickler.FactLeadEmailTaken, tickler.FieldEmail, nil)},
			{account, "", "+91-80-1234", tickler.Refuse(tickler.FactLeadPhoneTaken, tickler.FieldPhone, nil)},
			{account, "", "91801234", tickler.Refuse(tickler.FactLeadPhoneTaken, tickler.FieldPhone, nil)},
			{account, "", "91801235", nil},
			{account, "", "", nil},
			{account, "", "", nil},
			{newID(), "ravi@example.com", "+91 (80) 1234", nil},
		} {
			err := s.CreateLead(t.Context(), plainLead(test.account, test.email, test.phone))
			if test.want == nil {
				noError(t, err)
				continue
			}
			got, _ := errors.AsType[*tickler.Error](err)
			equal(t, test.want, got)
		}
	})
}

func TestOneOfManyEqualLeadsAtOnceIsMade(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		outcomes := make([]error, 16)
		var all sync.WaitGroup
		for i := range outcomes {
			all.Go(func() { outcomes[i] = s.CreateLead(t.Context(), plainLead(account, "ravi@example.com", "")) })
		}
		all.Wait()
		made := 0
		for _, err := range outcomes {
			if err == nil {
				made++
			} else {
				wantKind(t, err, tickler.KindDuplicate)
			}
		}
		equal(t, 1, made)
	})
}

// A phone number has many spellings: each of them finds the lead, and none creates another one.
func TestLeadByAPhoneNumberInAnySpelling(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		whole, mobile := plainLead(account, "", "+91-9000000001"), plainLead(account, "", "+44 20 7946 0000")
		mobile.Attributes = []tickler.LeadAttribute{{Name: "Mobile", Value: "+91-9000000002"}}
		local := plainLead(account, "", "4155550100")
		for _, lead := range []tickler.Lead{whole, mobile, local} {
			noError(t, s.CreateLead(t.Context(), lead))
		}
		for phone, want := range map[string]tickler.ID{
			"9000000001": whole.ID, "09000000001": whole.ID, "0091 9000000001": whole.ID, "٩٠٠٠٠٠٠٠٠١": whole.ID, "000-0001": {}, "+1 9000000001": {},
			"9000000002": mobile.ID, "+91 90000 00002": mobile.ID, "+1-415-555-0100": local.ID, "5550100": local.ID, "550100": {}, "": {}, "none": {},
		} {
			got, found, err := s.LeadByPhone(t.Context(), account, phone)
			noError(t, err)
			if found != !want.IsZero() || got.ID != want {
				t.Errorf("%q: found %t %s, want %s", phone, found, got.ID, want)
			}
			if found {
				wantKind(t, s.CreateLead(t.Context(), plainLead(account, "", phone)), tickler.KindDuplicate)
			}
		}
	})
}

// Of several leads that a number fits, the one whose digits are all the same is meant, else the one that was changed last.
// A number that people share can be the Mobile of each of them: it is no lead's alone, and keeps nobody's Phone from being put
// right. As a Phone it is one lead's.
func TestAMobileCanBeSomebodyElsesPhone(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		office := plainLead(account, "", "9000000001")
		noError(t, s.CreateLead(t.Context(), office))
		withMobile := func(l tickler.Lead) (tickler.Lead, error) {
			l.Attributes = []tickler.LeadAttribute{{Name: "Mobile", Value: "+91 90000 00001"}}
			return l, nil
		}
		made, _ := withMobile(plainLead(account, "", ""))
		noError(t, s.CreateLead(t.Context(), made))
		changed := plainLead(account, "", "9000000002")
		noError(t, s.CreateLead(t.Context(), changed))
		noError(t, s.ChangeLead(t.Context(), account, changed.ID, withMobile))

		found, _, err := s.LeadByPhone(t.Context(), account, "9000000001")
		noError(t, err)
		equal(t, office.ID, found.ID) // whose Phone has all the digits, though others were changed last
		as := func(phone string) func(tickler.Lead) (tickler.Lead, error) {
			return func(l tickler.Lead) (tickler.Lead, error) {
				l.Phone = phone
				return l, nil
			}
		}
		noError(t, s.ChangeLead(t.Context(), account, office.ID, as("+91-9000000001")))
		wantKind(t, s.ChangeLead(t.Context(), account, changed.ID, as("9000000001")), tickler.KindDuplicate)
		wantKind(t, s.CreateLead(t.Context(), plainLead(account, "", "09000000001")), tickler.KindDuplicate)
	})
}

func TestLeadByAPhoneNumberOfSeveral(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		india, america := plainLead(account, "", "+91-4155550100"), plainLead(account, "", "+1-4155550100")
		india.ModifiedAt = noon.Add(time.Hour)
		for _, lead := range []tickler.Lead{india, america} {
			noError(t, s.CreateLead(t.Context(), lead))
		}
		wants := func(phone string, want tickler.ID) {
			t.Helper()
			got, _, err := s.LeadByPhone(t.Context(), account, phone)
			noError(t, err)
			equal(t, want, got.ID)
		}
		wants("4155550100", india.ID)
		wants("14155550100", america.ID)
		wants("+1 415 555 0100", america.ID)
		noError(t, s.ChangeLead(t.Context(), account, america.ID, func(l tickler.Lead) (tickler.Lead, error) {
			l.ModifiedAt = noon.Add(2 * time.Hour)
			return l, nil // its own number is not refused because another lead's matches it
		}))
		wants("4155550100", america.ID)
		wants("914155550100", india.ID)
		err := s.ChangeLead(t.Context(), account, america.ID, func(l tickler.Lead) (tickler.Lead, error) {
			l.Phone = "04155550100"
			return l, nil
		})
		wantKind(t, err, tickler.KindDuplicate)
	})
}

func TestOneOfManySpellingsAtOnceIsMade(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		outcomes := make([]error, 16)
		var all sync.WaitGroup
		for i := range outcomes {
			phone := []string{"+91-9000000001", "9000000001", "09000000001", "٩٠٠٠٠٠٠٠٠١"}[i%4]
			all.Go(func() { outcomes[i] = s.CreateLead(t.Context(), plainLead(account, "", phone)) })
		}
		all.Wait()
		made := 0
		for _, err := range outcomes {
			if err == nil {
				made++
			} else {
				wantKind(t, err, tickler.KindDuplicate)
			}
		}
		equal(t, 1, made)
	})
}

func TestANumberThatIsNobodysMakesALead(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for _, phone := range []string{"+91-9000000001", "+1 9000000001", "000-0001", "550100", "4550100", "", "", "none"} {
			noError(t, s.CreateLead(t.Context(), plainLead(account, "", phone)))
		}
	})
}
