package quickadd

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// judge decides from right to left which candidates are parts, since a time is likely where no text
// follows it. Those that are none become text.
func (r *reader) judge() {
	taken, isReminded := trait(0), false
	for i := len(r.words) - 1; i >= 0; {
		c := r.owns[i]
		switch {
		case c == nil:
			r.placeAt(i)
			i--
		case c.kind == Reminder && (isReminded || !r.isReminder(c)):
			r.drop(c)
		case c.has == 0:
			isReminded = isReminded || c.kind == Reminder
			i = c.first - 1
		default:
			group := r.groupAt(c)
			if !r.isMeant(group, taken) {
				r.drop(group...)
				continue
			}
			for _, member := range group {
				taken |= member.has
			}
			i = group[0].first - 1
		}
	}
	r.checkPlace()
}

func (r *reader) drop(candidates ...*candidate) {
	for _, c := range candidates {
		for i := c.first; i < c.last; i++ {
			r.owns[i] = nil
		}
	}
}

// groupAt returns the candidates for a time that stand side by side up to this one, each saying
// something else: "tue 3pm for 45m".
func (r *reader) groupAt(c *candidate) []*candidate {
	group, has := []*candidate{c}, c.has
	for c.first > 0 {
		c = r.owns[c.first-1]
		if c == nil || c.has == 0 || c.has&has != 0 {
			break
		}
		group, has = append(group, c), has|c.has
	}
	slices.Reverse(group)
	if len(group) > 1 && r.isTom(group[0]) && r.isSomebody(group[0].first) {
		r.drop(group[0])
		return group[1:]
	}
	return group
}

// isMeant reports whether a group is meant as a time where it stands.
func (r *reader) isMeant(group []*candidate, taken trait) bool {
	has, most := trait(0), trust(0)
	for _, c := range group {
		has, most = has|c.has, max(most, c.trust)
	}
	needsMore := slices.ContainsFunc(group, func(c *candidate) bool { return c.needs&^has != 0 })
	if needsMore || has&taken != 0 || r.isGuarded(group[0].first) {
		return false
	}
	if has&aDay != 0 && has&(anHour|aPartOfDay) != 0 {
		most = firm
	}
	first, last := group[0].first, group[len(group)-1].last
	if most == frail && r.isName(group[0]) {
		return false
	}
	if first == 0 || r.isFront(first) && last < len(r.words) && r.owns[last] == nil {
		return r.isHeading(group, has, most)
	}
	return r.isTrusted(first, last, most)
}

// isFront reports whether no text comes before a word.
func (r *reader) isFront(i int) bool {
	return !slices.Contains(r.owns[:i], nil)
}

// isTrusted reports whether a time is likely in a place: where no text follows it or, if it is
// firm, where a word follows with which another thought begins: "call Asha tomorrow about price".
func (r *reader) isTrusted(first, last int, t trust) bool {
	isIdle := func(i int) bool { return slices.Contains(pleas, r.lowAt(i)) || r.isUnknown(i) }
	for last < len(r.words) && r.owns[last] == nil && isIdle(last) {
		last++
	}
	if last == len(r.words) || r.owns[last] != nil {
		return true
	}
	if first == 0 || !r.goesOn(last) {
		return false
	}
	return t == firm || t == fair && slices.Contains(topics, r.lowAt(last))
}

// isUnknown reports whether a word has a sign and was not understood: #urgent.
func (r *reader) isUnknown(i int) bool {
	w := r.words[i]
	next, _ := utf8.DecodeRuneInString(r.line[w.From+1:])
	return r.hasSign(i) && r.line[w.From] != '+' && w.To-w.From > 1 && unicode.IsLetter(next)
}

// pleas are words at the end of a line that are not about anything.
var pleas = []string{"please", "pls", "plz", "asap", "urgent", "urgently", "thanks", "thx"}

var (
	topics = []string{"about", "re", "regarding"}
	others = []string{"to", "with", "for"}
)

// goesOn reports whether another thought begins at a word, and not "friday to sunday".
func (r *reader) goesOn(i int) bool {
	next := r.lowAt(i)
	if !slices.Contains(topics, next) && !slices.Contains(others, next) {
		return false
	}
	return i+1 < len(r.words) && r.timeAt(i+1) == nil
}

// isHeading reports whether a time is meant at the beginning of a line: "tomorrow 3pm call Asha".
func (r *reader) isHeading(group []*candidate, has trait, most trust) bool {
	c, last := group[0], group[len(group)-1].last
	next := r.lowAt(last)
	switch {
	case r.isAppointed(group, has) || r.words[last-1].pauses && most > frail && has&aDay != 0:
		return true
	case c.has == aDay && c.trust == firm && c.day.choice == NoChoice:
		return !r.isTitled(c.first, last)
	default:
		return most == firm && (next == "" || slices.Contains(deeds, next))
	}
}

