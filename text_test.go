package tickler_test

import (
	"strings"
	"testing"
	"time"

	"tickler"
)

// unseen are texts that show nothing.
var unseen = map[string]string{
	"a blank": " ", "blanks of all sorts": " \t\n\u00a0\u2003\u3000\u2028", "a zero-width space": "\u200b", "a soft hyphen": "\u00ad",
	"a byte order mark": "\ufeff", "joiners": "\u200c\u200d\u2060", "direction marks": "\u200e\u202e\u2066", "an accent alone": "\u0301",
	"an accent on a blank": " \u0301", "an enclosing mark": "\u20dd", "a variation selector": "\ufe0f", "Hangul fillers": "\u3164\uffa0\u115f\u1160",
	"a grapheme joiner": "\u034f", "a blank of braille": "\u2800", "a Mongolian separator": "\u180e", "tags": "\U000e0061\U000e007f",
	"controls": "\x01\x7f\u0085", "no characters": "\ufffe\U0001ffff\ufdd0", "a notehead that is not drawn": "\U0001d159",
	"a Khmer vowel that is not drawn": "\u17b4", "reserved for what is not drawn": "\U000e0fff\u2065",
}

// seen are texts that show something, if not much.
var seen = []string{"x", ".", " - ", "\u200bx", "e\u0301", "你", "🗓️", "👩‍💻", "\u0600", "\uf8ff", "\U0001fadf", "\ufffd", "ـ", "|"}

func withField(field tickler.CustomField) tickler.TaskType {
	field.SchemaName = "mx_Custom_1"
	return tickler.TaskType{Name: "To-Do", Category: tickler.CategoryToDo, Color: "#123456", Fields: []tickler.CustomField{field}}
}

func personOf(first, last string) tickler.User {
	return tickler.User{FirstName: first, LastName: last, Email: "vir@example.com", Role: tickler.SalesUser}
}

func webhookOf(description string) tickler.Subscription {
	return tickler.Subscription{
		Description: description, URL: "https://example.com/", Method: tickler.WebhookMethods[0],
		ContentType: tickler.ContentTypes[0], Event: tickler.TaskCreated,
	}
}

// A part of a lead's names is refused too, but for the blanks that forms send for nothing.
func TestPartsOfALeadsName(t *testing.T) {
	for how, text := range unseen {
		for field, lead := range map[tickler.Field]tickler.Lead{
			tickler.FieldFirstName: {FirstName: text, Email: "ada@example.com"},
			tickler.FieldLastName:  {LastName: text, Email: "ada@example.com"},
			tickler.FieldPhone:     {Phone: text, Email: "ada@example.com"},
		} {
			t.Run(how+" as "+string(field), func(t *testing.T) {
				var want *tickler.Error
				if shown := strings.TrimSpace(text); shown != "" {
					want = tickler.Refuse(tickler.FactNotVisible, field, shown)
				}
				checkError(t, lead.Validate(), want)
			})
		}
	}
}

func TestNamesMustShowSomething(t *testing.T) {
	names := map[string]struct {
		check func(name string) error
		want  func(name string) *tickler.Error
	}{
		"a task": {func(name string) error { return tickler.TaskDraft{Name: name}.Validate() }, func(name string) *tickler.Error {
			return tickler.Refuse(tickler.FactNotVisible, tickler.FieldName, name)
		}},
		"a change of a task": {
			func(name string) error { return patchOf(tickler.TaskDraft{Name: name}).Validate() },
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldName, name)
			},
		},
		"an opportunity": {
			func(name string) error { return tickler.Opportunity{LeadID: leadID, Name: name}.Validate() },
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldName, name)
			},
		},
		"a task type": {
			func(name string) error {
				return tickler.TaskType{Name: name, Category: tickler.CategoryAppointment, Color: "#123456", DefaultDuration: time.Minute}.Validate()
			},
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldName, name)
			},
		},
		"a field of a task type": {
			func(name string) error { return withField(tickler.CustomField{DisplayName: name}).Validate() },
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldDisplayName, name)
			},
		},
		"a user's first name": {
			func(name string) error { return personOf(name, "Das").Validate() },
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldFirstName, name)
			},
		},
		"a user's last name": {
			func(name string) error { return personOf("Vir", name).Validate() },
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldLastName, name)
			},
		},
		"a webhook's description": {
			func(name string) error { return webhookOf(name).Validate() },
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldDescription, name)
			},
		},
		"an attribute of a lead": {
			func(name string) error {
				return tickler.Lead{FirstName: "Ada", Attributes: []tickler.LeadAttribute{{Name: name}}}.Validate()
			},
			func(name string) *tickler.Error {
				return tickler.Refuse(tickler.FactNotVisible, tickler.FieldAttribute, name)
			},
		},
		"a lead": {
			func(name string) error { return tickler.Lead{FirstName: name, LastName: name, Phone: name}.Validate() },
			func(string) *tickler.Error { return tickler.Refuse(tickler.FactNamelessLead, "", nil) },
		},
	}
	for what, name := range names {
		t.Run(what, func(t *testing.T) {
			for how, text := range unseen {
				t.Run(how, func(t *testing.T) { checkError(t, name.check(text), name.want(text)) })
			}
			for _, text := range seen {
				checkError(t, name.check(text), nil)
			}
		})
	}
}

// Somebody whose name shows nothing is shown like somebody without a name, so that a link to them
// is visible.
func TestNamesThatShowNothingAreNone(t *testing.T) {
	for how, text := range unseen {
		user := tickler.User{FirstName: text, LastName: text, Email: "ada@example.com"}
		lead := tickler.Lead{FirstName: text, LastName: text}
		if user.Name() != user.Email || lead.Name() != "" {
			t.Errorf("%s: %q, %q", how, user.Name(), lead.Name())
		}
	}
}

func TestAMandatoryFieldAndAnOptionMustShowSomething(t *testing.T) {
	mandatory := tickler.TaskType{Name: "Handover", Fields: []tickler.CustomField{{SchemaName: "mx_Custom_1", Mandatory: true}}}
	for how, text := range unseen {
		if _, err := mandatory.CheckFields(map[string]string{"mx_Custom_1": text}); tickler.KindOf(err) != tickler.KindMissingField {
			t.Errorf("%s in a mandatory field: %v", how, err)
		}
		choice := tickler.CustomField{SchemaName: "mx_Custom_1", DataType: tickler.DropdownData, Options: []string{text}}
		err := tickler.TaskType{Name: "Visit", Category: tickler.CategoryToDo, Color: "#123456", Fields: []tickler.CustomField{choice}}.Validate()
		if tickler.KindOf(err) != tickler.KindInvalid {
			t.Errorf("%s as an option: %v", how, err)
		}
	}
}

func TestAddressesHoldNothingUnseen(t *testing.T) {
	for _, text := range []string{"ada@example.com\u200b", "\u200bada@example.com", "ada\u00ad@example.com", "ada@exam\u200dple.com", "ada@example.com\u202e"} {
		if err := (tickler.User{Email: text, Role: tickler.SalesUser}).Validate(); tickler.KindOf(err) != tickler.KindInvalid {
			t.Errorf("%q is taken (%v)", text, err)
		}
	}
	for _, text := range []string{"jörg@exämple.com", "ada+x@example.com", "用户@例子.广告"} {
		if err := (tickler.User{Email: text, Role: tickler.SalesUser}).Validate(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
