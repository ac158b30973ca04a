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
		"no e-mail":      {func(u *tickler.User) { u.Email = "" }, tickler.Refuse(tickler.FactNeededByUser, tickler.FieldEmail, nil)},
		"e-mail too long": {
			func(u *tickler.User) { u.Email = longest + "d" },
			tickler.Refuse(tickler.FactNotEmail, tickler.FieldEmail, longest+"d"),
		},
		"first name": {
			func(u *tickler.User) { u.FirstName = emoji(201) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldFirstName, emoji(201), 200, 201),
		},
		"last name": {
			func(u *tickler.User) { u.LastName = emoji(201) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldLastName, emoji(201), 200, 201),
		},
		"no role":      {func(u *tickler.User) { u.Role = "" }, tickler.Refuse(tickler.FactNotOneOf, tickler.FieldRole, "", tickler.OneOf{"Administrator", "Marketing_User", "Sales_User"})},
		"unknown role": {func(u *tickler.User) { u.Role = "Owner" }, tickler.Refuse(tickler.FactNotOneOf, tickler.FieldRole, "Owner", tickler.OneOf{"Administrator", "Marketing_User", "Sales_User"})},
	}
	for _, email := range []string{"vir", "Vir <vir@example.com>", "<vir@example.com>", " vir@example.com", "a@b.c,d@e.f", "a\r\nb@example.com"} {
		tests["e-mail "+email] = struct {
			spoil func(*tickler.User)
			want  *tickler.Error
		}{
			func(u *tickler.User) { u.Email = email },
			tickler.Refuse(tickler.FactNotEmail, tickler.FieldEmail, email),
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
