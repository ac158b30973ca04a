package sheet

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func guardedAll(cells []string) []string {
	all := make([]string, len(cells))
	for i, cell := range cells {
		all[i] = guarded(clean(cell))
	}
	return all
}

// clean gives a text as every reader can hold it: lines end in LF, and what XML has no sign for is U+FFFD.
func clean(cell string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return unicode.ReplacementChar
		}
		return r
	}, lineEnds.Replace(cell))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// What a spreadsheet takes for a formula, and a cell that begins with what it drops. Blanks, signs without a width and quotes
// may stand before it, and apostrophes of the text's own.
const (
	blanks  = `'*[\p{Z}\p{Cf}"]*`
	formula = blanks + `[=+\-@＝＋－＠]`
	dropped = blanks + `[\t\n]`
)

var (
	formulaBegins = regexp.MustCompile(`(^|[;\t\n])(` + formula + `)`)
	droppedBegins = regexp.MustCompile(`^(` + dropped + `)`)
)

// guarded puts an apostrophe before whatever a spreadsheet would take for a formula (OWASP, CSV injection): at the beginning of
// a cell, and after a semicolon, tab or line end in it, where the spreadsheets of some countries begin a cell. A text that has
// such an apostrophe already gets one more, so that they can all be taken away again.
//
// A cell that is a negative number and no more stays as it is: it does no harm, and is to be sent again. A telephone number with
// a plus does not, since a spreadsheet would make a number of it.
func guarded(cell string) string {
	if isNegativeNumber(cell) {
		return cell
	}
	return formulaBegins.ReplaceAllString(droppedBegins.ReplaceAllString(cell, "'$1"), "$1'$2")
}

var isNegativeNumber = regexp.MustCompile(`^-[0-9]+(\.[0-9]+)?$`).MatchString

// maxCell is how much a cell of a workbook holds, in units of UTF-16.
const maxCell = 32_767

// fitting cuts a text that a workbook's cell can't hold, and says so in its end.
func fitting(cell string) string {
	const mark = "… (cut)"
	units, keep := 0, 0
	for i, r := range cell {
		if units += utf16.RuneLen(r); units <= maxCell-len(mark) {
			keep = i + utf8.RuneLen(r)
		}
	}
	if units <= maxCell {
		return cell
	}
	return cell[:keep] + mark
}
