package acts

import (
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// wish is something to be done to tasks, and how a sentence about it ends.
type wish struct {
	doing app.Doing
	are   string // "done": what they are then
	// whole is the whole sentence, with % for the tasks, where they are not its subject.
	whole string
}

// sentence says what was done to some tasks.
func (w wish) sentence(steps []tickler.Step) string {
	subject := rows.Subject(tickler.Act{Steps: steps})
	switch {
	case w.whole != "":
		return strings.Replace(w.whole, "%", subject, 1)
	case len(steps) == 1:
		return subject + " is " + w.are + "."
	default:
		return subject + " are " + w.are + "."
	}
}

var plainWishes = map[string]wish{
	"complete": {doing: app.Completing(), are: "done"},
	"reopen":   {doing: app.Reopening(), are: "open again"},
	"cancel":   {doing: app.Cancelling(), are: "cancelled"},
	"delete":   {doing: app.Deleting(), are: "deleted"},
	"wake":     {doing: app.Snoozing(time.Time{}), are: "no longer snoozed"},
}

// wishOf reads what is to be done, or says what is missing.
func wishOf(p *frame.Page, verb string) (w wish, mistake string) {
	if w, known := plainWishes[verb]; known {
		return w, ""
	}
	noun, word, _ := strings.Cut(verb, "-")
	switch noun {
	case "snooze":
		return snoozeOf(p, word)
	case "move":
		return moveOf(p, word)
	case "assign":
		return assignmentOf(p)
	case "remind":
		return reminderOf(word)
	case "rename":
		name := p.Form.Text("name")
		if name == "" {
			return w, "A task needs a name."
		}
		return wish{doing: app.Changing(tickler.TaskPatch{Name: tickler.Of(name)}), whole: "Renamed to %."}, ""
	default:
		return w, "This can't be done to a task."
	}
}

func snoozeOf(p *frame.Page, word string) (w wish, mistake string) {
	until, found := chosen(rows.Snoozes(p), word)
	if word == "at" {
		if until, found = rows.ReadWall(p.Form.Text("until"), p.Zone()); !found {
			return w, "Choose a day and an hour."
		}
	}
	if !found {
		return w, "That time has passed. Choose another one."
	}
	return wish{doing: app.Snoozing(until), are: "snoozed until " + p.Times().Instant(until)}, ""
}

func moveOf(p *frame.Page, word string) (w wish, mistake string) {
	if word == "by" {
		return moveByOf(p)
	}
	day, found := chosen(rows.Moves(p), word)
	if word == "day" {
		date, err := civil.ParseDate(p.Form.Text("day"))
		if err != nil {
			return w, "Choose a day."
		}
		day, found = civil.InstantOf(date, p.Zone()), true
	}
	if !found {
		return w, "Choose a day."
	}
	return wish{doing: app.MovingTo(day, p.Zone()), are: "moved to " + p.Times().Day(day)}, ""
}

// mostDays is how far tasks can be moved at once, either way.
const mostDays = 3_650

func moveByOf(p *frame.Page) (w wish, mistake string) {
	days, err := strconv.Atoi(p.Form.Text("days"))
	if err != nil || days == 0 || days < -mostDays || days > mostDays {
		return w, "Say by how many days: 7 is a week later, -1 is a day earlier."
	}
	are := "moved " + frame.Counted(days, "day") + " later"
	if days < 0 {
		are = "moved " + frame.Counted(-days, "day") + " earlier"
	}
	return wish{doing: app.MovingBy(days, p.Zone()), are: are}, ""
}

// reminderOf reads when owners are to be reminded, by the word of a choice: see rows.Reminders.
func reminderOf(word string) (w wish, mistake string) {
	for _, r := range rows.Reminders {
		if r.Word != word {
			continue
		}
		patch := tickler.TaskPatch{Notify: tickler.Of(r.Rule.Rule != tickler.NoReminder)}
		switch r.Rule.Rule {
		case tickler.MinutesBefore:
			patch.ReminderMinutes = tickler.Of(r.Rule.Minutes)
		case tickler.DaysBefore:
			patch.ReminderDays, patch.ReminderTime = tickler.Of(r.Rule.Days), tickler.OfPointer(r.Rule.At)
		case tickler.NoReminder:
			return wish{doing: app.Changing(patch), whole: "No reminder any more: %."}, ""
		}
		return wish{doing: app.Changing(patch), whole: "Reminder set for %: " + strings.ToLower(r.Name[:1]) + r.Name[1:] + "."}, ""
	}
	return w, "Choose when to remind."
}

func assignmentOf(p *frame.Page) (w wish, mistake string) {
	id, err := tickler.ParseID(p.Form.Value("owner"))
	owner, found := p.Caller.Account.User(id)
	if err != nil || !found {
		return w, "Choose who is to have it."
	}
	return wish{doing: app.Assigning(id), are: "assigned to " + owner.Name()}, ""
}

func chosen(choices []rows.Choice, word string) (at time.Time, found bool) {
	for _, c := range choices {
		if c.Word == word {
			return c.At, true
		}
	}
	return time.Time{}, false
}
