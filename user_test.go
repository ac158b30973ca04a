package tickler_test

import (
	"strings"
	"testing"

	"tickler"
)

func TestUserName(t *testing.T) {
	for want, user := range map[string]tickler.User{
		"Vir Das":         {FirstName: "Vir", LastName: "Das", Email: "vir@example.com"},
		"Vir":             {FirstName: "Vir", Email: "vir@example.com"},
		"Das":             {LastName: "Das", Email: "vir@example.com"},
		"vir@example.com": {FirstName: " ", Email: "vir@example.com"},
	} {
		if got := user.Name(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWhoSeesAll(t *testing.T) {
	for role, want := range map[tickler.Role]bool{
		tickler.Administrator: true, tickler.MarketingUser: true, tickler.SalesUser: false, "": false,
	} {
		if got := (tickler.User{Role: role}).SeesAll(); got != want {
			t.Errorf("%q sees all: %t, want %t", role, got, want)
		}
	}
}

func TestUserValidate(t *testing.T) {
	// As long as an address may be: 254 octets.
	longest := strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + "." + strings.Repeat("c", 63) + "." + strings.Repeat("d", 61)
	tests := map[string]struct {
		spoil func(*tickler.User)
		want  *tickler.Error
	}{
		"administrator":  {func(*tickler.User) {}, nil},
		"marketing user": {func(u *tickler.User) { u.Role = "Marketing_User" }, nil},
		"sales user":     {func(u *tickler.User) { u.Role = "Sales_User" }, nil},
		"longest":        {func(u *tickler.User) { u.Email, u.FirstName, u.LastName = longest, emoji(200), emoji(200) }, nil},
		"no e-mail":      {func(u *tickler.User) { u.Email = "" }, missing("EmailAddress", "creating a user")},
		"e-mail too long": {
			func(u *tickler.User) { u.Email = longest + "d" },
			invalid("EmailAddress", longest[:100]+"…", "an e-mail address"),
		},
		"first name": {
			func(u *tickler.User) { u.FirstName = emoji(201) },
			invalid("FirstName", emoji(100)+"…", "at most 200 characters, not 201"),
		},
		"last name": {
			func(u *tickler.User) { u.LastName = emoji(201) },
			invalid("LastName", emoji(100)+"…", "at most 200 characters, not 201"),
		},
		"no role":      {func(u *tickler.User) { u.Role = "" }, invalid("Role", "", "Administrator, Marketing_User or Sales_User")},
		"unknown role": {func(u *tickler.User) { u.Role = "Owner" }, invalid("Role", "Owner", "Administrator, Marketing_User or Sales_User")},
	}
	for _, email := range []string{"vir", "Vir <vir@example.com>", "<vir@example.com>", " vir@example.com", "a@b.c,d@e.f", "a\r\nb@example.com"} {
		tests["e-mail "+email] = struct {
			spoil func(*tickler.User)
			want  *tickler.Error
		}{
			func(u *tickler.User) { u.Email = email },
			invalid("EmailAddress", email, "an e-mail address"),
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			user := tickler.User{Email: "vir@example.com", Role: "Administrator"}
			test.spoil(&user)
			checkError(t, user.Validate(), test.want)
		})
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{"Vir@Example.COM": "vir@example.com", "\t Phone Call \n": "phone call", "ÖKO": "öko", "": ""} {
		if got := tickler.Fold(text); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
}
