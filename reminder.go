package tickler

import (
	"fmt"
	"time"

	"tickler/internal/civil"
)

// Limits of a reminder's rule (docs/contract.md section 2).
const (
	MaxReminderMinutes = 525_600
	MaxReminderDays    = 365
)

// ReminderRule is which of the two rules a reminder follows.
type ReminderRule int

// The rules. The numbers are stored.
const (
	NoReminder    ReminderRule = 0
	MinutesBefore ReminderRule = 1 // so many minutes before the due instant
	DaysBefore    ReminderRule = 2 // so many calendar days before the due day, at a time of day
)

// Reminder is the rule that says when a task's owner is told of it. The zero Reminder is no rule.
type Reminder struct {
	Rule ReminderRule
	// Minutes before the due instant, 0 to MaxReminderMinutes, under MinutesBefore.
	Minutes int
	// Days before the due day in the account's zone, 0 to MaxReminderDays, under DaysBefore.
	Days int
	// At is the time of that day in the account's zone, under DaysBefore; nil is the time of day of
	// the due instant.
	At *civil.TimeOfDay
}

// NewReminder picks the rule that the three attributes make together; nil is an absent one. The day
// rule holds if a time is given, or the days are more than 0, or they are 0 and the minutes absent;
// otherwise the minutes hold (docs/contract.md section 2).
func NewReminder(minutes, days *int, at *civil.TimeOfDay) Reminder {
	switch {
	case at != nil, days != nil && (*days > 0 || minutes == nil):
		return Reminder{Rule: DaysBefore, Days: valueOr(days, 0), At: at}
	case minutes != nil:
		return Reminder{Rule: MinutesBefore, Minutes: *minutes}
	default:
		return Reminder{}
	}
}

// Moment returns the instant of the reminder for a task due at the given instant, with days and
// times of day in the account's zone; the zero time without a rule.
func (r Reminder) Moment(due time.Time, zone *time.Location) time.Time {
	switch r.Rule {
	case MinutesBefore:
		return due.Add(-time.Duration(r.Minutes) * time.Minute)
	case DaysBefore:
		return civil.OnDay(due, zone, -r.Days, valueOr(r.At, civil.TimeOfDayOf(due.In(zone))))
	default:
		return time.Time{}
	}
}

// Equal reports whether two rules are the same.
func (r Reminder) Equal(other Reminder) bool {
	return r.Rule == other.Rule && r.Minutes == other.Minutes && r.Days == other.Days &&
		(r.At == nil) == (other.At == nil) && valueOr(r.At, 0) == valueOr(other.At, 0)
}

// String describes the rule in words.
func (r Reminder) String() string {
	switch {
	case r.Rule == MinutesBefore:
		return fmt.Sprintf("%d minutes before", r.Minutes)
	case r.Rule == DaysBefore && r.At != nil:
		return fmt.Sprintf("%d days before at %s", r.Days, r.At)
	case r.Rule == DaysBefore:
		return fmt.Sprintf("%d days before", r.Days)
	default:
		return "none"
	}
}
