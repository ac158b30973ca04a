package demo

import (
	"fmt"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// planHead plans the day of whoever signs in: so many tasks today, some of them done, and so many
// overdue, whatever the time.
func (p *planner) planHead() {
	local := p.now.In(p.zone(head))
	clock := local.Hour()*60 + local.Minute()
	const quarter, earliest, latest = 15, 8 * 60, 20 * 60
	done := 0
	toDos := []string{quote, toDo, documents, toDo, revive}
	for _, appointment := range []struct {
		taskType string
		minutes  int // from now
	}{
		{phoneCall, -165}, {meeting, -90}, {phoneCall, 35}, {productDemo, 95}, {followUp, 170}, {siteSurvey, 230},
	} {
		start := (clock + appointment.minutes) / quarter * quarter
		if start < earliest || start > latest { // there is no such hour in the day any more
			toDos = append(toDos, pick(p.dice, []string{toDo, quote}))
			continue
		}
		t := p.newTask(head, 0, appointment.taskType)
		p.setDue(t, p.at(head, 0, 0, start))
		t.done, t.stays = appointment.minutes < 0, appointment.minutes > 0
		if t.done {
			done++
		}
		p.finish(t)
	}
	for _, taskType := range toDos {
		t := p.newTask(head, 0, taskType)
		p.setDue(t, p.at(head, 0, 0, 0))
		t.done = done < todayDone
		t.stays, t.snoozed = !t.done, !t.done && taskType == revive
		if t.done {
			done++
		}
		p.finish(t)
	}
	for i, days := range []int{-1, -2, -3, -6, -9}[:lateOfHead] {
		t := p.newTask(head, p.workday(head, days, -1), []string{quote, phoneCall, toDo, followUp, documents}[i])
		p.place(t)
		t.stays, t.snoozed = true, i == 3
		p.finish(t)
	}
}

// planOthers fills the calendars until the story has all its tasks.
func (p *planner) planOthers() {
	missing := TaskCount
	for i := range p.tasks {
		if !p.tasks[i].removed {
			missing--
		}
	}
	for missing > 0 {
		person, day := p.IntN(len(p.people)), p.between(-daysBack, daysAhead)
		if person == head && day == 0 || p.isWeekend(person, day) && p.percent(95) || p.percent(7*day) {
			continue // less and less is planned the farther ahead
		}
		t := p.newTask(person, day, p.anyType())
		p.place(t)
		t.stays = person != head && day < 0 && p.percent(2)
		p.finish(t)
		missing--
	}
}

func (p *planner) anyType() string {
	n := p.IntN(100)
	for _, share := range shares {
		if n -= share.percent; n < 0 {
			return share.taskType
		}
	}
	return toDo
}

// newTask returns a task about a lead, without its dates.
func (p *planner) newTask(owner, day int, taskType string) *task {
	t := &task{owner: owner, day: day, taskType: taskType, about: pick(p.dice, p.phrases[taskType]), lead: p.leadOf(owner)}
	lead := p.story.Leads[t.lead]
	t.deal = lead.Deal != "" && p.percent(50)
	t.draft = tickler.TaskDraft{
		Name: p.tell(t.about.name, lead), Description: p.tell(t.about.about, lead), TypeName: taskType,
		OwnerEmail: p.people[owner].Email(),
	}
	if len(t.about.outcomes) > 0 && p.percent(70) {
		t.outcome = p.tell(pick(p.dice, t.about.outcomes), lead)
	}
	if p.percent(18) {
		t.draft.Priority = pick(p.dice, []string{"High", "High", "Low"})
	}
	p.locate(t, lead)
	p.fillFields(t)
	return t
}

// locate says where people meet.
func (p *planner) locate(t *task, lead Lead) {
	switch {
	case t.taskType == siteSurvey || t.taskType == meeting && p.percent(70):
		t.draft.Location = fmt.Sprintf("%s, %d %s, %s",
			lead.company(), p.between(1, 180), pick(p.dice, lead.city.streets), lead.city.name)
		const around = 0.04 // degrees
		t.draft.Latitude = new(lead.city.latitude + around*(2*p.Float64()-1))
		t.draft.Longitude = new(lead.city.longitude + around*(2*p.Float64()-1))
	case t.taskType == meeting || t.taskType == productDemo:
		t.draft.Location = pick(p.dice, []string{"Video call", "Our showroom"})
	}
}

// fillFields fills in the custom fields of a task's type.
func (p *planner) fillFields(t *task) {
	switch t.taskType {
	case siteSurvey:
		t.draft.CustomFields = map[string]string{
			"mx_Custom_1": pick(p.dice, roofs), "mx_Custom_2": fmt.Sprint(20 * p.between(6, 90)),
			"mx_Custom_3": fmt.Sprint(p.percent(30)),
		}
	case productDemo:
		t.draft.CustomFields = map[string]string{
			"mx_Custom_1": pick(p.dice, places), "mx_Custom_2": fmt.Sprint(p.between(1, 9)),
		}
	case quote:
		valid := p.now.AddDate(0, 0, p.between(20, 60))
		t.draft.CustomFields = map[string]string{
			"mx_Custom_1": fmt.Sprintf("Q-%d", p.between(2400, 3900)), "mx_Custom_2": fmt.Sprint(500 * p.between(30, 400)),
			"mx_Custom_3": valid.Format(time.DateOnly), "mx_Custom_4": pick(p.dice, parts[:2]) + ";" + pick(p.dice, parts[2:]),
		}
	}
}

// place gives a task its hour: a free one for an appointment, all day for the rest.
func (p *planner) place(t *task) {
	if !p.isAppointment(t) {
		p.setDue(t, p.at(t.owner, t.day, 0, 0))
		return
	}
	const tries, opens, closes = 20, 18, 35 // in half hours
	half := 0
	for range tries {
		half = p.between(opens, closes)
		if p.isFree(t, half) {
			break
		}
	}
	for i := range p.halves(t) {
		p.busy[slot{t.owner, t.day, half + i}] = true
	}
	p.setDue(t, p.at(t.owner, t.day, 0, 30*half))
}

func (p *planner) halves(t *task) int {
	return int((durations[t.taskType] + 29*time.Minute) / (30 * time.Minute))
}

func (p *planner) isFree(t *task, half int) bool {
	for i := range p.halves(t) {
		if p.busy[slot{t.owner, t.day, half + i}] {
			return false
		}
	}
	return true
}

// setDue sets when a task is due: a to-do in its owner's day, not in the account's.
func (p *planner) setDue(t *task, due time.Time) {
	t.due, t.draft.DueAt = due, new(due)
	if p.isAppointment(t) {
		t.end = due.Add(durations[t.taskType])
		return
	}
	t.end = civil.EndOfDay(due, p.zone(t.owner))
	t.draft.EndAt = new(t.end)
}

// remind sets a reminder on many tasks: minutes before an appointment, and in the morning of a
// to-do's day.
func (p *planner) remind(t *task) {
	switch {
	case p.isAppointment(t) && p.percent(70):
		t.draft.Notify, t.draft.ReminderMinutes = true, new(pick(p.dice, []int{10, 15, 15, 30, 60}))
	case !p.isAppointment(t) && p.percent(40):
		morning := t.due.Add(8*time.Hour + 30*time.Minute).In(location(kolkata)) // the account's calendar
		at := civil.TimeOfDayOf(morning)
		days := int(civil.StartOfDay(t.due, morning.Location()).Sub(civil.StartOfDay(morning, morning.Location())).Hours()) / 24
		if days >= 0 {
			t.draft.Notify, t.draft.ReminderDays, t.draft.ReminderTime = true, &days, &at
		}
	}
}

// finish says when a planned task was made, and keeps it.
func (p *planner) finish(t *task) int {
	if !t.inBulk {
		p.remind(t)
		day := min(t.day, 0) - 1 - p.IntN(4)
		if p.percent(20) {
			day -= p.IntN(8)
		}
		t.madeAt = p.atWork(t.owner, p.workday(t.owner, max(day, 4-daysToSetUp), -1))
	}
	p.tasks = append(p.tasks, *t)
	return len(p.tasks) - 1
}
