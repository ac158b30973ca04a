package sheet

import "regexp"

var (
	guardedFormula = regexp.MustCompile(`(^|[;\t\n])'(` + formula + `)`)
	guardedDropped = regexp.MustCompile(`^'(` + dropped + `)`)
)

// Unguarded takes away what guarded has put into a cell.
func Unguarded(cell string) string {
	return guardedDropped.ReplaceAllString(guardedFormula.ReplaceAllString(cell, "$1$2"), "$1")
}

// Clean is clean.
func Clean(cell string) string { return clean(cell) }
