package plain

import (
	"time"

	"tickler"
	"tickler/internal/civil"
)

// Due is when a task is due, or ends, as one reader says it: at an hour of a day, or, of a to-do that
// is due by the day, on that day alone.
type Due struct {
	at     time.Time
	times  Times
	hasDay bool // and no hour
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
			d.times.Zone, d.hasDay = zone, true
			return d
		}
	}
	return d
}

// HasHour reports whether the task is due at an hour of its day.
func (d Due) HasHour() bool { return !d.hasDay }

// Zone is where its day and hour are read.
func (d Due) Zone() *time.Location { return d.times.Zone }

// String writes the day, and the hour if there is one: "today 15:00", "tomorrow".
func (d Due) String() string {
	if d.hasDay {
		return d.times.Day(d.at)
	}
	return d.times.Instant(d.at)
}

// Dated writes the day by its date, for what is read on another day, and the hour if there is one.
func (d Due) Dated() string {
	if d.hasDay {
		return d.times.DatedDay(d.at)
	}
	return d.times.DatedInstant(d.at)
}
