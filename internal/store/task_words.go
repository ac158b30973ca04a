package store

import (
	"encoding/base32"
	"slices"
	"strings"
	"unicode/utf8"

	"tickler"
	"tickler/internal/words"
)

// Tasks are found by the words of their name and description, as internal/words has them, so that
// both engines find the same. Of scripts that are written without blanks each letter is a word, and
// each pair of letters. A word is found by its beginning too, from two letters on: one letter begins
// so many that they would tell nothing, and finding them would take long.
//
// Every such word begins with its account's mark, so that the index keeps accounts apart: a search
// reads nothing of another account, however often the word is used there.

// Beginnings are indexed from two letters to mostLetters, so that each is looked up as a whole word
// is. Otherwise all that begins so would be read and merged before anything is found.
const (
	fewestLetters = 2
	mostLetters   = 16 // migration 29 has them too
)

// maxWord is the length of the longest word, in bytes; what is beyond it is cut, in searches too.
const maxWord = 60

// wordsOf returns the words of a text, each once.
func wordsOf(text string) (all []string) {
	for _, word := range words.Of(text) {
		for _, part := range words.Scripts(word) {
			if !words.IsUnspaced(part) {
				all = append(all, cutWord(part))
				continue
			}
			all = append(all, strings.Split(part, "")...)
			all = append(all, words.Pairs(part)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sought is a word to search for.
type sought struct {
	word string
	// begins: words that only begin with it are found too.
	begins bool
}

// soughtIn returns the words that a task must have to be found by a text.
func soughtIn(text string) (all []sought) {
	for _, word := range words.Of(text) {
		for _, part := range words.Scripts(word) {
			if !words.IsUnspaced(part) {
				all = append(all, sought{cutWord(part), utf8.RuneCountInString(part) >= fewestLetters})
				continue
			}
			for _, pair := range words.Pairs(part) {
				all = append(all, sought{pair, false})
			}
		}
	}
	return all
}

func cutWord(word string) string {
	if len(word) <= maxWord {
		return word
	}
	return strings.ToValidUTF8(word[:maxWord], "")
}

// What a word of a document says besides. None is as long as an account's mark with a word behind it,
// so that they have no place in the index of beginnings.
const (
	saysText  = "w" // between the account's mark and the word: marks have no w
	saysOwner = "o" // with a user's mark
	saysMaker = "c"
	saysType  = "t" // with the type's
	saysState = "s" // with the account's mark, and a letter for each state
	saysTied  = "r" // the same, for those tied to somebody, or nobody
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
	document := wordsOf(t.Name + "\n" + t.Description)
	for i, word := range document {
		document[i] = account + saysText + word
	}
	return append(document, saysOwner+markOf(t.OwnerID), saysMaker+markOf(t.CreatedBy), saysType+markOf(t.TypeID),
		saysState+account+stateMark(t.State), saysTied+account+tieMark(t.IsTied()))
}

// withBeginnings adds to a document the beginnings of its texts' words.
func withBeginnings(document []string) []string {
	all := slices.Clone(document)
	for _, word := range document {
		if !isText(word) {
			continue
		}
		for letters := fewestLetters; letters <= mostLetters; letters++ {
			beginning := words.Cut(word, markLetters+letters)
			if len(beginning) == len(word) {
				break
			}
			all = append(all, beginning)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// markLetters is how long an account's mark with saysText is, before a word of a text.
const markLetters = 9

func isText(word string) bool {
	return len(word) > markLetters && word[markLetters-1:markLetters] == saysText
}

func tieMark(tied bool) string { return map[bool]string{true: "1", false: "0"}[tied] }

func stateMark(s tickler.State) string { return string(rune('0' + int(s))) }

// isFoundOtherwise reports whether two states of a task have different documents.
func isFoundOtherwise(before, after tickler.Task) bool {
	return before.Name != after.Name || before.Description != after.Description || before.OwnerID != after.OwnerID ||
		before.State != after.State || before.CreatedBy != after.CreatedBy || before.TypeID != after.TypeID ||
		before.IsTied() != after.IsTied()
}
