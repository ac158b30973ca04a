package tickler_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
)

// armed is a task, with what was announced about it as its instants came, as the store does it.
type armed struct {
	task   tickler.Task
	wants  tickler.Wants
	mails  []string
	events []tickler.TaskEvent // since they were last looked at
}

// claim does what the store does with a due task.
func (a *armed) claim(now time.Time) {
	for !a.task.WakeAt.IsZero() && !a.task.WakeAt.After(now) {
		outcome := a.task.Wake(a.wants, now)
		for _, o := range outcome.Events {
			if o.Event == tickler.TaskReminded && a.wants.Reminder || o.Event == tickler.TaskOverdue && a.wants.Overdue {
				a.events = append(a.events, o.Event)
			}
		}
		for _, n := range outcome.Notify {
			a.mails = append(a.mails, now.String()+" for "+n.Moment.String()+" to "+n.OwnerID.String())
		}
		a.task = *outcome.After
	}
}

func (a *armed) take() []tickler.TaskEvent {
	events := a.events
	a.events = nil
	return events
}

// Subscriptions don't change when reminders are mailed, and each event they want comes once, at its
// time.
func TestSubscriptionsGetTimedEventsAndChangeNoMail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
		few := func(name string) *time.Time {
			at := now.Add(time.Duration(rapid.IntRange(-3, 6).Draw(t, name)) * time.Hour)
			return &at
		}
		draft := tickler.TaskDraft{Name: "a", DueAt: few("due"), Notify: rapid.Bool().Draw(t, "notify"), ReminderMinutes: new(rapid.SampledFrom([]int{0, 60, 240}).Draw(t, "minutes"))}
		if rapid.Bool().Draw(t, "after the end") {
			draft.ReminderTime = new(civil.TimeOfDay(20 * 3600))
		}
		end := draft.DueAt.Add(time.Hour)
		draft.EndAt = &end
		s := setting(time.UTC, now, withRemark)
		plain, err := draft.Task(s)
		if err != nil {
			t.Fatal(err)
		}
		s.Wants = tickler.Wants{Reminder: rapid.Bool().Draw(t, "wants reminders"), Overdue: rapid.Bool().Draw(t, "wants overdue")}
		told, err := draft.Task(s)
		if err != nil {
			t.Fatal(err)
		}
		alone, watched := &armed{task: plain}, &armed{task: told, wants: s.Wants}
		wasOverdue := false
		// settle claims what is due and checks the result; before is the last time it did so, if
		// only time has passed since.
		settle := func(before *time.Time) {
			moment := watched.task.RemindAt
			alone.claim(now)
			watched.claim(now)
			if diff := cmp.Diff(alone.mails, watched.mails); diff != "" {
				t.Fatalf("mails (-without subscriptions +with):\n%s", diff)
			}
			events := watched.take()
			isOverdue := watched.task.StatusAt(now) == tickler.StatusOverdue
			if got, want := slices.Contains(events, tickler.TaskOverdue), watched.wants.Overdue && isOverdue && !wasOverdue; got != want {
				t.Fatalf("at %v, ending at %v: told of being overdue: %t, want %t", now, watched.task.EndAt, got, want)
			}
			wasOverdue = isOverdue
			if before != nil {
				comes := watched.task.State == tickler.StateOpen && moment.After(*before) && !moment.After(now)
				if got := slices.Contains(events, tickler.TaskReminded); got != (comes && watched.wants.Reminder) {
					t.Fatalf("from %v to %v, moment %v: told of the reminder: %t", before, now, moment, got)
				}
			}
			if len(slices.Compact(slices.Sorted(slices.Values(events)))) != len(events) {
				t.Fatalf("told twice: %v", events)
			}
		}
		settle(nil)
		change := func(do func(tickler.Task, tickler.Actor) (tickler.Outcome, error)) {
			for _, a := range []*armed{alone, watched} {
				by := tickler.Actor{UserID: ownerID, Now: now, Zone: time.UTC, Wants: a.wants}
				if o, err := do(a.task, by); err == nil {
					a.task = o.Task()
				}
			}
			wasOverdue = wasOverdue && watched.task.StatusAt(now) == tickler.StatusOverdue
			now = now.Add(time.Second) // no later than anything that is due at once may come
			settle(nil)
		}
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) {
				before := now
				now = now.Add(time.Duration(rapid.IntRange(1, 10_000).Draw(t, "seconds")) * time.Second)
				settle(&before)
			},
			"complete": func(*rapid.T) { change(tickler.Task.Complete) },
			"cancel":   func(*rapid.T) { change(tickler.Task.Cancel) },
			"reopen":   func(*rapid.T) { change(tickler.Task.Reopen) },
			"patch": func(t *rapid.T) {
				patch := tickler.TaskPatch{Name: tickler.Of(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"))}
				if rapid.Bool().Draw(t, "say notify") {
					patch.Notify = tickler.Of(rapid.Bool().Draw(t, "notify"))
				}
				if rapid.Bool().Draw(t, "move") {
					patch.DueAt = tickler.OfPointer(few("due"))
				}
				if rapid.Bool().Draw(t, "put off") {
					patch.EndAt = tickler.OfPointer(few("end"))
				}
				setting := tickler.PatchSetting{OldType: withRemark, OwnerID: rapid.SampledFrom([]tickler.ID{{}, ownerID, creatorID}).Draw(t, "owner")}
				change(func(task tickler.Task, by tickler.Actor) (tickler.Outcome, error) {
					setting.Actor = by
					return task.Patch(patch, setting)
				})
			},
		})
	})
}

