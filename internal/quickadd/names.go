package quickadd

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tickler"
)

// longestName is of how many words a person's name may be.
const longestName = 3

// typeAt reads #Task Type: the longest name that stands there or, if none does, the one name that
// the first word begins.
func (r *reader) typeAt(i int) *candidate {
	longest := 1
	for _, t := range r.Types {
		longest = max(longest, len(strings.Fields(t.Name)))
	}
	for last := min(i+longest, len(r.words)); last > i; last-- {
		for _, t := range r.Types {
			if name := squash(r.signed(i, last)); name != "" && name == squash(t.Name) {
				return nameCandidate(Type, i, last, Reading{TypeID: t.ID})
			}
		}
	}
	return r.typeByBeginning(i)
}

func (r *reader) typeByBeginning(i int) *candidate {
	const shortest = 2
	beginning := squash(r.signed(i, i+1))
	if len(beginning) < shortest {
		return nil
	}
	var found []tickler.TaskType
	for _, t := range r.Types {
		if strings.HasPrefix(squash(t.Name), beginning) {
			found = append(found, t)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return nameCandidate(Type, i, i+1, Reading{TypeID: found[0].ID})
}

// squash returns the form in which the names of types are compared: that of the domain, without
// what people leave out when they type.
func squash(name string) string { return leftOut.Replace(tickler.Fold(name)) }

var leftOut = strings.NewReplacer(" ", "", "-", "", "_", "")

// ownerAt reads @person: the one user who is called so.
func (r *reader) ownerAt(i int) *candidate {
	for last := min(i+longestName, len(r.words)); last > i; last-- {
		called := tickler.Fold(r.signed(i, last))
		if called == "" {
			continue
		}
		if called == "me" && !r.Me.IsZero() {
			return nameCandidate(Owner, i, last, Reading{OwnerID: r.Me})
		}
		var found []tickler.User
		for _, u := range r.Users {
			if u.Active && isCalled(u, called) {
				found = append(found, u)
			}
		}
		if len(found) == 1 {
			return nameCandidate(Owner, i, last, Reading{OwnerID: found[0].ID})
		}
	}
	return nil
}

func isCalled(u tickler.User, folded string) bool {
	email := tickler.Fold(u.Email)
	local, _, _ := strings.Cut(email, "@")
	names := []string{tickler.Fold(u.FirstName), tickler.Fold(u.LastName), tickler.Fold(u.Name()), email, local}
	return slices.Contains(names, folded)
}

// leadAt reads +Lead: a first word, and those after it that belong to the name.
func (r *reader) leadAt(i int) *candidate {
	first, _ := utf8.DecodeRuneInString(r.line[r.words[i].From+1:])
	if !unicode.IsLetter(first) {
		return nil
	}
	last := r.leadEnd(i)
	return nameCandidate(Lead, i, last, Reading{Query: r.signed(i, last)})
}

// leadEnd returns the word behind a lead's name.
func (r *reader) leadEnd(i int) int {
	capitals, all := i+1, i+1
	for all < min(i+longestName, len(r.words)) && !r.words[all-1].pauses && !r.isOwn(all) {
		if r.words[all].isCapital && capitals == all {
			capitals++
		}
		all++
	}
	if r.KnowsLead == nil {
		return capitals
	}
	for last := all; last > i; last-- {
		if r.KnowsLead(r.signed(i, last)) {
			return last
		}
	}
	return capitals
}

// isOwn reports whether a word begins something else than the rest of a lead's name.
func (r *reader) isOwn(i int) bool {
	return r.hasSign(i) || slices.Contains(ownWords, r.lowAt(i)) ||
		r.timeAt(i) != nil
}

// hasSign reports whether a word begins with the sign of a type, owner or lead.
func (r *reader) hasSign(i int) bool { return strings.IndexByte("#@+", r.line[r.words[i].From]) >= 0 }

// ownWords begin a part, so that no name of a lead goes on with them.
var ownWords = []string{"at", "for", "remind", "reminder", "no", "on", "by"}

// signed returns words without the sign that they begin with.
func (r *reader) signed(from, to int) string {
	_, size := utf8.DecodeRuneInString(r.line[r.words[from].From:])
	return strings.TrimSpace(r.text(from, to)[min(size, len(r.text(from, to))):])
}
