package tickler

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns the form in which names and e-mail addresses are compared: without regard to case or
// outer blanks. Keys are stored in it, so it stays what it is.
func Fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// isEmail reports whether the text is one bare address (RFC 5322 addr-spec). What can't be seen in
// it, as it comes along when an address is copied from a page, leads nowhere.
func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= MaxEmail && !strings.ContainsFunc(
		text, isUnseenInAddress,
	)
}

func isUnseenInAddress(r rune) bool { return isInvisible(r) && !unicode.Is(unicode.M, r) }

// fullName joins a person's names; empty when nothing of them can be seen.
func fullName(first, last string) string {
	if showsNothing(first + last) {
		return ""
	}
	return strings.TrimSpace(first + " " + last)
}

// showsNothing reports whether nothing of a text can be seen: it is empty, or made of blanks, of
// characters without a picture of their own (zero-width spaces, soft hyphens, direction marks,
// Hangul fillers) or of accents with nothing below them.
func showsNothing(text string) bool {
	for _, r := range text {
		if !isInvisible(r) {
			return false
		}
	}
	return true
}

// isInvisible reports whether a character alone shows nothing. One that Unicode has not assigned
// yet may be a picture, such as next year's emoji; so may one for private use.
func isInvisible(r rune) bool {
	const blankBraille, nullNotehead = '\u2800', '\U0001d159'
	isNoCharacter := r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
	return isNoCharacter || r == blankBraille || r == nullNotehead ||
		unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf, unicode.M, unicode.Other_Default_Ignorable_Code_Point) &&
			// format characters by name, which are drawn all the same
			!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// checkName refuses a mandatory name that is missing, shows nothing or is too long. Missing says
// that it is.
func checkName(field Field, text string, missing Fact, limit int) error {
	if text == "" {
		return Refuse(missing, field, nil)
	}
	return checkVisible(field, text, limit)
}

// checkVisible refuses a name that was given and shows nothing, or is too long.
func checkVisible(field Field, text string, limit int) error {
	if text != "" && showsNothing(text) {
		return Refuse(FactNotVisible, field, text)
	}
	return checkLength(field, text, limit)
}

// checkLength refuses a text of more code points than the limit.
func checkLength(field Field, text string, limit int) error {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return nil
	}
	return Refuse(FactTooLong, field, text, limit, utf8.RuneCountInString(text))
}

// parseNumber reads what people take for a number: no NaN, no Infinity, nothing hexadecimal.
func parseNumber(text string) (float64, bool) {
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil && strings.Trim(text, "0123456789+-.eE") == ""
}

// valueOr returns what p points to, or another value where p is nil.
func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
