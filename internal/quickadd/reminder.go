package quickadd

import (
	"strconv"

	"tickler"
	"tickler/internal/civil"
)

var reminderRecognisers = []recogniser{
	{phrase(`(?:no|without(?: an?| any)?) reminders?`), (*reader).readNoReminder},
	{phrase(
		`remind(?:er)?(?: me)?(?: in)? (?:{number}~(?P<unit>d|days?|wks?|weeks?)|the day)` +
			`(?: before)?(?: at {clock})?`,
	), (*reader).readDaysBefore},
	{phrase(`remind(?:er)?(?: me)?(?: in)? {length}(?: before)?`), (*reader).readMinutesBefore},
	{phrase(`remind(?:er)?(?: me)?(?P<at> at)? {clock}`), (*reader).readOnTheDay},
}

func (r *reader) readNoReminder(_ match, c *candidate) bool {
	c.kind = Reminder
	return true
}

func (r *reader) readMinutesBefore(m match, c *candidate) bool {
	minutes := int(lengthOf(m).Minutes())
	c.kind, c.reading.Reminder = Reminder, tickler.NewReminder(&minutes, nil, nil)
	return minutes <= tickler.MaxReminderMinutes
}

// readOnTheDay reads an hour of the day itself.
func (r *reader) readOnTheDay(m match, c *candidate) bool {
	return (m.get("at") != "" || isWritten(m, "")) && r.readDaysBefore(m, c)
}

// readDaysBefore reads days and an hour; either may be missing. The day itself is 0 days before.
func (r *reader) readDaysBefore(m match, c *candidate) bool {
	days := 0
	switch {
	case m.get("n") != "":
		days = numberOf(m.get("n"))
	case m.get("h") == "": // "the day before"
		days = 1
	}
	if unit := m.get("unit"); unit != "" && unit[0] == 'w' {
		days *= 7
	}
	var at *civil.TimeOfDay
	if m.get("h") != "" {
		clock, ok := clockOf(m, "")
		if !ok {
			return false
		}
		time, _ := clock.at(0)
		at = &time
	}
	c.kind, c.reading.Reminder = Reminder, tickler.NewReminder(nil, &days, at)
	return days <= tickler.MaxReminderDays
}

var numberWords = map[string]int{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
	"six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}

func numberOf(text string) int {
	if n, ok := numberWords[text]; ok {
		return n
	}
	n, _ := strconv.Atoi(text) // digits they are, or nothing
	return n
}
