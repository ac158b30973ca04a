package demo

import (
	"container/heap"
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/directory"
)

// Tell carries a story out in an empty database.
func Tell(ctx context.Context, c Config, story Story) error {
	db, clock := &database{Store: c.Store}, &clock{now: story.Begins}
	people := directory.New(c.Store, clock, slog.New(slog.NewTextHandler(io.Discard, nil)))
	t := &teller{
		story: story, App: app.New(db, people, clock, c.Wire), db: db, clock: clock,
		tasks: map[int]tickler.ID{}, bulk: map[*Bulk]tickler.BulkRequest{},
	}
	for _, chapter := range []func(context.Context) error{t.setUp, t.meetLeads, t.openDeals, t.live} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return nil
}

// teller carries a story out.
type teller struct {
	*app.App
	story Story
	db    *database
	clock *clock

	account app.Caller     // the operator, with the account
	users   []tickler.User // of the people
	key     tickler.ID     // the programs' access key
	leads   []related      // of the leads
	tasks   map[int]tickler.ID
	bulk    map[*Bulk]tickler.BulkRequest
	wakes   wakes
}

// related is what tasks about a lead are tied to.
type related struct{ lead, deal tickler.ID }

// setUp makes the account, its people and its task types.
func (t *teller) setUp(ctx context.Context) error {
	first := t.story.People[head]
	made, err := t.CreateAccount(ctx, app.NewAccount{
		Email: first.Email(), FirstName: first.First, LastName: first.Last, Password: Password, Zone: location(kolkata),
		RateLimit: tickler.DefaultRateLimit, OnlyAsFirst: true,
	})
	if err != nil {
		return err
	}
	t.db.account = made.AccountID
	if err := t.readAccount(ctx); err != nil {
		return err
	}
	if err := t.SetOwnZone(ctx, t.account, location(first.Zone)); err != nil {
		return err
	}
	t.users = []tickler.User{t.account.User}
	if err := t.EndWelcome(ctx, t.account); err != nil { // the team is no new one
		return err
	}
	if err := t.readAccount(ctx); err != nil {
		return err
	}
	for _, person := range t.story.People[1:] {
		user, err := t.AddUser(ctx, t.account, tickler.User{
			FirstName: person.First, LastName: person.Last, Email: person.Email(), Role: person.Role,
			ManagerID: t.users[person.Manager].ID, Zone: location(person.Zone),
		}, Password)
		if err != nil {
			return fmt.Errorf("adding %s: %w", person.Name(), err)
		}
		t.users = append(t.users, user)
	}
	for _, taskType := range t.story.Types {
		if _, err := t.CreateTaskType(ctx, t.account, taskType); err != nil {
			return fmt.Errorf("adding the type %s: %w", taskType.Name, err)
		}
	}
	if err := t.setNextSteps(ctx); err != nil {
		return err
	}
	keys, err := t.OwnAccessKeys(ctx, t.account)
	if err != nil {
		return err
	}
	t.key = keys[0].ID
	return t.readAccount(ctx)
}

// setNextSteps says what usually follows a task of a type.
func (t *teller) setNextSteps(ctx context.Context) error {
	if err := t.readAccount(ctx); err != nil {
		return err
	}
	types := map[string]tickler.ID{}
	for _, taskType := range t.account.Account.TaskTypes() {
		types[taskType.Name] = taskType.ID
	}
	for _, step := range t.story.Rules {
		next := tickler.NextStep{TypeID: types[step.Type], AfterDays: step.Days}
		if err := t.SetNextStep(ctx, t.account, types[step.After], next); err != nil {
			return fmt.Errorf("setting what follows %s: %w", step.After, err)
		}
	}
	return nil
}

func (t *teller) readAccount(ctx context.Context) (err error) {
	t.account, err = t.Operator(ctx, t.db.account)
	return err
}

// meetLeads makes the leads.
func (t *teller) meetLeads(ctx context.Context) error {
	return t.db.together(ctx, func(ctx context.Context) error {
		caller := t.caller(head, tickler.ViaAPI, t.story.Begins)
		for _, lead := range t.story.Leads {
			caller.Now = caller.Now.Add(7 * time.Second)
			made, err := t.CreateLead(ctx, caller, lead.Lead)
			if err != nil {
				return fmt.Errorf("adding the lead %s: %w", lead.Name(), err)
			}
			t.leads = append(t.leads, related{lead: made.ID})
		}
		return nil
	})
}

// openDeals makes the opportunities with some leads.
func (t *teller) openDeals(ctx context.Context) error {
	return t.db.together(ctx, func(ctx context.Context) error {
		caller := t.caller(head, tickler.ViaAPI, t.story.Begins.Add(time.Hour))
		for i, lead := range t.story.Leads {
			if lead.Deal == "" {
				continue
			}
			deal, err := t.CreateOpportunity(ctx, caller, tickler.Opportunity{LeadID: t.leads[i].lead, Name: lead.Deal})
			if err != nil {
				return fmt.Errorf("adding an opportunity with %s: %w", lead.Name(), err)
			}
			t.leads[i].deal = deal.ID
		}
		return nil
	})
}

