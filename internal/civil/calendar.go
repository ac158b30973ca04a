package civil

import (
	"fmt"
	"time"
)

// TimeOfDay is a time on the clock: whole seconds since midnight, 0 to 86,399.
type TimeOfDay int

// ParseTimeOfDay reads HH:MM:SS.
func ParseTimeOfDay(text string) (TimeOfDay, error) {
	t, err := time.Parse(time.TimeOnly, text)
	if err != nil || len(text) != len(time.TimeOnly) {
		return 0, fmt.Errorf("%q is not a time of day of the form HH:MM:SS", text)
	}
	return TimeOfDayOf(t), nil
}

// String returns HH:MM:SS.
func (t TimeOfDay) String() string {
	return fmt.Sprintf("%02d:%02d:%02d", t/3600, t/60%60, t%60)
}

// TimeOfDayOf returns what the clock shows at t in t's own zone.
func TimeOfDayOf(t time.Time) TimeOfDay {
	hour, minute, second := t.Clock()
	return TimeOfDay(hour*3600 + minute*60 + second)
}

// StartOfDay returns the first instant of the calendar day that t falls on in the zone. Some zones
// have days without a 00:00 (docs/contract.md section 2).
func StartOfDay(t time.Time, zone *time.Location) time.Time {
	return OnDay(t, zone, 0, 0)
}

// EndOfDay returns the last second of the calendar day that t falls on in the zone: one second
// before the next day starts.
func EndOfDay(t time.Time, zone *time.Location) time.Time {
	return OnDay(t, zone, 1, 0).Add(-time.Second)
}

// OnDay returns the instant of a time of day, the given number of days after the calendar day of t
// in the zone.
func OnDay(t time.Time, zone *time.Location, days int, at TimeOfDay) time.Time {
	year, month, day := t.In(zone).Date()
	return InstantOf(time.Date(year, month, day+days, 0, 0, int(at), 0, time.UTC), zone)
}

// InstantOf returns the instant at which clocks in the zone show what wall shows in UTC. Of a local
// time that occurs twice it is the first; for one that is skipped it is the first instant after the
// gap (docs/contract.md section 2).
func InstantOf(wall time.Time, zone *time.Location) time.Time {
	const beyondAnyOffset = 26 * time.Hour
	t := wall.Add(-beyondAnyOffset).In(zone)
	for {
		_, offset := t.Zone()
		instant := wall.Add(-time.Duration(offset) * time.Second)
		end := offsetHoldsUntil(t)
		switch {
		case !end.IsZero() && !instant.Before(end):
			t = end
		case instant.Before(t): // clocks went past it when they were changed at t
			return t.UTC()
		default:
			return instant.UTC()
		}
	}
}

// offsetHoldsUntil returns an instant after t until which the offset at t certainly holds, or zero
// if it holds for ever. ZoneBounds alone won't do: it assumes years of 365 days, so that on the
// last day of a leap year it may return an end that is not after t (golang.org/issue/81583).
func offsetHoldsUntil(t time.Time) time.Time {
	const day = 24 * time.Hour
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	return t.Truncate(day).Add(day)
}
