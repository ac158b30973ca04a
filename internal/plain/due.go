package plain

import (
	"cmp"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// Due is when a task is due, or ends, as one reader says it: at an hour of a day, or, of a to-do that
// is due by the day, on that day alone.
type Due struct {
	at    time.Time
	times Times
	// zone is where the day begins, if the task has a day and no hour; else nil. The reader finds
	// that day in their own calendar, at its beginning.
	zone *time.Location
}

// DueOf returns when a task is due. A to-do that is due when a day begins has no hour: where the
// reader is, or where other people are whom it concerns. The day is then theirs.
func (t Times) DueOf(task tickler.Task, others ...*time.Location) Due {
	return t.by(task, task.DueAt, civil.StartOfDay, others)
}

// EndOf returns when a task ends. A to-do that ends with a day has no hour.
func (t Times) EndOf(task tickler.Task, others ...*time.Location) Due {
	return t.by(task, task.EndAt, civil.EndOfDay, others)
}

func (t Times) by(
	task tickler.Task, at time.Time, edge func(time.Time, *time.Location) time.Time, others []*time.Location,
) Due {
	d := Due{at: at, times: t}
	if at.IsZero() || task.Category == tickler.CategoryAppointment {
		return d
	}
	for _, zone := range append([]*time.Location{t.Zone}, others...) {
		if at.Equal(edge(at, zone)) {
			d.zone, d.at = zone, civil.InstantOf(dateOf(at, zone), t.Zone)
			return d
		}
	}
	return d
}

// HasHour reports whether the task is due at an hour of its day.
func (d Due) HasHour() bool { return d.zone == nil }

// At returns the instant, or the beginning of the day where the reader is.
func (d Due) At() time.Time { return d.at }

// Zone is where the task's day and hour are.
func (d Due) Zone() *time.Location { return cmp.Or(d.zone, d.times.Zone) }

// String writes the day, and the hour if there is one: "today 15:00", "tomorrow".
func (d Due) String() string {
	if !d.HasHour() {
		return d.times.Day(d.at)
	}
	return d.times.Instant(d.at)
}

// Dated writes the day by its date, for what is read on another day, and the hour if there is one.
func (d Due) Dated() string {
	if !d.HasHour() {
		return d.times.DatedDay(d.at)
	}
	return d.times.DatedInstant(d.at)
}
