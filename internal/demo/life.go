package demo

import (
	"time"

	"tickler"
)

// live plans what happens to a task from its making until now.
func (p *planner) live(number int) {
	t := &p.tasks[number]
	if t.removed {
		return
	}
	l := life{p, t, number, t.madeAt}
	if !t.inBulk {
		l.begin()
	}
	switch {
	case t.stays:
		l.edit()
	case t.done:
		l.complete(l.doneAt())
	case t.day > 0:
		l.ahead()
	default:
		l.past()
	}
}

// life is what happens to one task; at is when something has happened last.
type life struct {
	*planner
	*task
	number int
	at     time.Time
}

// step adds a step, if it lies after the last one and before now, and reports whether it did.
func (l *life) step(at time.Time, by int, does Deed, patch tickler.TaskPatch) bool {
	if !at.After(l.at) || at.After(l.now.Add(-time.Minute)) {
		return false
	}
	l.story.Steps = append(l.story.Steps, Step{
		At: at, By: by, Via: tickler.ViaPage, Does: does, Task: l.number, Lead: nobody, Patch: patch,
	})
	l.at = at
	return true
}

// begin makes the task: mostly its owner does, else their manager or, through the API, the website.
func (l *life) begin() {
	by, via := l.owner, tickler.ViaPage
	manager := l.people[l.owner].Manager
	switch {
	case l.taskType != meeting && l.percent(22):
		by, via = head, tickler.ViaAPI
	case manager != nobody && l.percent(15):
		by = manager
	}
	draft := l.draft
	move, moves := l.earlier(&draft)
	colleagues := l.reports(manager)
	handsOver := manager > head && l.moved.IsZero() && l.percent(5)
	if handsOver {
		draft.OwnerEmail = l.people[pick(l.dice, colleagues)].Email()
	}
	l.story.Steps = append(l.story.Steps, Step{
		At: l.madeAt, By: by, Via: via, Does: Create, Task: l.number, ID: l.id(l.madeAt), Draft: draft, Lead: l.lead,
		Deal: l.deal,
	})
	if handsOver && draft.OwnerEmail != l.draft.OwnerEmail {
		after := time.Duration(l.between(5, 50)) * time.Minute
		l.step(l.madeAt.Add(after), manager, Change, tickler.TaskPatch{OwnerEmail: l.draft.OwnerEmail})
	}
	if moves {
		l.step(move.At, l.owner, Change, move.Patch)
	}
	if !l.moved.IsZero() {
		l.at = l.moved
	}
}

// earlier lets some tasks be planned a few days earlier at first, and returns the step that moves
// them to where they are in the end.
func (l *life) earlier(draft *tickler.TaskDraft) (move Step, moves bool) {
	const most = 3
	days := l.between(1, most)
	was := l.due.In(l.zone(l.owner)).AddDate(0, 0, -days).UTC()
	end := l.end.In(l.zone(l.owner)).AddDate(0, 0, -days).UTC()
	at := was.Add(-time.Duration(l.between(20, 200)) * time.Minute)
	tooSoon := at.Before(l.madeAt.Add(time.Hour))
	if tooSoon || !at.Before(l.now.Add(-time.Hour)) || l.stays && l.day == 0 || !l.moved.IsZero() || !l.percent(25) {
		return move, false
	}
	draft.DueAt, draft.EndAt = &was, nil
	patch := tickler.TaskPatch{DueAt: tickler.Of(l.due)}
	if !l.isAppointment(l.task) {
		draft.EndAt = &end
		patch.EndAt = tickler.Of(l.end)
	}
	return Step{At: at, Patch: patch}, true
}

// doneAt returns when the task is done: soon after an appointment, and some time in a to-do's day.
func (l *life) doneAt() time.Time {
	if l.isAppointment(l.task) {
		return l.end.Add(time.Duration(l.between(1, 25)) * time.Minute)
	}
	at := l.atWork(l.owner, l.day)
	if l.done && at.After(l.now.Add(-2*time.Minute)) { // sometime between the day's begin and now
		passed := l.now.Sub(l.due)
		at = l.due.Add(passed/2 + time.Duration(l.between(0, 80))*passed/200)
	}
	return at
}

// complete marks the task as done, with a word on what came of it.
func (l *life) complete(at time.Time) {
	if l.done && at.After(l.now.Add(-time.Minute)) { // an appointment that has just ended
		at = l.now.Add(-time.Duration(l.between(70, 100)) * time.Second)
	}
	note := at.Add(-time.Duration(l.between(5, 40)) * time.Second)
	if l.outcome != "" && at.Before(l.now.Add(-time.Minute)) {
		text := l.outcome
		if l.draft.Description != "" {
			text = l.draft.Description + "\n\n" + text
		}
		l.step(note, l.owner, Change, tickler.TaskPatch{Description: tickler.Of(text)})
	}
	by := l.owner
	if manager := l.people[l.owner].Manager; manager != nobody && l.percent(4) {
		by = manager
	}
	l.step(at, by, Complete, tickler.TaskPatch{})
}

// edit changes a detail of some open tasks.
func (l *life) edit() {
	if l.percent(30) {
		after := time.Duration(l.between(10, 300)) * time.Minute
		priority := pick(l.dice, []string{"High", "Low"})
		if priority != l.draft.Priority {
			l.step(l.at.Add(after), l.owner, Change, tickler.TaskPatch{Priority: tickler.Of(priority)})
		}
	}
}

// ahead is the life of a task whose day is to come: some are called off, or done already.
func (l *life) ahead() {
	at := l.atWork(l.owner, l.workday(l.owner, -l.between(0, 3), -1))
	switch {
	case l.percent(4):
		l.step(at, l.owner, Cancel, tickler.TaskPatch{})
	case l.percent(3):
		l.complete(at)
	default:
		l.edit()
	}
}

// past is the life of a task whose day has come: most are done, some called off, and some done too
// soon. What can't have happened yet today stays open.
func (l *life) past() {
	if l.percent(6) {
		l.step(l.atWork(l.owner, l.day).Add(-24*time.Hour), l.owner, Cancel, tickler.TaskPatch{})
		if l.percent(85) && l.at.After(l.madeAt) {
			return
		}
		if l.at.After(l.madeAt) { // on again
			l.step(l.at.Add(time.Duration(l.between(2, 40))*time.Minute), l.owner, Reopen, tickler.TaskPatch{})
		}
	}
	at := l.doneAt()
	l.complete(at)
	if l.at.Equal(at) && l.percent(4) {
		l.step(at.Add(time.Duration(l.between(4, 60))*time.Minute), l.owner, Reopen, tickler.TaskPatch{})
		again := at.Add(time.Duration(l.between(90, 400)) * time.Minute)
		if again.After(l.now.Add(-time.Minute)) {
			again = l.now.Add(-90 * time.Second)
		}
		l.step(again, l.owner, Complete, tickler.TaskPatch{})
	}
}
