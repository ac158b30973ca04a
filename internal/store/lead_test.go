package store_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"tickler"
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

func TestEmailAndPhoneOfALeadAreUniqueInAnAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		noError(t, s.CreateLead(t.Context(), plainLead(account, "ravi@example.com", "+91 (80) 1234")))
		for _, test := range []struct {
			account      tickler.ID
			email, phone string
			message      string // "": accepted
		}{
			{account, "RAVI@example.com", "", "A Lead with same Email already exists."},
			{account, "", "+91-80-1234", "A Lead with same Phone already exists."},
			{account, "", "91801234", "A Lead with same Phone already exists."},
			{account, "", "91801235", ""},
			{account, "", "", ""},
			{account, "", "", ""},
			{newID(), "ravi@example.com", "+91 (80) 1234", ""},
		} {
			err := s.CreateLead(t.Context(), plainLead(test.account, test.email, test.phone))
			if test.message == "" {
				noError(t, err)
				continue
			}
			wantKind(t, err, tickler.KindDuplicate)
			equal(t, test.message, err.Error())
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
