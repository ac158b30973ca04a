package quickadd

import (
	"slices"
	"strings"
	"time"

	"tickler/internal/civil"
)

// hourRead is what a candidate says of the hour.
type hourRead struct {
	start, end clock
	hasEnd     bool
	part       part
	// instant is set by "in an hour", which names neither day nor hour.
	instant time.Time
}

// clock is an hour as it is written.
type clock struct {
	hour, minute int
	half         string // am, pm, or "" for none
	is24         bool   // it can't be of the other half of the day: 15:00, 09:00
}

// part is a part of the day.
type part int

const (
	morning part = iota + 1
	afternoon
	evening
	night
)

var partNames = map[string]part{"morning": morning, "afternoon": afternoon, "evening": evening, "night": night}

// hours stand for the parts of the day when no other is given.
var hours = map[part]civil.TimeOfDay{morning: 9 * 3600, afternoon: 14 * 3600, evening: 18 * 3600, night: 20 * 3600}

// at returns the time of day, and reports whether the half of the day is a guess: with a part of
// the day it isn't; without one, 1 to 6 are in the afternoon.
func (k clock) at(p part) (t civil.TimeOfDay, guessed bool) {
	hour := k.hour
	switch {
	case k.half == "am":
		hour %= 12
	case k.half == "pm":
		hour = hour%12 + 12
	case k.is24 || hour == 0 || hour >= 12 || p == morning:
	case p != 0:
		hour += 12
	case hour <= 6:
		hour, guessed = hour+12, true
	}
	return civil.TimeOfDay(hour*3600 + k.minute*60), guessed
}

// span returns the times of day at which a range begins and ends; one that ends before it begins
// ends on the next day.
func (h hourRead) span() (start, end civil.TimeOfDay, guessed bool) {
	const half, day = 12 * 3600, 24 * 3600
	start, guessed = h.start.at(h.part)
	if !h.hasEnd {
		return start, start, guessed
	}
	end, _ = h.end.at(h.part)
	if h.start.isOpen() && !h.end.isOpen() { // 3-4pm, 11-1pm
		start = civil.TimeOfDay(h.start.hour%12*3600 + h.start.minute*60)
		if start+half < end {
			start += half
		}
		guessed = false
	}
	if end <= start && h.end.isOpen() && end+half > start && end < half { // 3pm to 4, from 9 to 5
		end += half
	}
	if end <= start {
		end += day
	}
	return start, end, guessed
}

// isOpen reports whether nothing says which half of the day is meant.
func (k clock) isOpen() bool { return k.half == "" && !k.is24 }

var hourRecognisers = []recogniser{
	{phrase(
		`(?:(?P<lead>from|between|at) )?{clock}~(?P<to>-|–|—|to|and|until|till)~{end clock}`,
	), (*reader).readRange},
	{phrase(
		`(?:(?P<lead>at|by|for|from|around|about|after|before|b4) |@~)?{clock}(?: sharp|~o'?clock)?`,
	), (*reader).readClock},
	{phrase(`(?P<h>\d{1,2})`), (*reader).readBareHour},
	{phrase(`(?:(?P<lead>at) )?(?P<h>\d\d)h(?P<m>\d\d)?`), (*reader).readFrenchClock},
	{phrase(`(?:(?P<lead>at|by|around|about|after|before|b4) )?(?P<h>noon|midday|midnight)`), (*reader).readNoon},
	{phrase(`(?:at )?(?P<m>half|quarter) (?P<side>past|to) (?P<h>\d\d?)(?:~(?P<half>am|pm))?`), (*reader).readFraction},
	{phrase(`(?P<lead>this |in the )?(?P<part>morning|afternoon|evening|night)`), (*reader).readPart},
	{phrase(`in (?:{length}|{number} (?P<unit>hours?|minutes?))`), (*reader).readFromNow},
}

// clockOf reads the groups of a clock: those of the end have a 2 at their end.
func clockOf(m match, end string) (clock, bool) {
	hour := m.get("h" + end)
	k := clock{
		hour: numberOf(hour), minute: numberOf(m.get("m" + end)),
		half: strings.ReplaceAll(m.get("half"+end), ".", ""),
	}
	k.is24 = k.half == "" && (k.hour > 12 || hour[0] == '0')
	isOf12 := k.hour >= 1 && k.hour <= 12
	return k, k.hour < 24 && k.minute < 60 && (k.half == "" || isOf12)
}

// isWritten reports whether a clock looks like one by itself: 3pm, 15:00.
func isWritten(m match, end string) bool { return m.get("half"+end) != "" || m.get("sep"+end) == ":" }

// readClock reads an hour. A bare number is one behind "at", and behind a day after other words:
// "tomorrow by 5".
func (r *reader) readClock(m match, c *candidate) (ok bool) {
	c.kind, c.has, c.trust = Hour, anHour, firm
	lead, isOpen := m.get("lead"), m.get("half") == ""
	if r.line[r.words[c.first].From] == '@' {
		lead = "at"
	}
	isBare := isOpen && m.get("sep") == ""
	if isBare && lead != "at" && (lead == "" || lead == "for" || !r.isBehindDay(c)) || isOpen && r.isCounted(m, c) {
		return false
	}
	if isBare && !r.isOuting(c.first) {
		c.trust = fair
	}
	if needsDay(lead) || isOpen && m.get("sep") == "." {
		c.needs = aDay
	}
	c.hour.start, ok = clockOf(m, "")
	return ok
}

