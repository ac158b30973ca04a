package sheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// guardedAll returns the cells of a line of CSV. Only texts can be formulas.
func guardedAll(cells []any) []string {
	all := make([]string, len(cells))
	for i, cell := range cells {
		if text, isText := cell.(string); isText {
			all[i] = guarded(clean(text))
		} else {
			all[i] = fmt.Sprint(cell)
		}
	}
	return all
}

// typed returns a cell of a workbook: texts as texts, and numbers as numbers as long as a workbook
// keeps all their digits.
func typed(cell any) any {
	switch cell := cell.(type) {
	case string:
		return fitting(clean(cell))
	case Number:
		if value, err := strconv.ParseFloat(string(cell), 64); err == nil && digits(string(cell)) <= maxDigits {
			return value
		}
		return string(cell)
	}
	return cell
}

// maxDigits is how many digits of a number a workbook keeps.
const maxDigits = 15

// digits counts those of a number that matter: not its leading zeros, and not its exponent.
func digits(number string) (count int) {
	mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
	for _, r := range strings.TrimLeft(mantissa, "-0.") {
		if r >= '0' && r <= '9' {
			count++
		}
	}
	return count
}

// clean returns a text in the form that every reader can hold: lines end in LF, and characters that
// XML does not allow become U+FFFD.
func clean(cell string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\ufffe' || r == '\uffff' {
			return unicode.ReplacementChar
		}
		return r
	}, lineEnds.Replace(cell))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// What a spreadsheet takes for a formula, and the tabs and line ends that it drops from the beginning
// of a cell. Blanks, signs without a width and quotes may stand before it, and apostrophes of the
// text's own.
const (
	blanks  = `'*[\p{Z}\p{Cf}"]*`
	formula = blanks + `[=+\-@＝＋－＠]`
	dropped = blanks + `[\t\n][\p{Z}\p{Cf}"\t\n]*`
)

var (
	formulaBegins = regexp.MustCompile(`(^|[;\t\n])(` + formula + `)`)
	formulaWithin = regexp.MustCompile(`([;\t\n])(` + formula + `)`)
	droppedBegins = regexp.MustCompile(`^` + dropped)
)

// guarded puts an apostrophe before whatever a spreadsheet would take for a formula (OWASP, CSV
// injection): at the beginning of a cell, and after a semicolon, tab or line end in it, where the
// spreadsheets of some countries begin a cell. Where tabs, line ends and then a formula begin the
// cell, one before all of them is enough. A text that has such an apostrophe already gets one more,
// so that they can all be taken away again.
//
// A cell that is just a negative number or a telephone number stays as it is: it is harmless, and
// people send it again.
func guarded(cell string) string {
	if isNegativeNumber(cell) || isPhone(cell) {
		return cell
	}
	if beginning := droppedBegins.FindString(cell); beginning != "" {
		return "'" + beginning + formulaWithin.ReplaceAllString(cell[len(beginning):], "$1'$2")
	}
	return formulaBegins.ReplaceAllString(cell, "$1'$2")
}

var isNegativeNumber = regexp.MustCompile(`^-(([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?|\.[0-9]+)$`).MatchString

// isPhone reports whether a cell is a telephone number with its country's code: a plus, and seven
// digits or more with what stands between them.
func isPhone(cell string) bool {
	return phoneForm(cell) && strings.Count(cell, "+") == 1 && digits(cell[1:]) >= leastPhoneDigits
}

const leastPhoneDigits = 7

var phoneForm = regexp.MustCompile(`^\+[0-9][0-9 ()./-]*$`).MatchString

// maxCell is how much a cell of a workbook holds, in UTF-16 code units.
const maxCell = 32_767

// fitting cuts a text that is too long for a workbook's cell, and says so at its end.
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
