package wire

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzFold checks that names are compared exactly as by strings.EqualFold.
func FuzzFold(f *testing.F) {
	for _, pair := range [][2]string{{"Name", "nAME"}, {"TaskType", "TaſKType"}, {"ß", "SS"}, {"İ", "i"}, {"Σ", "ς"}, {"", "\xff"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			t.Skip()
		}
		if same := Fold(a) == Fold(b); same != strings.EqualFold(a, b) {
			t.Errorf("%q, %q: folded the same: %t", a, b, same)
		}
		if Fold(Fold(a)) != Fold(a) {
			t.Errorf("%q folds to %q and then to %q", a, Fold(a), Fold(Fold(a)))
		}
	})
}
