// Package words takes texts apart into the words by which they are found: without regard to case,
// accents, width and punctuation, in any script. What it returns is stored, so it must not change
// without a migration.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold returns a text without regard to case, accents and width: "Łukasz É." is "lukasz e.".
func Fold(text string) string {
	text = strings.Map(withoutFormat, text)
	text = norm.NFKD.String(strings.ToLower(cases.Fold().String(norm.NFKC.String(text))))
	var b strings.Builder
	for _, r := range text {
		if isAccent(r) {
			continue
		}
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// withoutFormat drops characters that show nothing, such as a zero-width joiner.
func withoutFormat(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// plainLetters are letters with a stroke or a hook that Unicode does not take apart.
var plainLetters = map[rune]string{
	'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'ħ': "h", 'ı': "i", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ŋ': "n", 'ŧ': "t",
	// Arabic writes these with and without their dots.
	'ى': "ي", 'ة': "ه", 'ـ': "",
}

// isAccent reports whether a mark can be left out in typing, as that of é can. The marks that make
// another letter, a nukta, a virama and the two strokes of kana, can't, nor can vowels of the
// scripts of India, which Unicode does not count as accents.
func isAccent(r rune) bool {
	if r < 0x300 || !unicode.Is(unicode.Mn, r) {
		return false
	}
	const nukta, kanaMark, virama = 7, 8, 9
	switch norm.NFD.PropertiesString(string(r)).CCC() {
	case 0, nukta, kanaMark, virama:
		return false
	default:
		return true
	}
}

// Of returns the words of a text, folded, in their order.
func Of(text string) []string {
	return strings.FieldsFunc(strings.Map(withoutApostrophe, Fold(text)), isBetween)
}

// withoutApostrophe drops what stands within a word: O'Brien is "obrien".
func withoutApostrophe(r rune) rune {
	if strings.ContainsRune("'’‘ʼʻ`´·", r) {
		return -1
	}
	return r
}

// isBetween reports whether a character stands between words: it is no letter, digit or mark.
// Emoji and the like are words too.
func isBetween(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.So)
}

// IsUnspaced reports whether a word is in a script that is written without blanks, so that one
// looks for what stands within it too.
func IsUnspaced(word string) bool { return strings.ContainsFunc(word, isUnspaced) }

func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}

// Scripts takes a word apart where letters of scripts that are written without blanks stand beside
// others: "会议2026" is "会议" and "2026". A letter of no script in particular, such as a mark or
// the ー of Japan, goes with the one before it.
func Scripts(word string) (parts []string) {
	from := 0
	var unspaced bool
	for i, r := range word {
		is := isUnspaced(r)
		if i > 0 && is != unspaced && !unicode.In(r, unicode.Inherited, unicode.M, unicode.Lm) {
			parts = append(parts, word[from:i])
			from = i
		} else if i > 0 {
			continue
		}
		unspaced = is
	}
	return append(parts, word[from:])
}

// Pairs returns each two letters that stand side by side in a word; of a single letter itself.
func Pairs(word string) (pairs []string) {
	letters := []rune(word)
	if len(letters) < 2 {
		return []string{word}
	}
	for i := range len(letters) - 1 {
		pairs = append(pairs, string(letters[i:i+2]))
	}
	return pairs
}

// Ends returns up to most endings of a word, from the whole of it to its last letter.
func Ends(word string, most int) (ends []string) {
	for len(ends) < most && word != "" {
		ends = append(ends, word)
		_, size := utf8.DecodeRuneInString(word)
		word = word[size:]
	}
	return ends
}

// Cut returns the first letters of a word.
func Cut(word string, letters int) string {
	for i := range word {
		if letters == 0 {
			return word[:i]
		}
		letters--
	}
	return word
}

// Above returns the least text above all that begin with a prefix, in the order of code points.
func Above(prefix string) string { return prefix + "\U0010ffff" }
