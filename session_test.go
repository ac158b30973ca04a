package tickler_test

import (
	"slices"
	"testing"

	"tickler"
)

func TestNextMessages(t *testing.T) {
	for name, test := range map[string]struct{ waiting, shown, news, want string }{
		"none":                  {"", "", "", ""},
		"one comes":             {"", "", "a", "a"},
		"one was shown":         {"a", "a", "", ""},
		"one came meanwhile":    {"ab", "a", "c", "bc"},
		"shown in two browsers": {"", "a", "", ""},
		"the oldest go":         {"abcd", "", "ef", "bcdef"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tickler.NextMessages(messages(test.waiting), messages(test.shown), messages(test.news)); !slices.Equal(got, messages(test.want)) {
				t.Errorf("got %+v, want %q", got, test.want)
			}
		})
	}
}

// messages are messages with one letter each.
func messages(texts string) (all []tickler.Message) {
	for _, text := range texts {
		all = append(all, tickler.Message{Text: string(text)})
	}
	return all
}

func TestAHalfDoneSignInLetsNobodyIn(t *testing.T) {
	user := tickler.ID{1}
	for _, test := range []struct {
		session tickler.Session
		want    bool
	}{
		{tickler.Session{AccountID: user, UserID: user}, true},
		{tickler.Session{AccountID: user, UserID: user, Pending: "a second factor"}, false},
		{tickler.Session{Pending: "somebody else's sign-in"}, false},
		{tickler.Session{}, false},
	} {
		if got := test.session.IsSignedIn(); got != test.want {
			t.Errorf("%+v: %t", test.session, got)
		}
	}
}
