package tickler

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns the form in which names and e-mail addresses are compared: ignoring case and
// surrounding blanks. Stored keys have this form, so it must not change.
func Fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// isEmail reports whether the text is one bare address (RFC 5322 addr-spec). It refuses invisible
// characters, such as come along when an address is copied from a page.
func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= MaxEmail && !strings.ContainsFunc(
		text, isUnseenInAddress,
	)
}

func isUnseenInAddress(r rune) bool { return isInvisible(r) && !unicode.Is(unicode.M, r) }

// fullName joins a person's names; empty when they show nothing.
func fullName(first, last string) string {
	if ShowsNothing(first + last) {
		return ""
	}
	return strings.TrimSpace(first + " " + last)
}

// ShowsNothing reports whether a text is invisible: it is empty, or made of blanks, of characters
// without a glyph (zero-width spaces, soft hyphens, direction marks, Hangul fillers) or of accents
// on nothing.
func ShowsNothing(text string) bool {
	for _, r := range text {
		if !isInvisible(r) {
			return false
		}
	}
	return true
}

// isInvisible reports whether a character alone shows nothing. One that Unicode has not assigned
// yet may be visible, such as next year's emoji; so may one for private use.
func isInvisible(r rune) bool {
	const blankBraille, nullNotehead = '\u2800', '\U0001d159'
	isNoCharacter := r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
	return isNoCharacter || r == blankBraille || r == nullNotehead ||
		unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf, unicode.M, unicode.Other_Default_Ignorable_Code_Point) &&
			// called format characters, but drawn
			!unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// checkName refuses a mandatory name that is empty, shows nothing or is too long. Missing is the
// fact for an empty one.
func checkName(field Field, text string, missing Fact, limit int) error {
	if text == "" {
		return Refuse(missing, field, nil)
	}
	return checkVisible(field, text, limit)
}

// checkVisible refuses a name that was given and shows nothing, or is too long.
func checkVisible(field Field, text string, limit int) error {
	if text != "" && ShowsNothing(text) {
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

// parseNumber reads a decimal number: no NaN, no Infinity, no hexadecimal.
func parseNumber(text string) (float64, bool) {
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil && strings.Trim(text, "0123456789+-.eE") == ""
}

// valueOr returns what p points to, or otherwise if p is nil.
func valueOr[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
