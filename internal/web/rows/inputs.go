package rows

import (
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// WallClock is how browsers write a day and an hour.
const WallClock = "2006-01-02T15:04"

// ReadWall reads a day and an hour as browsers send them; false for anything else.
func ReadWall(text string, zone *time.Location) (at time.Time, ok bool) {
	read, err := time.Parse(WallClock, text)
	if err != nil {
		return time.Time{}, false
	}
	return civil.InstantOf(read, zone), true
}

// RuleText writes a reminder's rule for forms: "m30", "d1 09:00:00"; "" for none.
func RuleText(r tickler.Reminder) string {
	switch {
	case r.Rule == tickler.MinutesBefore:
		return "m" + strconv.Itoa(r.Minutes)
	case r.Rule == tickler.DaysBefore && r.At != nil:
		return "d" + strconv.Itoa(r.Days) + " " + r.At.String()
	case r.Rule == tickler.DaysBefore:
		return "d" + strconv.Itoa(r.Days)
	default:
		return ""
	}
}

// RuleOf reads what RuleText wrote; false for no rule and for anything else.
func RuleOf(text string) (r tickler.Reminder, ok bool) {
	number, at, hasTime := strings.Cut(strings.TrimLeft(text, "md"), " ")
	n, err := strconv.Atoi(number)
	switch {
	case text == "" || err != nil:
		return r, false
	case text[0] == 'm':
		return tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: n}, true
	}
	r = tickler.Reminder{Rule: tickler.DaysBefore, Days: n}
	if hasTime {
		hour, err := civil.ParseTimeOfDay(at)
		if err != nil {
			return r, false
		}
		r.At = &hour
	}
	return r, true
}

// InputType is the type of the input for one line of a custom field.
func InputType(t tickler.DataType) string {
	switch t {
	case tickler.DateData:
		return "date"
	case tickler.EmailData:
		return "email"
	case tickler.PhoneData:
		return "tel"
	case tickler.URLData:
		return "url"
	default:
		return "text"
	}
}
