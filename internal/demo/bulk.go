package demo

import (
	"time"

	"tickler"
)

// campaign is a bulk request that makes tasks for a whole team.
type campaign struct {
	day, hour, minute int // when it is sent, by the clock of who sends it
	by                int
	taskType          string
	rows              int
	mistakes          []string // which of them fail, by the keys of mistakes
	webhook           bool     // somebody's program is told of its end
	refusals          int      // before it takes that
	then              string   // what happens to it: see the constants
}

// What becomes of a campaign.
const (
	isUndone  = "undone"  // all of it was sent by mistake
	isDeleted = "deleted" // its tasks are deleted days later
	isStopped = "stopped" // somebody stops it before it runs
	isRetried = "retried" // its failed rows are sent again
)

var campaigns = []campaign{
	{day: -27, hour: 9, minute: 12, by: leadsBerlin, taskType: revive, rows: 24},
	{day: -25, hour: 10, minute: 41, by: leadsLosAngeles, taskType: phoneCall, rows: 21, mistakes: []string{"owner", "owner"}},
	{day: -22, hour: 15, minute: 5, by: leadsKolkata, taskType: documents, rows: 18, webhook: true},
	{day: -19, hour: 8, minute: 55, by: head, taskType: followUp, rows: 36, mistakes: []string{"date", "owner", "number", "type"}, webhook: true, refusals: 1},
	{day: -17, hour: 11, minute: 20, by: leadsBerlin, taskType: phoneCall, rows: 12, then: isStopped},
	{day: -17, hour: 11, minute: 34, by: leadsBerlin, taskType: phoneCall, rows: 12},
	{day: -14, hour: 16, minute: 2, by: leadsKolkata, taskType: revive, rows: 9, mistakes: []string{"type", "type", "type", "type", "type", "type", "type", "type", "type"}},
	{day: -14, hour: 16, minute: 9, by: leadsKolkata, taskType: revive, rows: 9},
	{day: -12, hour: 9, minute: 30, by: head, taskType: documents, rows: 14, then: isUndone},
	{day: -10, hour: 13, minute: 15, by: leadsLosAngeles, taskType: followUp, rows: 20, webhook: true, refusals: 2},
	{day: -8, hour: 10, minute: 3, by: leadsBerlin, taskType: toDo, rows: 11, then: isDeleted},
	{day: -6, hour: 9, minute: 47, by: head, taskType: revive, rows: 33, mistakes: []string{"owner", "date", "number"}, webhook: true, then: isRetried},
	{day: -3, hour: 14, minute: 21, by: leadsKolkata, taskType: phoneCall, rows: 16},
	{day: -1, hour: 17, minute: 10, by: leadsLosAngeles, taskType: quote, rows: 13, mistakes: []string{"number"}},
}

// mistakes are what people get wrong in a row, as attributes of the wire.
var mistakes = map[string]map[string]string{
	"owner":  {"OwnerEmailAddress": "lena.fisher@example.com"},
	"date":   {"DueDate": "31/11 10:00"},
	"type":   {"TaskType": "Reviving"},
	"number": {"PercentCompleted": "12O"},
}

// planBulk plans the bulk requests that make and remove tasks. The last one ended a moment ago.
func (p *planner) planBulk() {
	for _, c := range campaigns {
		p.sendCampaign(c, p.at(c.by, p.workday(c.by, c.day, -1), c.hour, c.minute))
	}
	p.sendCampaign(campaign{
		by: head, taskType: phoneCall, rows: 40, mistakes: []string{"owner", "date"}, webhook: true,
	}, p.now.Add(-3*time.Minute))
}

func (p *planner) sendCampaign(c campaign, at time.Time) {
	bulk := &Bulk{ID: p.id(at), Operation: tickler.BulkCreate, Stopped: c.then == isStopped, Refusals: c.refusals}
	if c.webhook {
		bulk.WebhookURL = "https://crm.example/hooks/tickler"
	}
	sellers := p.sellersOf(c.by)
	for number := range c.rows {
		owner := sellers[number%len(sellers)]
		row := p.newRow(c, owner, at)
		// mistakes are spread over the request, from its third row on
		if i := (number - 2) / 3; number >= 2 && (number-2)%3 == 0 && i < len(c.mistakes) || len(c.mistakes) == c.rows {
			row.Task, row.Mistake = nobody, mistakes[c.mistakes[min(max(i, 0), len(c.mistakes)-1)]]
		}
		if row.Mistake == nil {
			row.Task = p.finish(row.task)
		}
		bulk.Rows = append(bulk.Rows, row.Row)
	}
	p.send(c.by, at, bulk)
	p.follow(c, at, bulk)
}

