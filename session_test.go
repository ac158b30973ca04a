package tickler_test

import (
	"slices"
	"testing"

	"tickler"
)

func TestNextMessages(t *testing.T) {
	for name, test := range map[string]struct{ waiting, shown, news, want []string }{
		"none":                  {nil, nil, nil, nil},
		"one comes":             {nil, nil, []string{"a"}, []string{"a"}},
		"one was shown":         {[]string{"a"}, []string{"a"}, nil, nil},
		"one came meanwhile":    {[]string{"a", "b"}, []string{"a"}, []string{"c"}, []string{"b", "c"}},
		"shown in two browsers": {nil, []string{"a"}, nil, nil},
		"the oldest go":         {[]string{"a", "b", "c", "d"}, nil, []string{"e", "f"}, []string{"b", "c", "d", "e", "f"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tickler.NextMessages(test.waiting, test.shown, test.news); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
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
