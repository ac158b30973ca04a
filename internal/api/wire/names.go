package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns the form in which names are compared: without regard to case, exactly as
// strings.EqualFold compares, by which shapes find them. tickler.Fold is another: keys are stored
// in its form, so that it can't become this one.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); r >= utf8.RuneSelf && other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		if 'A' <= least && least <= 'Z' {
			least += 'a' - 'A'
		}
		return least
	}, name)
}

// IsNear reports whether a name is another one but for case, signs and a few typos.
func IsNear(name, other string) bool {
	name, other = letters(name), letters(other)
	return name != "" && len(name) <= 2*len(other) && editDistance(name, other) <= max(2, len(other)/4)
}

// Holds reports whether a name has another one in itself, but for case and signs.
func Holds(name, other string) bool { return strings.Contains(letters(name), letters(other)) }

// letters returns a name's letters and digits alone, in lower case, without the beginning that an &
// gets in a page.
func letters(name string) string {
	name = strings.TrimPrefix(Fold(name), "amp;")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
}

// nearest returns the known name that is within a few typos, else the first that has name as a
// prefix, or "".
func (s *Shape) nearest(name string) string {
	const longest = 40
	if len(name) > longest {
		return ""
	}
	nearest, least := "", min(len(name), 1+max(2, len(name)/3)) // not one that has nothing in common
	for _, a := range s.Attributes {
		if d := editDistance(strings.ToLower(name), strings.ToLower(a.Name)); d < least {
			nearest, least = a.Name, d
		}
	}
	if nearest == "" && len(name) >= shortestPrefix {
		nearest = s.withPrefix(strings.ToLower(name))
	}
	return nearest
}

// shortestPrefix is how many letters of a name tell which one was meant.
const shortestPrefix = 5

// withPrefix returns the first known name that begins with a prefix in lower case, or "".
func (s *Shape) withPrefix(prefix string) string {
	for _, a := range s.Attributes {
		if strings.HasPrefix(strings.ToLower(a.Name), prefix) {
			return a.Name
		}
	}
	return ""
}

// editDistance counts the insertions, deletions and replacements that lead from a to b
// (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
