package tickler

import (
	"time"

	"tickler/internal/civil"
)

// SnoozeChoice names a time to which a reminder can be put off.
type SnoozeChoice string

// The choices.
const (
	SnoozeHour      SnoozeChoice = "hour"
	SnoozeAfternoon SnoozeChoice = "afternoon" // today at three
	SnoozeTomorrow  SnoozeChoice = "tomorrow"  // at nine
	SnoozeMonday    SnoozeChoice = "monday"    // the next one, at nine
)

// SnoozeOption is a choice with the instant that it means now.
type SnoozeOption struct {
	Choice SnoozeChoice
	Until  time.Time
}

// The times of day of the choices.
const (
	morning   = civil.TimeOfDay(9 * 60 * 60)
	afternoon = civil.TimeOfDay(15 * 60 * 60)
)

// SnoozeOptions lists the choices that somebody has at an instant where they are, the earliest
// first. No two mean the same, and this afternoon is one only while it is more than an hour ahead.
func SnoozeOptions(now time.Time, zone *time.Location) []SnoozeOption {
	hour := now.UTC().Truncate(time.Minute).Add(time.Hour)
	options := []SnoozeOption{{SnoozeHour, hour}}
	if at := civil.OnDay(now, zone, 0, afternoon); at.After(hour) {
		options = append(options, SnoozeOption{SnoozeAfternoon, at})
	}
	options = append(options, SnoozeOption{SnoozeTomorrow, civil.OnDay(now, zone, 1, morning)})
	if days := daysToMonday(now.In(zone).Weekday()); days > 1 {
		options = append(options, SnoozeOption{SnoozeMonday, civil.OnDay(now, zone, days, morning)})
	}
	return options
}

// daysToMonday counts the days from a weekday to the next Monday: 1 to 7.
func daysToMonday(day time.Weekday) int { return (int(time.Monday-day)+6)%7 + 1 }
