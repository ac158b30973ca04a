package demo

import (
	"slices"
	"time"

	"tickler"
)

// Story is a team and all that it does, in order of time. It is data: see Tell.
type Story struct {
	Now    time.Time
	Begins time.Time // when the account, its people and its leads were made
	People []Person
	Types  []tickler.TaskType // beside those of a new account
	Rules  []NextStep
	Leads  []Lead
	Steps  []Step
}

// NextStep is what usually follows a task of a type.
type NextStep struct {
	After, Type string
	Days        int
}

// Lead is a lead and, with some, a possible deal.
type Lead struct {
	tickler.Lead
	Deal string // the name of an opportunity; empty for none
	city city
}

// Step is one thing that somebody does.
type Step struct {
	At   time.Time
	By   int // which of the people
	Via  tickler.OriginKind
	Does Deed
	Task int // which of the story's tasks; nobody for a bulk request

	ID    tickler.ID        // Create: of the task
	Draft tickler.TaskDraft // Create: but for what it is tied to
	Lead  int               // Create: whom it is tied to; nobody for none
	Deal  bool              // Create: it is tied to the lead's opportunity
	Patch tickler.TaskPatch // Edit
	Until time.Time         // Move: when it is due then; Snooze: when it is back
	To    int               // Assign: which of the people
	Note  string            // Note
	Bulk  *Bulk             // Send
}

// Deed is what is done in a step.
type Deed int

// The deeds. All but the first and the last are those of the pages.
const (
	Create Deed = iota + 1
	Edit
	Move
	Assign
	Snooze
	Complete
	Note
	Reopen
	Cancel
	Send // a bulk request
)

// Bulk is a bulk request.
type Bulk struct {
	ID        tickler.ID
	Operation tickler.BulkOperation
	Rows      []Row
	Undoes    *Bulk // whose tasks are removed, instead of rows
	Retries   *Bulk // whose failed rows are sent once more
	Stopped   bool  // somebody stops it before it runs

	WebhookURL string // told of its end
	Refusals   int    // how often the receiver refuses before it takes that
}

// Row is one row of a bulk request.
type Row struct {
	Task     int // which of the story's tasks it makes, moves or removes; nobody for a row that fails
	Draft    tickler.TaskDraft
	Lead     int
	From, To time.Time         // where to it moves the task
	Mistake  map[string]string // attributes, as they go over the wire, by which it fails
}

// The story's measures.
const (
	TaskCount   = 3_000
	LeadCount   = 400
	daysBack    = 28
	daysAhead   = 14
	daysToSetUp = 35 // ago
	todayOfHead = 11
	todayDone   = 4
	lateOfHead  = 5
)

// Plan makes up the story of an instant and a seed: the same for the same.
func Plan(now time.Time, seed uint64) (Story, error) {
	words, err := readVocabulary()
	if err != nil {
		return Story{}, err
	}
	p := &planner{
		dice: newDice(seed), vocabulary: words, now: now.UTC().Truncate(time.Second), people: team(now),
		busy: map[slot]bool{},
	}
	p.story = Story{Now: p.now, Begins: p.at(head, -daysToSetUp, 9, 0), People: p.people, Types: taskTypes(), Rules: nextSteps}
	p.findLeads()
	p.planHead()
	p.planBulk()
	p.planOthers()
	p.planMoves()
	for i := range p.tasks {
		p.live(i)
	}
	slices.SortStableFunc(p.story.Steps, func(a, b Step) int { return a.At.Compare(b.At) })
	return p.story, nil
}

// planner makes a story up.
type planner struct {
	*dice
	vocabulary
	now    time.Time
	people []Person
	story  Story
	tasks  []task
	busy   map[slot]bool // appointments don't overlap
}

// slot is half an hour of somebody's day.
type slot struct{ person, day, half int }

// task is a task of the story while it is planned.
type task struct {
	owner    int
	day      int // when it is due in the end, from the owner's today
	taskType string
	about    phrase
	draft    tickler.TaskDraft
	due, end time.Time
	lead     int
	deal     bool
	outcome  string
	madeAt   time.Time
	inBulk   bool      // a bulk request makes it
	moved    time.Time // when a bulk request moves it; zero for others
	stays    bool      // open, whatever the time
	done     bool      // by now, whatever the day
	snoozed  bool
	removed  bool
}

func (p *planner) isAppointment(t *task) bool { return durations[t.taskType] > 0 }

// zone returns where a person is.
func (p *planner) zone(person int) *time.Location { return location(p.people[person].Zone) }

// at returns the instant at which a clock shows an hour on a person's day, counted from their
// today.
func (p *planner) at(person, day, hour, minute int) time.Time {
	year, month, today := p.now.In(p.zone(person)).Date()
	return time.Date(year, month, today+day, hour, minute, 0, 0, p.zone(person)).UTC()
}

// isWeekend reports whether a day is on a weekend. Today never counts as one.
func (p *planner) isWeekend(person, day int) bool {
	const noon = 12
	weekday := p.at(person, day, noon, 0).In(p.zone(person)).Weekday()
	return day != 0 && (weekday == time.Saturday || weekday == time.Sunday)
}

// workday returns a day, or the nearest working day in a direction.
func (p *planner) workday(person, day, direction int) int {
	for p.isWeekend(person, day) {
		day += direction
	}
	return day
}

// atWork returns an instant of a person's working day.
func (p *planner) atWork(person, day int) time.Time {
	const from, to = 8*60 + 30, 17*60 + 45
	return p.at(person, day, 0, p.between(from, to)).Add(time.Duration(p.IntN(60)) * time.Second)
}

// reports lists those who report to a person, or are next to them where nobody does.
func (p *planner) reports(person int) (all []int) {
	for i, other := range p.people {
		if other.Manager == person {
			all = append(all, i)
		}
	}
	return all
}