// isAppointed reports whether a group says both day and hour. A weekday's part of the day may be a
// name: Saturday Night Live.
func (r *reader) isAppointed(group []*candidate, has trait) bool {
	c, last := group[0], group[len(group)-1].last
	if has&aDay == 0 || !c.hour.instant.IsZero() {
		return false
	}
	isNamed := c.has&aDay != 0 && c.day.choice == NoChoice && !r.isTitled(c.first, last)
	return has&anHour != 0 || has&aPartOfDay != 0 && isNamed
}

// isTitled reports whether words begin with a capital, and so does what follows: Tomorrow Labs is a
// company, tomorrow a day.
func (r *reader) isTitled(first, last int) bool {
	return r.words[first].isCapital && last < len(r.words) && r.words[last].isCapital
}

// deeds are what tasks begin with.
var deeds = []string{
	"call", "ring", "phone", "meet", "email", "mail", "send", "visit", "ask", "tell", "follow", "review", "prepare",
	"check", "write", "submit", "collect", "pick", "text", "message", "ping", "whatsapp", "chase", "book",
}

// isGuarded reports whether the word before makes what follows part of the name: "notes of friday".
func (r *reader) isGuarded(i int) bool {
	if i == 0 || r.owns[i-1] != nil {
		return false
	}
	before := r.lowAt(i - 1)
	isRange := (before == "-" || before == "–") && i > 1 && r.owns[i-2] != nil
	isFamous := r.words[i].isCapital && slices.Contains(famous, before)
	isReminder := i > 2 && before == "me" && r.lowAt(i-2) == "remind"
	return isRange || isFamous || isReminder || slices.Contains(guards, before)
}

// guards are words behind which a time belongs to the name.
var guards = []string{
	"about", "after", "before", "b4", "of", "the", "from", "since", "until", "till", "than", "through", "during",
	"every", "each", "last", "past", "per", "a", "an", "my", "our", "his", "her", "their", "your", "its", "re",
	"regarding", "and", "or", "&", "to", "between", "not", "vs", "versus", "via", "like", "called", "named", "no", "some",
	"any", "another", "with", "without", "only", "good", "happy", "black", "all", "both", "that", "which",
}

// famous are words with which a weekday is the name of a day or a person.
var famous = []string{
	"ash", "ruby", "cyber", "super", "casual", "palm", "giving", "easter", "taco", "man", "girl", "bloody", "blue",
	"manic", "mad", "mr", "mrs", "ms", "miss", "dr", "it's", "it’s", "tgi",
}

// isReminder reports whether a reminder is meant for the task, and is not itself what is to be
// done: "set reminder 10m".
func (r *reader) isReminder(c *candidate) bool {
	before := r.lowAt(c.first - 1)
	isDeed := slices.Contains(remindersOf, before) || strings.HasSuffix(before, "'s") || r.isGuarded(c.first)
	return !isDeed && r.isTrusted(c.first, c.last, c.trust)
}

var remindersOf = []string{
	"set", "snooze", "send", "mail", "email", "payment", "gentle", "create", "add", "first", "second", "third", "final",
}

// isName reports whether a frail word is more likely a name or a thing: the sun, Uncle Tom.
func (r *reader) isName(c *candidate) bool {
	if r.isTom(c) {
		return r.isSomebody(c.first)
	}
	word := r.words[c.last-1]
	if r.words[c.first].low == "for" || slices.Contains([]string{"for", "in"}, r.lowAt(c.first-1)) {
		return true // hats for sun
	}
	before := r.lowAt(c.first - 2)
	return word.low == "sun" &&
		(before == "the" || before == "a" || word.isCapital && c.first > 0 && r.words[c.first-1].isCapital)
}

func (r *reader) isTom(c *candidate) bool { return c.trust == frail && r.words[c.first].low == "tom" }

// isSomebody reports whether "tom" is a person: with a capital, or where a person is expected.
func (r *reader) isSomebody(i int) bool {
	const fewest = 2 // words before it, or else it is whom the task is about
	return r.words[i].isCapital || i < fewest || slices.Contains(beforePeople, r.lowAt(i-1))
}

var beforePeople = []string{
	"call", "ring", "phone", "meet", "email", "mail", "ask", "tell", "text", "message", "ping", "whatsapp", "chase",
	"visit", "see", "thank", "pay", "invite", "brief", "remind", "contact", "nudge", "update", "help", "for", "with",
	"and", "to", "about", "from", "of", "by", "uncle", "&", "on", "at", "cc",
}
