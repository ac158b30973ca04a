package rows

import (
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// Choice is a time that people choose by one word, for a reminder or for a task.
type Choice struct {
	Word string // that the form sends
	Name string // "Tomorrow"
	Key  string // that chooses it
	// At is the instant, or for a task the beginning of the day.
	At time.Time
	// Detail is what the name does not say: "Mon 7 Dec".
	Detail string
}

// snoozes name the options of when to be reminded: by a word, and by a key.
var snoozes = map[tickler.SnoozeChoice][2]string{
	tickler.SnoozeHour: {"In an hour", "h"}, tickler.SnoozeAfternoon: {"This afternoon", "a"},
	tickler.SnoozeTomorrow: {"Tomorrow", "t"}, tickler.SnoozeMonday: {"Next Monday", "m"},
}

// Snoozes are the choices of when to be reminded.
func Snoozes(p *frame.Page) (all []Choice) {
	for _, o := range tickler.SnoozeOptions(p.Now, p.Zone()) {
		c := Choice{Word: string(o.Choice), Name: snoozes[o.Choice][0], Key: snoozes[o.Choice][1], At: o.Until}
		switch o.Choice {
		case tickler.SnoozeAfternoon, tickler.SnoozeTomorrow:
			c.Detail = p.Times().Hour(o.Until)
		case tickler.SnoozeMonday:
			c.Detail = p.Times().Instant(o.Until)
		case tickler.SnoozeHour: // the page may be open for long
		}
		all = append(all, c)
	}
	return all
}

// Moves are the choices of where to move a task.
func Moves(p *frame.Page) []Choice {
	zone, times := p.Zone(), p.Times()
	day := func(word, name, key string, days int) Choice {
		at := civil.OnDay(p.Now, zone, days, 0)
		c := Choice{Word: word, Name: name, Key: key, At: at}
		if days > 0 {
			c.Detail = DayWords(times.DatedDay(at), at.In(zone))
		}
		return c
	}
	all := []Choice{day("today", "Today", "d", 0), day("tomorrow", "Tomorrow", "t", 1)}
	const week = 7
	return append(all,
		day("monday", "Next Monday", "m", untilMonday(p.Now, zone)), day("week", "In a week", "w", week))
}

// DayWords remark on a day that a page proposes, in words, if few people work on it.
func DayWords(words string, at time.Time) string {
	if day := at.Weekday(); day == time.Saturday || day == time.Sunday {
		return words + ", weekend"
	}
	return words
}

// untilMonday counts the days to the next Monday, which is never today.
func untilMonday(now time.Time, zone *time.Location) int {
	const week = 7
	return (int(time.Monday)-int(now.In(zone).Weekday())+week-1)%week + 1
}

// Reminder is a rule that people choose by one word.
type Reminder struct {
	Word, Name string
	Rule       tickler.Reminder
}

const morning = civil.TimeOfDay(9 * 3600)

// Reminders are the choices of when a task's owner is reminded by e-mail.
var Reminders = []Reminder{
	{Word: "due", Name: "When it is due", Rule: tickler.Reminder{Rule: tickler.MinutesBefore}},
	{Word: "quarter", Name: "15 minutes before", Rule: tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: 15}},
	{Word: "hour", Name: "An hour before", Rule: tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: 60}},
	{Word: "morning", Name: "On the day at 9:00", Rule: tickler.Reminder{Rule: tickler.DaysBefore, At: new(morning)}},
	{Word: "day", Name: "The day before at 9:00", Rule: tickler.Reminder{
		Rule: tickler.DaysBefore, Days: 1, At: new(morning),
	}},
	{Word: "none", Name: "Not at all"},
}

// Acts is what the bar below a list needs, with which its tasks are changed.
type Acts struct {
	Snoozes, Moves []Choice
	Reminders      []Reminder
	People         []tickler.User // who may be given a task
	Today          string         // as machines read it
}

// ActsFor returns the acts of a page.
func ActsFor(p *frame.Page) Acts {
	a := Acts{Snoozes: Snoozes(p), Moves: Moves(p), Reminders: Reminders, Today: p.Now.In(p.Zone()).Format(time.DateOnly)}
	for _, u := range p.Caller.Account.Users() {
		if u.Active {
			a.People = append(a.People, u)
		}
	}
	return a
}
