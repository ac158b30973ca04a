package quickadd

import (
	"slices"
	"strings"
	"time"
)

// dayRead is what a candidate says of the day, represented by its midnight in UTC.
type dayRead struct {
	day    time.Time
	choice Choice
}

const inDays = 24 * time.Hour

var dayRecognisers = []recogniser{
	{phrase(
		`{lead}(?P<word>today|{tomorrow}|yesterday|tom|(?:the )?day after (?:{tomorrow}|tom))`,
	), (*reader).readNamedDay},
	{phrase(`tonight`), (*reader).readTonight},
	{phrase(`(?:by )?(?:eod|cob|end of (?:the )?day)`), (*reader).readEndOfDay},
	{phrase(
		`{lead}(?:the )?(?P<next>next )?(?:(?P<word>eow|eom)|` +
			`end of (?P<next2>next )?(?:the |this )?(?P<unit>week|month))`,
	), (*reader).readEndOf},
	{phrase(`in {number}~(?P<unit>days?|wks?|weeks?|months?)`), (*reader).readDaysFromNow},
	{phrase(`{number}~(?P<unit>days?|wks?|weeks?|months?) from (?:now|today)`), (*reader).readDaysFromNow},
	{phrase(`{date lead}{year}[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})`), (*reader).readISODate},
	{phrase(`{date lead}{day}(?: of)?(?: |-){month}\.?(?:(?:,? |-){year}|-(?P<y2>\d\d))?`), (*reader).readDate},
	{phrase(`{date lead}{month}\.?(?: |-){day}(?:,? {year})?`), (*reader).readDate},
	{phrase(`{date lead}(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?:{year}|(?P<y2>\d\d)))?`), (*reader).readNumericDate},
	{phrase(`{date lead}(?P<a>\d{1,2})-(?P<b>\d{1,2})-{year}`), (*reader).readNumericDate},
	{phrase(`{date lead}(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.{year}`), (*reader).readISODate},
	{phrase(`{date lead}(?P<d>\d{1,2})(?:st|nd|rd|th)`), (*reader).readDayOfMonth},
	{phrase(`{lead}(?P<which>next |nxt |this |coming )?{weekday}(?:,? (?P<later>ne?xt week))?`), (*reader).readWeekday},
	{phrase(`{lead}(?P<later>ne?xt week)(?: on)? {weekday}`), (*reader).readWeekday},
	{phrase(`{lead}(?P<which>next|nxt|this) (?P<unit>week|month|weekend)`), (*reader).readNext},
}

// isDay fills in what all days have in common.
func (c *candidate) isDay(day time.Time, choice Choice, t trust) bool {
	c.kind, c.has, c.trust = Day, aDay, t
	c.day = dayRead{day, choice}
	return true
}

func (r *reader) readNamedDay(m match, c *candidate) bool {
	word, days, t := m.get("word"), 1, firm
	c.isRelative = true
	switch {
	case word == "today":
		days = 0
	case word == "yesterday":
		days, t = -1, fair
	case strings.Contains(word, "after"):
		days = 2
	case word == "tom":
		t = frail
	}
	return c.isDay(r.today.AddDate(0, 0, days), NoChoice, t)
}

func (r *reader) readTonight(_ match, c *candidate) bool {
	c.isDay(r.today, NoChoice, fair)
	c.kind, c.has, c.hour.part = Hour, aDay|aPartOfDay, night
	return true
}

// readEndOfDay reads a day's end, which takes the hour from a day, and means today without one.
func (r *reader) readEndOfDay(_ match, c *candidate) bool {
	c.isDay(r.today, NoChoice, fair)
	c.has = aPartOfDay
	return true
}

// readEndOf reads the end of a week, its Friday, or of a month, its last day.
func (r *reader) readEndOf(m match, c *candidate) bool {
	isNext := m.get("next") != "" || m.get("next2") != ""
	if isWeek := m.get("word") == "eow" || m.get("unit") == "week"; isWeek {
		from := r.today
		if isNext {
			from = r.nextWeek()
		}
		return c.isDay(onOrAfter(from, time.Friday), FridayOfWeek, fair)
	}
	months := 1
	if isNext {
		months = 2
	}
	return c.isDay(r.firstOfMonth(months).AddDate(0, 0, -1), LastOfMonth, fair)
}

func (r *reader) readNext(m match, c *candidate) bool {
	switch which := m.get("which")[:1] + " " + m.get("unit"); which {
	case "n week":
		return c.isDay(onOrAfter(r.nextWeek(), time.Monday), MondayNextWeek, firm)
	case "n month":
		return c.isDay(r.firstOfMonth(1), FirstOfNextMonth, firm)
	case "t weekend":
		return c.isDay(onOrAfter(r.today, time.Saturday), Saturday, firm)
	case "n weekend":
		return c.isDay(onOrAfter(r.nextWeek(), time.Saturday), Saturday, firm)
	default: // this week, this month: no day
		return false
	}
}

var weekdays = map[string]time.Weekday{
	"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday,
	"sat": time.Saturday, "sun": time.Sunday,
}

func (r *reader) readWeekday(m match, c *candidate) bool {
	name, lead := m.get("wd"), m.get("lead")
	day, t := weekdays[name[:3]], fair
	if lead != "" || m.get("which") != "" {
		t = firm
	}
	if name == "sun" || name == "sat" {
		t = frail
	}
	switch {
	case strings.HasPrefix(m.get("which"), "n") || m.get("later") != "":
		return c.isDay(onOrAfter(r.nextWeek(), day), WeekdayNextWeek, firm)
	case strings.HasPrefix(m.get("which"), "t"):
		return c.isDay(onOrAfter(r.today, day), WeekdayThisWeek, t)
	default:
		return c.isDay(onOrAfter(r.today.Add(inDays), day), ComingWeekday, t)
	}
}

