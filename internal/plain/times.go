package plain

import (
	"fmt"
	"time"

	"tickler"
)

// Times writes instants as one reader would say them: in their zone, by their preferences, seen
// from now. The zero instant is "".
type Times struct {
	Zone        *time.Location
	Preferences tickler.Preferences
	Now         time.Time
}

// Instant writes a day and an hour: "today 15:00", "tomorrow 9:00", "Tue 2 Dec, 10:30".
func (t Times) Instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	if name := t.dayName(at); name != "" {
		return name + " " + t.Hour(at)
	}
	return t.date(at) + ", " + t.Hour(at)
}

// DatedInstant writes a day and an hour as Instant does, but each day by its date, for what is read
// on another day, such as a mail: "Tue 2 Dec, 10:30".
func (t Times) DatedInstant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return t.date(at) + ", " + t.Hour(at)
}

// DatedDay writes a day by its date: "Tue 2 Dec".
func (t Times) DatedDay(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return t.date(at)
}

// Day writes a day alone: "today", "tomorrow", "Tue 2 Dec", and "Tue 2 Dec 2025" in another year.
func (t Times) Day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	if name := t.dayName(at); name != "" {
		return name
	}
	return t.date(at)
}

// Hour writes what the clock shows: "9:00" or "9:00 am". Nobody counts the seconds.
func (t Times) Hour(at time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case t.Preferences.Has12Hours():
		return at.In(t.Zone).Format("3:04 pm")
	default:
		local := at.In(t.Zone)
		return fmt.Sprintf("%d:%02d", local.Hour(), local.Minute())
	}
}

// Span writes when something begins and ends: "10:00–10:30", with both days if it ends on another.
func (t Times) Span(from, to time.Time) string {
	switch {
	case from.IsZero() || to.IsZero():
		return t.Instant(from) + t.Instant(to)
	case from.Equal(to):
		return t.Hour(from)
	case t.daysUntil(from) != t.daysUntil(to):
		return t.Instant(from) + " – " + t.Instant(to)
	default:
		return t.Hour(from) + "–" + t.Hour(to)
	}
}

// Overdue says how long something is overdue that was to be done by an instant: "3 days overdue" by
// the calendar, or "20 min overdue" on the same day; "" as long as it is not.
func (t Times) Overdue(end time.Time) string {
	late := t.Now.Sub(end)
	switch days := -t.daysUntil(end); {
	case end.IsZero() || late <= 0:
		return ""
	case days > 0:
		return Counted(days, "day") + " overdue"
	case late < time.Minute:
		return "overdue"
	default:
		return length(late) + " overdue"
	}
}

// Distance says how far an instant is from now: "in 20 min", "3 days ago". Beyond two months it is
// "": a date says more.
func (t Times) Distance(at time.Time) string {
	far := at.Sub(t.Now).Abs()
	switch isAhead := at.After(t.Now); {
	case at.IsZero() || far >= 60*day:
		return ""
	case far < time.Minute && isAhead:
		return "in a moment"
	case far < time.Minute:
		return "just now"
	case isAhead:
		return "in " + length(far)
	default:
		return length(far) + " ago"
	}
}

// Exact writes an instant for whoever has to be sure, with the distance from UTC: "2026-12-02 10:30
// +05:30". Seconds are written only if there are any.
func (t Times) Exact(at time.Time) string {
	local := at.In(t.Zone)
	switch {
	case at.IsZero():
		return ""
	case local.Second() != 0:
		return local.Format("2006-01-02 15:04:05 -07:00")
	default:
		return local.Format("2006-01-02 15:04 -07:00")
	}
}

const day = 24 * time.Hour

// dayName names the days around today; "" for others.
func (t Times) dayName(at time.Time) string {
	switch t.daysUntil(at) {
	case -1:
		return "yesterday"
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	default:
		return ""
	}
}

// date writes a day by the calendar. Whoever wants the year first always gets it: without it, 12-02
// could be read either way.
func (t Times) date(at time.Time) string {
	local := at.In(t.Zone)
	isOtherYear := local.Year() != t.Now.In(t.Zone).Year()
	switch order := t.Preferences.Order(); {
	case order == tickler.YearFirst:
		return local.Format("Mon 2006-01-02")
	case order == tickler.MonthFirst && isOtherYear:
		return local.Format("Mon, Jan 2, 2006")
	case order == tickler.MonthFirst:
		return local.Format("Mon, Jan 2")
	case isOtherYear:
		return local.Format("Mon 2 Jan 2006")
	default:
		return local.Format("Mon 2 Jan")
	}
}

// daysUntil counts the midnights from now until an instant, whatever clocks are changed in between.
func (t Times) daysUntil(at time.Time) int {
	return int(dateOf(at, t.Zone).Sub(dateOf(t.Now, t.Zone)) / day)
}

// dateOf is the day of an instant in a zone, counted as if there were no zones.
func dateOf(at time.Time, zone *time.Location) time.Time {
	year, month, date := at.In(zone).Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
}

// length writes how long something takes, in the largest unit that says enough.
func length(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return Counted(int(d/time.Hour), "hour")
	default:
		return Counted(int(d/day), "day")
	}
}

// Counted says how many there are of something: "1 row", "2 rows".
func Counted(n int, name string) string {
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}