// A later subscription gets the events from then on, and none twice.
func TestTasksAreArmedForALaterSubscription(t *testing.T) {
	made := at(t, "2026-03-07 12:00:00")
	for name, test := range map[string]struct {
		notify      bool
		wake        string
		remind, end string
		want        string
	}{
		"both ahead":                      {false, "", "2026-03-07 13:00:00", "2026-03-07 14:00:00", "2026-03-07 13:00:00"},
		"the reminder is past":            {false, "", "2026-03-07 11:00:00", "2026-03-07 14:00:00", "2026-03-07 14:00:01"},
		"ended":                           {false, "", "2026-03-07 11:00:00", "2026-03-07 11:30:00", ""},
		"ends this second":                {false, "", "2026-03-07 11:00:00", "2026-03-07 12:00:00", "2026-03-07 12:00:01"},
		"the mail is ahead":               {true, "2026-03-07 13:00:00", "2026-03-07 13:00:00", "2026-03-07 14:00:00", "2026-03-07 13:00:00"},
		"the mail is late":                {true, "2026-03-07 11:00:00", "2026-03-07 11:00:00", "2026-03-07 14:00:00", "2026-03-07 11:00:00"},
		"mailed":                          {true, "", "2026-03-07 11:00:00", "2026-03-07 14:00:00", "2026-03-07 14:00:01"},
		"mailed in the very second":       {true, "", "2026-03-07 12:00:01", "2026-03-07 14:00:00", "2026-03-07 14:00:01"},
		"no reminder":                     {false, "", "", "2026-03-07 14:00:00", "2026-03-07 14:00:01"},
		"armed by the pass before":        {false, "2026-03-07 14:00:01", "2026-03-07 13:00:00", "2026-03-07 14:00:00", "2026-03-07 13:00:00"},
		"the reminder is after the end":   {false, "", "2026-03-07 20:00:00", "2026-03-07 14:00:00", "2026-03-07 14:00:01"},
		"overdue already, a moment ahead": {false, "", "2026-03-07 20:00:00", "2026-03-07 11:00:00", "2026-03-07 20:00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			task := tickler.Task{Notify: test.notify, EndAt: at(t, test.end)}
			if test.remind != "" {
				task.RemindAt = at(t, test.remind)
			}
			if test.wake != "" {
				task.WakeAt = at(t, test.wake)
			}
			got := task.ArmedSince(made, tickler.Wants{Reminder: true, Overdue: true})
			if instantOrNone(got.WakeAt) != test.want {
				t.Errorf("wakes at %q, want %q", instantOrNone(got.WakeAt), test.want)
			}
		})
	}
}