// readDaysFromNow reads "in 3 days", "2 weeks from now".
func (r *reader) readDaysFromNow(m match, c *candidate) bool {
	n := numberOf(m.get("n"))
	switch m.get("unit")[0] {
	case 'd':
		return c.isDay(r.today.AddDate(0, 0, n), NoChoice, firm)
	case 'w':
		return c.isDay(r.today.AddDate(0, 0, 7*n), NoChoice, firm)
	default:
		return c.isDay(r.monthsFromNow(n), NoChoice, firm)
	}
}

// readISODate reads dates in which year, month and day are told apart by their form.
func (r *reader) readISODate(m match, c *candidate) bool {
	day, ok := dateOf(numberOf(m.get("y")), numberOf(m.get("m")), numberOf(m.get("d")))
	return ok && !r.isCounted(m, c) && c.isDay(day, NoChoice, firm)
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// readDate reads dates whose month is a word.
func (r *reader) readDate(m match, c *candidate) bool {
	month := 1 + slices.Index(months, m.get("month")[:3])
	return r.readParts(c, m.get("y")+m.get("y2"), month, numberOf(m.get("d")), firm)
}

// readNumericDate reads dates of numbers, in the reader's order.
func (r *reader) readNumericDate(m match, c *candidate) bool {
	day, month, t := numberOf(m.get("a")), numberOf(m.get("b")), fair
	if r.Order == MonthFirst {
		day, month = month, day
	}
	year := m.get("y") + m.get("y2")
	hasYear := year != ""
	if r.isCounted(m, c) || !hasYear && day == 24 && month == 7 {
		return false
	}
	if hasYear || m.get("lead") != "" {
		t = firm
	}
	return r.readParts(c, year, month, day, t) && (t == firm || !r.isFraction(m, c.day.day))
}

// isFraction reports whether numbers are more likely a half or a third than a date far ahead.
func (r *reader) isFraction(m match, day time.Time) bool {
	const smallest, near = 5, 60 * inDays
	a, b := numberOf(m.get("a")), numberOf(m.get("b"))
	return a < b && b <= smallest && day.Sub(r.today) > near
}

// counted are nouns that numbers belong to: of "part 2/3" or "room 3:30" nothing is a time.
var counted = []string{
	"part", "parts", "step", "steps", "phase", "page", "pages", "batch", "chapter", "section", "episode",
	"slide", "module", "lesson", "round",
	"invoice", "instalment", "installment", "no", "number", "score", "rating", "done", "completed", "unit", "level",
	"day", "week", "version", "size", "ratio", "flat", "plot", "house", "shop", "po", "ref", "reference", "bill",
	"room", "gate", "psalm", "verse", "banner", "scale", "clause", "order", "ticket", "rs", "inr", "usd",
}

// isCounted reports whether a number belongs to the noun before it.
func (r *reader) isCounted(m match, c *candidate) bool {
	return m.get("lead") == "" && slices.Contains(counted, r.lowAt(c.first-1))
}

// readParts reads a date with its year or, without one, the next such date.
func (r *reader) readParts(c *candidate, year string, month, day int, t trust) bool {
	if year != "" {
		y := numberOf(year)
		if len(year) == 2 {
			y += 2000
		}
		date, ok := dateOf(y, month, day)
		return ok && c.isDay(date, NoChoice, t)
	}
	const leapYears = 8 // as far as two of them may be apart
	for y := r.today.Year(); y <= r.today.Year()+leapYears; y++ {
		if date, ok := dateOf(y, month, day); ok && !date.Before(r.today) {
			return c.isDay(date, ComingDate, t)
		}
	}
	return false
}

// readDayOfMonth reads "on the 5th", and "5th" by itself only beside an hour.
func (r *reader) readDayOfMonth(m match, c *candidate) bool {
	if lead := m.get("lead"); (lead == "" || lead == "for") && m.get("wd") == "" {
		c.needs = anHour
	}
	const longest = 2 // no two months in a row are without a 29th, 30th or 31st
	for n := range longest + 1 {
		first := r.firstOfMonth(n)
		date, ok := dateOf(first.Year(), int(first.Month()), numberOf(m.get("d")))
		if ok && !date.Before(r.today) {
			return c.isDay(date, ComingDate, firm)
		}
	}
	return false
}

// dateOf returns a date, and reports whether it exists.
func dateOf(year, month, day int) (time.Time, bool) {
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return date, date.Year() == year && int(date.Month()) == month && date.Day() == day
}

func onOrAfter(from time.Time, day time.Weekday) time.Time {
	return from.AddDate(0, 0, int(day-from.Weekday()+7)%7)
}

// nextWeek returns the first day of the next week.
func (r *reader) nextWeek() time.Time { return onOrAfter(r.today.AddDate(0, 0, 1), r.WeekStart) }

// firstOfMonth returns the first day of the month that is so many months ahead.
func (r *reader) firstOfMonth(ahead int) time.Time {
	return time.Date(r.today.Year(), r.today.Month()+time.Month(ahead), 1, 0, 0, 0, 0, time.UTC)
}

// monthsFromNow returns the same day so many months ahead, or the month's last if it has no such.
func (r *reader) monthsFromNow(n int) time.Time {
	last := r.firstOfMonth(n+1).AddDate(0, 0, -1)
	return last.AddDate(0, 0, min(r.today.Day(), last.Day())-last.Day())
}