// needsDay reports whether an hour behind a word is one only beside a day: "call after 5pm" says
// when not to call, "tomorrow after 5pm" when to.
func needsDay(lead string) bool {
	return slices.Contains([]string{"from", "around", "about", "after", "before", "b4"}, lead)
}

// isBehindDay reports whether a day stands right before.
func (r *reader) isBehindDay(c *candidate) bool {
	return c.first > 0 && r.owns[c.first-1] != nil && r.owns[c.first-1].has&aDay != 0
}

// readBareHour reads the 9 of "tomorrow 9" and "friday evening 9" at the end of what is said.
func (r *reader) readBareHour(m match, c *candidate) (ok bool) {
	if c.first == 0 || r.owns[c.first-1] == nil || c.last < len(r.words) && !r.hasSign(c.last) {
		return false
	}
	before := r.owns[c.first-1]
	isNamedDay := before.has == aDay && before.isRelative
	c.kind, c.has, c.trust = Hour, anHour, fair
	c.hour.start, ok = clockOf(m, "")
	return ok && c.hour.start.hour <= 12 && (isNamedDay || before.has&aPartOfDay != 0 && before.hour.part != 0)
}

func (r *reader) readRange(m match, c *candidate) bool {
	lead, to := m.get("lead"), m.get("to")
	isSaid := lead == "from" || lead == "between"
	isWhole := isSaid || isWritten(m, "") || isWritten(m, "2")
	if !isWhole && !r.isBehindDay(c) || to == "and" && lead != "between" || isSaid && r.isMove() || r.isCounted(m, c) {
		return false
	}
	start, ok := clockOf(m, "")
	end, okToo := clockOf(m, "2")
	c.kind, c.has, c.trust = Hour, anHour|aLength, firm
	c.hour = hourRead{start: start, end: end, hasEnd: true}
	if !isWritten(m, "2") {
		c.trust = fair
	}
	if !isWhole {
		c.needs = aDay // tomorrow 3-4
	}
	return ok && okToo
}

// isMove reports whether the line asks for something to be moved, from one time to another.
func (r *reader) isMove() bool {
	return slices.Contains([]string{"move", "shift", "reschedule", "postpone", "push", "change", "swap"}, r.lowAt(0))
}

// readFrenchClock reads 15h and 15h30.
func (r *reader) readFrenchClock(m match, c *candidate) (ok bool) {
	c.kind, c.has, c.trust = Hour, anHour, fair
	c.hour.start, ok = clockOf(m, "")
	c.hour.start.is24 = true
	return ok
}

// readNoon reads noon, and midnight: the end of its day.
func (r *reader) readNoon(m match, c *candidate) bool {
	c.kind, c.has, c.trust = Hour, anHour, fair
	if needsDay(m.get("lead")) {
		c.needs = aDay
	}
	c.hour.start = clock{hour: 12, is24: true}
	if m.get("h") == "midnight" {
		c.hour.start.hour = 24
	}
	return true
}

// readFraction reads "half past 3" and "quarter to 4".
func (r *reader) readFraction(m match, c *candidate) bool {
	k, ok := clockOf(match{m.pattern, withoutMinutes(m)}, "")
	minutes := map[string]int{"half": 30, "quarter": 15}[m.get("m")]
	k.minute = minutes
	if m.get("side") == "to" {
		k.hour, k.minute = k.hour-1, 60-minutes
	}
	c.kind, c.has, c.trust, c.hour.start = Hour, anHour, firm, k
	return ok && k.hour > 0
}

func withoutMinutes(m match) []string {
	found := slices.Clone(m.found)
	found[m.pattern.SubexpIndex("m")] = ""
	return found
}

// readPart reads a part of the day. By itself it is one only beside a day: "tomorrow morning".
func (r *reader) readPart(m match, c *candidate) bool {
	c.kind, c.has, c.trust = Hour, aPartOfDay, fair
	c.hour.part = partNames[m.get("part")]
	switch lead := m.get("lead"); {
	case lead == "":
		c.needs = aDay
	case strings.HasPrefix(lead, "this"):
		c.has |= aDay
		c.day = dayRead{day: r.today}
	}
	return true
}

// readFromNow reads "in an hour".
func (r *reader) readFromNow(m match, c *candidate) bool {
	lasts := lengthOf(m)
	switch unit, n := m.get("unit"), time.Duration(numberOf(m.get("n"))); {
	case strings.HasPrefix(unit, "h"):
		lasts = n * time.Hour
	case unit != "":
		lasts = n * time.Minute
	}
	c.kind, c.has, c.trust = Hour, anHour|aDay|aPartOfDay, firm
	c.hour.instant = r.Now.Add(lasts).Truncate(time.Minute)
	return lasts > 0
}
