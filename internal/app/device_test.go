package app_test

import (
	"strings"
	"testing"
)

// A mark is valid for its user until their password changes, and nobody can forge one.
func TestMarksOfDevices(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.hireWithPassword("mia", "correct horse")
		w.hireWithPassword("max", "correct horse")
		mark, err := w.MarkDevice(t.Context(), w.users["mia"])
		w.must(err)
		isMarked := func(email, mark string, want bool) {
			t.Helper()
			known, err := w.IsMarked(t.Context(), email, mark)
			w.must(err)
			if known != want {
				t.Errorf("%s with %q: %t", email, mark, known)
			}
		}
		isMarked(" MIA@example.com", mark, true)
		for _, email := range []string{"max@example.com", "boss@example.com", "nobody@example.com", ""} { // boss has no password
			isMarked(email, mark, false)
		}
		other := "A"
		if strings.HasPrefix(mark, other) {
			other = "B"
		}
		for _, wrong := range []string{"", "x", mark[1:], mark + "A", other + mark[1:], mark[:10] + "\n" + mark[10:], strings.Repeat("A", len(mark))} {
			isMarked("mia@example.com", wrong, false)
		}
		again, err := w.MarkDevice(t.Context(), w.users["mia"])
		w.must(err)
		if again == mark {
			t.Error("two devices have the same mark")
		}
		w.must(w.ChangePassword(t.Context(), w.as("mia"), "correct horse", "battery staple"))
		isMarked("mia@example.com", mark, false)
	})
}
