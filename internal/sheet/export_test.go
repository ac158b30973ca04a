package sheet

import "regexp"

var (
	guardedFormula = regexp.MustCompile(`(^|[;\t\n])'(` + formula + `)`)
	guardedWithin  = regexp.MustCompile(`([;\t\n])'(` + formula + `)`)
	guardedDropped = regexp.MustCompile(`^'` + dropped)
)

// Unguarded takes away what guarded has put into a cell.
func Unguarded(cell string) string {
	if beginning := guardedDropped.FindString(cell); beginning != "" {
		return beginning[1:] + guardedWithin.ReplaceAllString(cell[len(beginning):], "$1$2")
	}
	return guardedFormula.ReplaceAllString(cell, "$1$2")
}

// Clean is clean.
func Clean(cell string) string { return clean(cell) }