// plannedRow is a row with the task that it makes.
type plannedRow struct {
	Row
	task *task
}

func (p *planner) newRow(c campaign, owner int, at time.Time) plannedRow {
	firstDay := int(at.Sub(p.at(owner, 0, 0, 0)).Hours()/24) + 1
	day := p.workday(owner, firstDay+p.IntN(6), 1)
	t := p.newTask(owner, day, c.taskType)
	t.draft.Latitude, t.draft.Longitude, t.draft.CustomFields, t.deal = nil, nil, nil, false
	p.place(t)
	t.inBulk, t.madeAt, t.removed = true, at.Add(time.Minute), c.then == isUndone || c.then == isDeleted || c.then == isStopped
	return plannedRow{Row{Draft: t.draft, Lead: t.lead}, t}
}

// follow plans what becomes of a campaign.
func (p *planner) follow(c campaign, at time.Time, bulk *Bulk) {
	switch c.then {
	case isUndone:
		later := at.Add(11 * time.Minute)
		p.send(c.by, later, &Bulk{ID: p.id(later), Operation: tickler.BulkUndo, Undoes: bulk})
	case isDeleted:
		later := at.Add(50 * time.Hour)
		removal := &Bulk{ID: p.id(later), Operation: tickler.BulkDelete}
		for _, row := range bulk.Rows {
			removal.Rows = append(removal.Rows, Row{Task: row.Task, Lead: nobody})
		}
		p.send(c.by, later, removal)
	case isRetried:
		later := at.Add(7 * time.Minute)
		retry := &Bulk{ID: p.id(later), Operation: tickler.BulkCreate, Retries: bulk}
		for i, row := range bulk.Rows {
			if row.Mistake != nil {
				again := p.newRow(c, p.sellersOf(c.by)[i%len(p.sellersOf(c.by))], later)
				again.Task = p.finish(again.task)
				retry.Rows = append(retry.Rows, again.Row)
			}
		}
		p.send(c.by, later, retry)
	}
}

// sellersOf lists who gets the tasks of somebody's campaign: their reports, and the head's reports'
// reports, since the head's own reports have teams to lead.
func (p *planner) sellersOf(person int) []int {
	if person != head {
		return p.reports(person)
	}
	var all []int
	for _, manager := range p.reports(head) {
		all = append(all, p.reports(manager)...)
	}
	return all
}

func (p *planner) send(by int, at time.Time, bulk *Bulk) {
	via := tickler.ViaPage
	if bulk.WebhookURL != "" { // programs ask to be told
		via = tickler.ViaAPI
	}
	p.story.Steps = append(p.story.Steps, Step{
		At: at, By: by, Via: via, Does: Send, Task: nobody, Lead: nobody, Bulk: bulk,
	})
}

// planMoves plans the bulk requests that move appointments: a trade fair came in between.
func (p *planner) planMoves() {
	for _, m := range []struct{ day, by, rows, misfits int }{
		{-20, leadsBerlin, 9, 0}, {-11, leadsKolkata, 12, 2}, {-5, leadsLosAngeles, 7, 0}, {-2, leadsBerlin, 10, 1},
	} {
		at := p.at(m.by, p.workday(m.by, m.day, -1), 12, 30+m.rows)
		bulk := &Bulk{ID: p.id(at), Operation: tickler.BulkReschedule}
		for i := range p.tasks {
			t := &p.tasks[i]
			soon := t.due.After(at.Add(24*time.Hour)) && t.due.Before(at.Add(4*24*time.Hour)) && t.madeAt.Before(at.Add(-time.Hour))
			if !soon || t.inBulk || p.people[t.owner].Manager != m.by {
				continue
			}
			row := Row{Task: i, Lead: nobody, From: t.due, To: t.end}
			switch was := t.due.In(p.zone(t.owner)).AddDate(0, 0, -1); {
			case p.isAppointment(t) && len(bulk.Rows) < m.rows && !t.stays:
				t.moved, t.draft.DueAt = at.Add(time.Minute), new(was.UTC())
				bulk.Rows = append(bulk.Rows, row)
			case !p.isAppointment(t) && m.misfits > 0 && len(bulk.Rows) > 1: // to-dos can't be moved so
				m.misfits--
				bulk.Rows = append(bulk.Rows, row)
			}
		}
		p.send(m.by, at, bulk)
	}
}