// The moment and the first overdue second may be the same instant: each subscription gets its own
// event.
func TestASubscriptionToOneOfTwoEventsAtOnceIsArmed(t *testing.T) {
	for _, wants := range []tickler.Wants{{Reminder: true}, {Overdue: true}, {Reminder: true, Overdue: true}} {
		task := tickler.Task{EndAt: at(t, "2026-03-07 13:59:59"), RemindAt: at(t, "2026-03-07 14:00:00")}
		if got := task.ArmedSince(at(t, "2026-03-07 12:00:00"), wants); !got.WakeAt.Equal(task.RemindAt) {
			t.Errorf("%+v: wakes at %q", wants, instantOrNone(got.WakeAt))
		}
	}
}

func TestDeliveriesOfAnEvent(t *testing.T) {
	begin := at(t, "2026-03-07 12:00:00")
	task := tickler.Task{ID: tickler.ID{1}, AccountID: accountID, OwnerID: ownerID, Version: 1, CreatedAt: begin, ModifiedAt: begin, EndAt: begin, RemindAt: begin, WakeAt: begin}
	wants := tickler.Wants{Reminder: true}
	announcer := &tickler.Announcer{
		Subscriptions: []tickler.Subscription{{ID: tickler.ID{7}, Event: tickler.TaskCreated, URL: "a"}, {ID: tickler.ID{8}, Event: tickler.TaskCreated, URL: "b"}, {ID: tickler.ID{9}, Event: tickler.TaskReminded}},
		Spell:         func(o tickler.Occurrence) []byte { return []byte(o.Event.Key()) },
	}
	got := announcer.Deliveries(task.Made().Events[0], begin)
	if len(got) != 2 || got[0].URL != "a" || got[1].URL != "b" || string(got[0].Payload) != "Task_Create" || got[0].ID == got[1].ID || got[0].Place != 2 {
		t.Fatalf("made %+v", got)
	}
	if diff := cmp.Diff(got, announcer.Deliveries(task.Made().Events[0], begin)); diff != "" {
		t.Errorf("of the same event, others:\n%s", diff)
	}
	later := task
	later.Version++
	later.Notify = true
	first, again := announcer.Deliveries(task.Wake(wants, begin).Events[0], begin)[0], announcer.Deliveries(later.Wake(wants, begin).Events[0], begin)[0]
	if first.ID != again.ID {
		t.Error("a reminder of the same moment and owner is another event")
	}
	later.OwnerID = creatorID
	if handedOn := announcer.Deliveries(later.Wake(wants, begin).Events[0], begin)[0]; handedOn.ID == first.ID {
		t.Error("a reminder of another owner is the same event")
	}
	if first.Place != 3 {
		t.Errorf("the reminder has the place %d, want one between the versions", first.Place)
	}
	var nobody *tickler.Announcer
	if nobody.Deliveries(task.Made().Events[0], begin) != nil || nobody.WantsTimes() {
		t.Error("nobody wants something")
	}
}

// Ids of deliveries are derived from the keys: if a key changed, a receiver would get an event
// twice.
func TestKeysOfEventsStayWhatTheyAre(t *testing.T) {
	for event, want := range map[tickler.TaskEvent]string{
		tickler.TaskCreated: "Task_Create", tickler.TaskReminded: "Task_Reminder", tickler.TaskCompleted: "Task_Complete",
		tickler.TaskUpdated: "Task_Update", tickler.TaskCancelled: "Task_Cancel", tickler.TaskOverdue: "Task_Overdue",
		tickler.TaskDeleted: "Task_Delete",
	} {
		if event.Key() != want {
			t.Errorf("%s has the key %s, want %s", event, event.Key(), want)
		}
	}
}
