package quickadd

import (
	"regexp"
	"slices"
	"time"
)

// candidate is a run of words that may be a part.
type candidate struct {
	kind        Kind
	first, last int // words: from the first up to, and without, the last
	has         trait
	trust       trust
	needs       trait // what has to be there for it to mean anything
	day         dayRead
	isRelative  bool // the day is said by where it is from today: tomorrow
	hour        hourRead
	lasts       time.Duration
	reading     Reading // of the kinds that need no settling
}

// trait is what a candidate says of a task's time. A task has each of them once.
type trait int

const (
	aDay trait = 1 << iota
	anHour
	aPartOfDay
	aLength
)

// trust is how likely words are to be meant as a time.
type trust int

const (
	frail trust = iota + 1 // also another word: sun, tom
	fair                   // a time at the end of a line
	firm                   // a time in the middle of a line too
)

// recogniser reads words that look like a pattern.
type recogniser struct {
	pattern *regexp.Regexp
	read    func(r *reader, m match, c *candidate) bool
}

// recognisers are tried in this order at each word; the first that reads it wins.
var recognisers = slices.Concat(reminderRecognisers, durationRecognisers, dayRecognisers, hourRecognisers)

// scan finds everything that may be a part, from left to right.
func (r *reader) scan() {
	seen := map[Kind]bool{}
	for i := 0; i < len(r.words); {
		c := r.candidateAt(i)
		isName := c != nil && (c.kind == Type || c.kind == Owner || c.kind == Lead)
		if c == nil || isName && seen[c.kind] {
			i++
			continue
		}
		seen[c.kind] = true
		for ; i < c.last; i++ {
			r.owns[i] = c
		}
	}
}

func (r *reader) candidateAt(i int) *candidate {
	if c := r.nameAt(i); c != nil {
		return c
	}
	return r.timeAt(i)
}

// nameAt reads a type, owner or lead by its sign.
func (r *reader) nameAt(i int) *candidate {
	rest := r.line[r.words[i].From:r.words[i].To]
	if len(rest) == 1 {
		return nil
	}
	switch rest[0] {
	case '#':
		return r.typeAt(i)
	case '@':
		return r.ownerAt(i)
	case '+':
		return r.leadAt(i)
	}
	return nil
}

// timeAt reads what has no sign.
func (r *reader) timeAt(i int) *candidate {
	for _, known := range recognisers {
		m, behind, ok := r.match(known.pattern, i)
		if !ok {
			continue
		}
		if c := (&candidate{first: i, last: behind}); known.read(r, m, c) {
			return c
		}
	}
	return nil
}

func nameCandidate(kind Kind, first, last int, reading Reading) *candidate {
	return &candidate{kind: kind, first: first, last: last, trust: firm, reading: reading}
}
