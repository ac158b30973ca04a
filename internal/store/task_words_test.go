package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/words"
)

// A task is found by its texts, by each of their words and by how these begin, in the documents of
// either engine.
func TestDocumentsHaveWhatTheirTextsAreSoughtBy(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		task := tickler.Task{Name: texts.Draw(t, "Name"), Description: texts.Draw(t, "Description")}
		document := documentOf(task)
		mark := markOf(task.AccountID) + saysText
		sought := []string{task.Name, task.Description}
		for _, word := range words.Of(task.Name) {
			sought = append(sought, word)
			for _, part := range words.Scripts(word) {
				letters := rapid.IntRange(fewestLetters, max(fewestLetters, utf8.RuneCountInString(part))).Draw(t, "letters")
				sought = append(sought, words.Cut(part, letters))
			}
		}
		for _, text := range sought {
			for _, s := range soughtIn(text) {
				onSQLite := slices.ContainsFunc(document, func(word string) bool {
					return word == mark+s.word || s.begins && strings.HasPrefix(word, mark+s.word)
				})
				term := searchOnPostgres.term(mark+s.word, s.begins)
				word, begins := strings.CutSuffix(term, searchOnPostgres.begins)
				onPostgres := slices.ContainsFunc(withBeginnings(document), func(have string) bool {
					return "'"+have+"'" == word || begins && strings.HasPrefix("'"+have, strings.TrimSuffix(word, "'"))
				})
				if !onSQLite || !onPostgres {
					t.Fatalf("%q is sought by %v, which is not in %q: %v, %v", text, s, document, onSQLite, onPostgres)
				}
			}
		}
	})
}

var texts = rapid.OneOf(rapid.String(),
	rapid.StringOfN(rapid.SampledFrom([]rune("abcß '-é12会议東ーカ한글नमिไทยم🚀")), 0, 40, -1))

// What is found beside a word's own is what begins with it, and nothing of another account's.
func TestDocumentsHaveTheBeginningsOfTheirWords(t *testing.T) {
	t.Parallel()
	mark := markOf(tickler.ID{}) + saysText
	task := tickler.Task{Name: "A tasks 会议 01234567890123456789"}
	var got []string
	for _, word := range withBeginnings(documentOf(task)) {
		if text, isText := strings.CutPrefix(word, mark); isText {
			got = append(got, text)
		}
	}
	want := strings.Fields("01 012 0123 01234 012345 0123456 01234567 012345678 0123456789 01234567890 012345678901 " +
		"0123456789012 01234567890123 012345678901234 0123456789012345 01234567890123456789 a ta tas task tasks 会 会议 议")
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	for word, want := range map[string]string{
		"ta": "'ta'", "0123456789012345": "'0123456789012345'", "01234567890123456": "'01234567890123456':*",
	} {
		if got := searchOnPostgres.term(mark+word, true); got != strings.Replace(want, "'", "'"+mark, 1) {
			t.Errorf("%q is sought as %s", word, got)
		}
	}
}

// SQLite has an index of the beginnings that are sought.
func TestBeginningsAreIndexed(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir()+"/tickler.db")
	var lengths []string
	for letters := fewestLetters; letters <= mostLetters; letters++ {
		lengths = append(lengths, fmt.Sprint(markLetters+letters))
	}
	var created string
	err := s.engine.Reader().QueryRowContext(t.Context(), `SELECT sql FROM sqlite_schema WHERE name = 'task_search_index'`).Scan(&created)
	if err != nil {
		t.Fatal(err)
	}
	if want := `prefix = '` + strings.Join(lengths, " ") + `'`; !strings.Contains(created, want) {
		t.Errorf("%s lacks %s", created, want)
	}
}