// caller returns a person who does something at an instant.
func (t *teller) caller(person int, via tickler.OriginKind, at time.Time) app.Caller {
	caller := app.Caller{User: t.users[person], Account: t.account.Account, Now: at, Via: tickler.Origin{Kind: via}}
	if via == tickler.ViaAPI {
		caller.Via.ID = t.key
	}
	return caller
}

// stepsAtOnce is how many steps become durable together.
const stepsAtOnce = 500

// live carries out all steps, and in between sends what comes due.
func (t *teller) live(ctx context.Context) error {
	for rest := t.story.Steps; len(rest) > 0; {
		some := 0
		for some < min(stepsAtOnce, len(rest)) && rest[some].Does != Send {
			some++
		}
		if err := t.take(ctx, rest[:some]); err != nil {
			return err
		}
		rest = rest[some:]
		if len(rest) > 0 && rest[0].Does == Send {
			if err := t.send(ctx, rest[0]); err != nil {
				return err
			}
			rest = rest[1:]
		}
	}
	err := t.db.together(ctx, func(ctx context.Context) error { return t.wakeUntil(ctx, t.story.Now) })
	if err != nil {
		return err
	}
	return t.handOver(ctx, nil)
}

// take carries out steps in one transaction.
func (t *teller) take(ctx context.Context, steps []Step) error {
	err := t.db.together(ctx, func(ctx context.Context) error {
		for _, step := range steps {
			if err := t.wakeUntil(ctx, step.At); err != nil {
				return err
			}
			t.clock.now = step.At
			if err := t.do(ctx, step); err != nil {
				return fmt.Errorf("%s of %s at %s: %w", step.Draft.Name, t.story.People[step.By].Name(), step.At, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return t.handOver(ctx, nil)
}

func (t *teller) do(ctx context.Context, step Step) error {
	caller := t.caller(step.By, step.Via, step.At)
	if step.Does == Create {
		t.tasks[step.Task] = step.ID
		draft, options := t.tied(step.Draft, step.Lead, step.Deal), app.Options{ID: step.ID}
		if step.Via == tickler.ViaPage {
			done, err := t.ActCreate(ctx, caller, draft, options)
			t.wakes.add(done.Tasks...)
			return err
		}
		made, err := t.CreateTask(ctx, caller, draft, options)
		t.wakes.add(made.Task)
		return err
	}
	var doing app.Doing
	switch step.Does {
	case Edit:
		doing = app.Changing(step.Patch)
	case Move:
		doing = app.MovingAt(step.Until)
	case Assign:
		doing = app.Assigning(t.users[step.To].ID)
	case Snooze:
		doing = app.Snoozing(step.Until)
	case Complete:
		doing = app.Completing()
	case Note:
		doing = app.Noting(step.Note)
	case Reopen:
		doing = app.Reopening()
	case Cancel:
		doing = app.Cancelling()
	default:
		return fmt.Errorf("the deed %d is none of a task", step.Does)
	}
	done, err := t.Act(ctx, caller, []tickler.ID{t.tasks[step.Task]}, doing)
	t.wakes.add(done.Tasks...)
	return err
}

// tied returns a draft of a task that is tied to a lead or to the deal with it.
func (t *teller) tied(draft tickler.TaskDraft, lead int, deal bool) tickler.TaskDraft {
	switch {
	case lead == nobody:
	case deal:
		draft.RelatedKind, draft.RelatedID = tickler.RelatedToOpportunity, t.leads[lead].deal
	default:
		draft.RelatedKind, draft.RelatedID = tickler.RelatedToLead, t.leads[lead].lead
	}
	return draft
}

// wakes are the instants at which tasks are to be woken, the earliest first.
type wakes []int64

var _ heap.Interface = (*wakes)(nil)

func (w wakes) Len() int           { return len(w) }
func (w wakes) Less(i, j int) bool { return w[i] < w[j] }
func (w wakes) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }

// Push and Pop are for package heap.
func (w *wakes) Push(x any) { *w = append(*w, x.(int64)) }

// Pop is for package heap.
func (w *wakes) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	*w = (*w)[:last]
	return x
}

func (w *wakes) add(tasks ...tickler.Task) {
	for _, task := range tasks {
		if !task.WakeAt.IsZero() {
			heap.Push(w, task.WakeAt.Unix())
		}
	}
}

// wakeUntil claims the reminders that come due up to an instant, each at its own.
func (t *teller) wakeUntil(ctx context.Context, until time.Time) error {
	const limit = 1000
	for len(t.wakes) > 0 && t.wakes[0] <= until.Unix() {
		at := heap.Pop(&t.wakes).(int64)
		for len(t.wakes) > 0 && t.wakes[0] == at {
			heap.Pop(&t.wakes)
		}
		t.clock.now = time.Unix(at, 0).UTC()
		if _, err := t.ClaimDue(ctx, t.clock.now, limit); err != nil {
			return err
		}
	}
	return nil
}
