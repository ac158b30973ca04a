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

// add adds a step, if it lies after the last one and before now, and reports whether it did.
func (l *life) add(at time.Time, by int, does Deed, step Step) bool {
	if !at.After(l.at) || at.After(l.now.Add(-latest)) {
		return false
	}
	step.At, step.By, step.Via, step.Does, step.Task, step.Lead = at, by, tickler.ViaPage, does, l.number, nobody
	l.story.Steps = append(l.story.Steps, step)
	l.at = at
	return true
}

// latest is how long before now the story has its last steps.
const latest = 30 * time.Second

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
	movedAt, moves := l.earlier(&draft)
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
		l.add(l.madeAt.Add(after), manager, Assign, Step{To: l.owner})
	}
	if moves {
		l.add(movedAt, l.owner, Move, Step{Until: l.due})
	}
	if !l.moved.IsZero() {
		l.at = l.moved
	}
}

// earlier lets some tasks be planned a few days earlier at first, and returns when they are moved to
// where they are in the end.
func (l *life) earlier(draft *tickler.TaskDraft) (at time.Time, moves bool) {
	const most = 3
	days := l.between(1, most)
	was := l.due.In(l.zone(l.owner)).AddDate(0, 0, -days).UTC()
	end := l.end.In(l.zone(l.owner)).AddDate(0, 0, -days).UTC()
	at = was.Add(-time.Duration(l.between(20, 200)) * time.Minute)
	tooSoon := at.Before(l.madeAt.Add(time.Hour))
	if tooSoon || !at.Before(l.now.Add(-time.Hour)) || l.stays && l.day == 0 || !l.moved.IsZero() || !l.percent(25) {
		return at, false
	}
	draft.DueAt, draft.EndAt = &was, nil
	if !l.isAppointment(l.task) {
		draft.EndAt = &end
	}
	return at, true
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

// complete marks the task as done, with a note of what came of it.
func (l *life) complete(at time.Time) {
	if l.done && at.After(l.now.Add(-2*time.Minute)) { // an appointment that has just ended
		at = l.now.Add(-time.Duration(l.between(90, 110)) * time.Second)
	}
	by := l.owner
	if manager := l.people[l.owner].Manager; manager > head && l.percent(4) {
		by = manager
	}
	if l.add(at, by, Complete, Step{}) && l.outcome != "" {
		l.add(at.Add(time.Duration(l.between(8, 50))*time.Second), by, Note, Step{Note: l.outcome})
	}
}

// edit changes a detail of some open tasks, and puts some off.
func (l *life) edit() {
	priority := pick(l.dice, []string{"High", "Low"})
	if l.percent(30) && priority != l.draft.Priority {
		after := time.Duration(l.between(10, 300)) * time.Minute
		l.add(l.at.Add(after), l.owner, Edit, Step{Patch: tickler.TaskPatch{Priority: tickler.Of(priority)}})
	}
	soon := l.owner != head && l.day >= 0 && l.day < 3
	if !l.snoozed && (!soon || !l.percent(6)) {
		return
	}
	const nine = 9
	later := pick(l.dice, []time.Time{
		l.now.Add(2 * time.Hour).Truncate(30 * time.Minute), l.planner.at(l.owner, 1, nine, 0),
	})
	l.add(l.now.Add(-time.Duration(l.between(3, 90))*time.Minute), l.owner, Snooze, Step{Until: later})
}

// ahead is the life of a task whose day is to come: some are called off, or done already.
func (l *life) ahead() {
	at := l.atWork(l.owner, l.workday(l.owner, -l.between(0, 3), -1))
	switch {
	case l.percent(4):
		l.add(at, l.owner, Cancel, Step{})
	case l.percent(3):
		l.complete(at)
	default:
		l.edit()
	}
}

// past is the life of a task whose day has come: most are done, some called off, and some done too
// soon. What can't have happened yet today stays open.
func (l *life) past() {
	if l.percent(6) && l.add(l.atWork(l.owner, l.day).Add(-24*time.Hour), l.owner, Cancel, Step{}) {
		if l.percent(85) {
			return
		}
		l.add(l.at.Add(time.Duration(l.between(2, 40))*time.Minute), l.owner, Reopen, Step{}) // on again
	}
	at := l.doneAt()
	l.complete(at)
	after := time.Duration(l.between(4, 60)) * time.Minute
	if l.at.Before(at) || !l.percent(4) || !l.add(at.Add(after), l.owner, Reopen, Step{}) { // done too soon
		return
	}
	again := at.Add(time.Duration(l.between(90, 400)) * time.Minute)
	if again.After(l.now.Add(-latest)) {
		again = l.now.Add(-latest)
	}
	l.add(again, l.owner, Complete, Step{})
}
