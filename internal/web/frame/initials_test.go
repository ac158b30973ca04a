package frame

import "testing"

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Asha Rao": "AR", "asha": "A", "Ada King Lovelace": "AL", " (Bo)  O\u2019Neill ": "BO", "آدا لوفليس": "آل", "mia@example.com": "M", "": "?", "…": "?",
	} {
		if got := initials(name); got != want {
			t.Errorf("the initials of %q are %q, want %q", name, got, want)
		}
	}
}
