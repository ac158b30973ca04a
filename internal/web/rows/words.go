package rows

import (
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// ReminderWords say when a task's owner is reminded; "" if they aren't.
func ReminderWords(p *frame.Page, t tickler.Task) string {
	if !t.Notify {
		return ""
	}
	return RuleWords(p, t.Reminder)
}

// RuleWords say when a rule reminds.
func RuleWords(p *frame.Page, r tickler.Reminder) string {
	switch {
	case r.Rule == tickler.MinutesBefore && r.Minutes > 0:
		return LengthWords(time.Duration(r.Minutes)*time.Minute) + " before"
	case r.Rule == tickler.DaysBefore && r.Days == 0 && r.At != nil:
		return "on the day at " + clock(p, *r.At)
	case r.Rule == tickler.DaysBefore && r.At != nil:
		return frame.Counted(r.Days, "day") + " before at " + clock(p, *r.At)
	case r.Rule == tickler.DaysBefore && r.Days > 0:
		return frame.Counted(r.Days, "day") + " before"
	default:
		return "when it is due"
	}
}

// clock writes a time of day in the account's zone as the user reads it, with the zone if they have
// another one.
func clock(p *frame.Page, at civil.TimeOfDay) string {
	times, zone := p.Times(), p.Caller.Account.Zone.String()
	times.Zone = time.UTC
	words := times.Hour(time.Unix(int64(at), 0).UTC())
	if zone != p.Zone().String() {
		words += " in " + zone
	}
	return words
}

// LengthWords write a length in the largest units that it has whole: "1 h 30 min".
func LengthWords(d time.Duration) string {
	const day = 24 * time.Hour
	var parts []string
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{day, "day"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		n := int(d / unit.length)
		d %= unit.length
		switch {
		case n == 0:
		case unit.length == day:
			parts = append(parts, frame.Counted(n, unit.name))
		default:
			parts = append(parts, strconv.Itoa(n)+" "+unit.name)
		}
	}
	return strings.Join(parts, " ")
}
