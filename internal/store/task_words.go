package store

import (
	"encoding/base32"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tickler"
)

// Words by which tasks are found. They are folded here and not by the databases, so that both
// engines find the same tasks: without case and accents, in letters, digits and the vowel signs of
// Indic scripts. Where people write no blanks, as in Chinese, Japanese and Thai, a word is each
// pair of characters.
//
// Every word begins with its account's mark, so that the index keeps accounts apart: a search reads
// nothing of another account, however often the word is used there.

// maxWord is the length of the longest word, in bytes; what is beyond it is cut, in searches too.
const maxWord = 60

// wordsOf returns the words of a text, each once.
func wordsOf(text string) []string {
	var words []string
	splitWords(text, func(word []rune, dense bool) {
		if !dense {
			words = append(words, cutWord(word))
			return
		}
		for i := range word {
			words = append(words, string(word[i:min(i+2, len(word))]))
		}
	})
	slices.Sort(words)
	return slices.Compact(words)
}

// sought is a word to search for.
type sought struct {
	word string
	// begins: words that only begin with it are found too.
	begins bool
}

// soughtIn returns the words that a task must have to be found by a text.
func soughtIn(text string) (all []sought) {
	splitWords(text, func(word []rune, dense bool) {
		switch {
		case !dense:
			all = append(all, sought{cutWord(word), true})
		case len(word) == 1:
			all = append(all, sought{string(word), true})
		default:
			for i := range len(word) - 1 {
				all = append(all, sought{string(word[i : i+2]), false})
			}
		}
	})
	return all
}

// splitWords calls each for the words of a text; dense ones are of a script without blanks.
func splitWords(text string, each func(word []rune, dense bool)) {
	var word []rune
	dense := false
	end := func() {
		if len(word) > 0 {
			each(word, dense)
		}
		word = nil
	}
	for _, r := range foldWords(text) {
		switch {
		case !unicode.In(r, unicode.L, unicode.N, unicode.M):
			end()
		case len(word) > 0 && isDense(r) != dense && !unicode.Is(unicode.M, r):
			end()
			fallthrough
		default:
			if len(word) == 0 {
				dense = isDense(r)
			}
			word = append(word, r)
		}
	}
	end()
}

func isDense(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer,
		unicode.Myanmar) || r == 'ー' // which lengthens a sound in either of Japan's scripts
}

// foldWords folds case, forms and accents.
func foldWords(text string) string {
	plain := strings.Map(func(r rune) rune {
		if isAccent(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
	return norm.NFC.String(unaccented.Replace(plain))
}

// isAccent reports whether a mark may be left out when people write in haste: accents of Latin,
// Greek and Cyrillic, and the vowels of Hebrew and Arabic. Those of Indic scripts may not.
func isAccent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 && unicode.Is(unicode.M, r) ||
		r >= 0x64b && r <= 0x65f || r == 0x670
}

// unaccented replaces letters that people write otherwise where keyboards lack them, and that
// Unicode does not take apart.
var unaccented = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe",
	"ı", "i", "ħ", "h", "ς", "σ", "\u200c", "", "\u200d", "", "\u00ad", "", "'", "", "’", "")

func cutWord(word []rune) string {
	text := string(word)
	if len(text) <= maxWord {
		return text
	}
	return strings.ToValidUTF8(text[:maxWord], "")
}

// What a word of a document says. A letter stands between the account's mark and the word.
const (
	saysText  = "w"
	saysOwner = "o"
	saysMaker = "c"
	saysState = "s"
	saysType  = "t"
	saysTied  = "r" // to somebody, or nobody
)

var markSpelling = base32.HexEncoding.WithPadding(base32.NoPadding)

// markOf returns eight letters for an id. Two ids may have the same: whoever finds something by it
// has to compare the ids themselves.
func markOf(id tickler.ID) string {
	return strings.ToLower(markSpelling.EncodeToString(id[len(id)-5:])) // the random end
}

// documentOf returns what a task is found by.
func documentOf(t tickler.Task) []string {
	account := markOf(t.AccountID)
	words := wordsOf(t.Name + "\n" + t.Description)
	for i, word := range words {
		words[i] = account + saysText + word
	}
	return append(words, account+saysOwner+markOf(t.OwnerID), account+saysMaker+markOf(t.CreatedBy),
		account+saysState+stateMark(t.State), account+saysType+markOf(t.TypeID), account+saysTied+tieMark(t.IsTied()))
}

func tieMark(tied bool) string { return map[bool]string{true: "1", false: "0"}[tied] }

func stateMark(s tickler.State) string { return string(rune('0' + int(s))) }

// isFoundOtherwise reports whether two states of a task have different documents.
func isFoundOtherwise(before, after tickler.Task) bool {
	return before.Name != after.Name || before.Description != after.Description || before.OwnerID != after.OwnerID ||
		before.State != after.State || before.CreatedBy != after.CreatedBy || before.TypeID != after.TypeID ||
		before.IsTied() != after.IsTied()
}
