package quickadd

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeAt makes a location of "at" and what follows, up to the next part, if it is one.
func (r *reader) placeAt(at int) {
	if r.lowAt(at) != "at" || r.words[at].pauses {
		return
	}
	last := at + 1
	for last < len(r.words) && r.owns[last] == nil && (last == at+1 || !r.goesOn(last)) {
		last++
	}
	if r.location() != nil || last == at+1 || !r.isPlace(at, last) {
		return
	}
	place := nameCandidate(Location, at, last, Reading{Place: r.text(at+1, last)})
	for i := at; i < last; i++ {
		r.owns[i] = place
	}
}

func (r *reader) location() *candidate {
	i := slices.IndexFunc(r.owns, func(c *candidate) bool { return c != nil && c.kind == Location })
	if i < 0 {
		return nil
	}
	return r.owns[i]
}

// checkPlace looks at the location again when it is known whether a part stands before it.
func (r *reader) checkPlace() {
	if c := r.location(); c != nil && !r.isPlace(c.first, c.last) {
		r.drop(c)
	}
}

// isPlace reports whether what follows "at" is a place. Behind another part it is, unless it looks
// like something else; in the name itself it has to look like the name of one, and the task has to
// be one that people go somewhere for.
func (r *reader) isPlace(at, last int) bool {
	first := r.words[at+1]
	if slices.Contains(noPlaces, first.low) || !r.hasLetters(at+1, last) {
		return false
	}
	if at > 0 && r.owns[at-1] != nil {
		return true
	}
	return at > 0 && r.isOuting(at) && r.isTitle(at+1, last) && !isCalendarWord(first.low)
}

// noPlaces are what follows "at" without being a place.
var noPlaces = []string{
	"least", "most", "once", "all", "lunch", "lunchtime", "dinner", "night", "end", "eod", "close", "half", "quarter",
	"first", "last", "any", "about", "around", "dawn", "dusk", "sunrise", "sunset", "short", "risk", "noon", "midnight",
}

// hasLetters reports whether some of the words begin with a letter.
func (r *reader) hasLetters(from, to int) bool {
	return slices.ContainsFunc(r.words[from:to], func(w word) bool {
		first, _ := utf8.DecodeRuneInString(r.line[w.From:])
		return unicode.IsLetter(first)
	})
}

// outings are what people go somewhere for.
var outings = []string{
	"meet", "meeting", "lunch", "dinner", "breakfast", "coffee", "tea", "drinks", "visit", "demo", "see", "workshop",
	"training", "present", "presentation", "pitch", "review", "session", "event", "conference", "interview", "catch",
}

func (r *reader) isOuting(at int) bool {
	return slices.ContainsFunc(r.words[:at], func(w word) bool { return slices.Contains(outings, w.low) })
}

// isTitle reports whether words are written like a name: with capitals or numbers, and small words
// in between.
func (r *reader) isTitle(from, to int) bool {
	small := []string{"of", "the", "and", "de", "&", "on"}
	for i, w := range r.words[from:to] {
		isNumber := r.line[w.From] >= '0' && r.line[w.From] <= '9'
		if !w.isCapital && !isNumber && (i == 0 || !slices.Contains(small, w.low)) {
			return false
		}
	}
	return true
}

// isCalendarWord reports whether a word is a month's or weekday's name, or begins with one: May's.
func isCalendarWord(low string) bool {
	name, _, _ := strings.Cut(strings.ReplaceAll(low, "’", "'"), "'")
	return calendarWord.MatchString(name)
}

var calendarWord = phrase(`{weekday}|{month}`)
