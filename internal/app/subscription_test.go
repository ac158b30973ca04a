package app_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/store"
)

// plainWire spells an event by its code.
type plainWire struct{}

func (plainWire) Event(_ app.Account, o tickler.Occurrence) []byte { return []byte(o.Event.Key()) }

func (plainWire) Trial(tickler.Subscription, time.Time) []byte { return []byte("trial") }

func draftOf(event tickler.TaskEvent) tickler.SubscriptionDraft {
	url := "https://example.com/hook"
	return tickler.SubscriptionDraft{URL: &url, Event: &event}
}

func TestSubscriptionsAreForAdministratorsAndTheirAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		s, err := w.CreateSubscription(t.Context(), w.as("admin"), draftOf(tickler.TaskCreated), app.Options{})
		w.must(err)
		if s.Method != http.MethodPost || s.ContentType != "application/json" || s.State != tickler.SubscriptionActive || s.CreatedBy != w.users["admin"].ID {
			t.Errorf("made %+v", s)
		}
		for _, name := range []string{"marketer", "boss", "seller"} {
			caller := w.as(name)
			_, err := w.CreateSubscription(t.Context(), caller, draftOf(tickler.TaskCreated), app.Options{})
			wantKind(t, err, tickler.KindForbidden)
			_, err = w.Subscriptions(t.Context(), caller)
			wantKind(t, err, tickler.KindForbidden)
			_, err = w.UpdateSubscription(t.Context(), caller, s.ID, draftOf(tickler.TaskCreated))
			wantKind(t, err, tickler.KindForbidden)
			_, err = w.TrySubscription(t.Context(), caller, s.ID, app.Options{})
			wantKind(t, err, tickler.KindForbidden)
			wantKind(t, w.DeleteSubscription(t.Context(), caller, s.ID), tickler.KindForbidden)
		}
		stranger := w.stranger()
		_, err = w.UpdateSubscription(t.Context(), stranger, s.ID, draftOf(tickler.TaskCreated))
		wantKind(t, err, tickler.KindUnknownEntity)
		_, err = w.TrySubscription(t.Context(), stranger, s.ID, app.Options{})
		wantKind(t, err, tickler.KindUnknownEntity)
		wantKind(t, w.DeleteSubscription(t.Context(), stranger, s.ID), tickler.KindUnknownEntity)
		all, err := w.Subscriptions(t.Context(), stranger)
		if err != nil || len(all) > 0 {
			t.Errorf("the other account sees %v, %v", all, err)
		}
		_, err = w.CreateTask(t.Context(), stranger, tickler.TaskDraft{Name: "theirs"})
		w.must(err)
		w.task("seller", "seller")
		told, err := w.DeliveriesOfSubscription(t.Context(), w.as("admin"), s.ID, tickler.Page{Limit: 10})
		if err != nil || len(told) != 1 || string(told[0].Payload) != "Task_Create" || told[0].AccountID != w.account {
			t.Errorf("told of %v, %v", told, err)
		}
	})
}

// Each change reaches every node's directory, and a refused one changes nothing.
func TestChangesOfSubscriptionsAreShownToEveryNode(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		before, err := w.store.DirectoryVersion(t.Context())
		w.must(err)
		s := w.subscribe("https://example.com/hook", tickler.TaskCreated)
		_, err = w.CreateSubscription(t.Context(), w.stranger(), draftOf(tickler.TaskCreated), app.Options{})
		w.must(err)
		w.set(s, false)
		_, err = w.UpdateSubscription(t.Context(), w.stranger(), s.ID, draftOf(tickler.TaskDeleted))
		wantKind(t, err, tickler.KindUnknownEntity)
		wantKind(t, w.DeleteSubscription(t.Context(), w.stranger(), s.ID), tickler.KindUnknownEntity)
		w.must(w.DeleteSubscription(t.Context(), w.as("admin"), s.ID))
		_, err = w.Subscription(t.Context(), w.as("admin"), s.ID)
		wantKind(t, err, tickler.KindUnknownEntity)
		after, err := w.store.DirectoryVersion(t.Context())
		w.must(err)
		equal(t, before+4, after)
	})
}

// Many ask for the last place at once, on two nodes: one gets it. Another account does not count.
func TestAnAccountHas100SubscriptionsAtMost(t *testing.T) {
	onTwoNodes(t, func(t *testing.T, w *world, nodes [2]*app.App) {
		for range tickler.MaxSubscriptions - 1 {
			w.subscribe("https://example.com/hook", tickler.TaskCreated)
		}
		admin := w.as("admin")
		outcomes := make(chan error, 8)
		for i := range cap(outcomes) {
			go func() {
				_, err := nodes[i%2].CreateSubscription(t.Context(), admin, draftOf(tickler.TaskCreated), app.Options{})
				outcomes <- err
			}()
		}
		made := 0
		for range cap(outcomes) {
			if err := <-outcomes; err == nil {
				made++
			} else {
				wantError(t, err, tickler.Refuse(tickler.FactTooManyWebhooks, "", nil, 100))
			}
		}
		equal(t, 1, made)
		all, err := w.Subscriptions(t.Context(), admin)
		w.must(err)
		equal(t, tickler.MaxSubscriptions, len(all))
		_, err = w.CreateSubscription(t.Context(), w.stranger(), draftOf(tickler.TaskCreated), app.Options{})
		w.must(err)
	})
}

// The follow-up of a change is due at once, even while the second run of an earlier follow-up is
// still to come.
func TestWhatFollowsFromAChangeIsDueAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		follow := func(want int) {
			t.Helper()
			done := 0
			for { // a series, so one at a time
				claimed := w.claim(tickler.SubscriptionJob, w.clock.Now())
				if len(claimed) == 0 {
					break
				}
				for _, job := range claimed {
					w.must(w.store.Jobs().Finish(t.Context(), "runner", job.Ref))
					done++
				}
			}
			equal(t, want, done)
		}
		s := w.subscribe("https://example.com/hook", tickler.TaskCreated)
		follow(1)
		for _, change := range []func(){
			func() { w.set(s, false) },
			func() { w.set(s, true) },
			func() { w.must(w.FollowSubscription(t.Context(), w.account, s.ID)) }, // it becomes active
		} {
			change()
			follow(1)
			w.clock.Advance(time.Second)
		}
		w.clock.Advance(time.Minute)
		follow(4)
	})
}

// halfReadable is a store that can't read the rows of some accounts.
type halfReadable struct {
	*store.Store
	broken map[tickler.ID]bool
	reads  int // of broken accounts
}

func (s *halfReadable) Users(ctx context.Context, account tickler.ID) ([]tickler.User, error) {
	if s.broken[account] {
		s.reads++
		return nil, errors.New("a row of nonsense")
	}
	return s.Store.Users(ctx, account)
}

// An account that can't be read stops no other account's reminders, even if all the oldest tasks
// are its own.
func TestAnAccountThatCantBeReadStopsNobodyElse(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		minutes := 0
		remind := func(caller app.Caller, name string, due time.Time) {
			_, err := w.CreateTask(t.Context(), caller, tickler.TaskDraft{Name: name, DueAt: &due, ReminderMinutes: &minutes, Notify: true})
			w.must(err)
		}
		for i := range 5 {
			remind(w.stranger(), "theirs", now.Add(time.Duration(i)*time.Minute))
		}
		remind(w.as("seller"), "ours", now.Add(time.Hour))
		s := &halfReadable{Store: w.store, broken: map[tickler.ID]bool{w.other: true}}
		a, late := w.appOver(s), now.Add(2*time.Hour)
		claim := func(want int) {
			t.Helper()
			if claimed, err := a.ClaimDue(t.Context(), late, 2); claimed != want || err != nil {
				t.Errorf("claimed %d, %v, want %d", claimed, err, want)
			}
		}
		claim(1)
		claim(0)
		if s.reads != 1 {
			t.Errorf("the broken account was read %d times, want once", s.reads)
		}
		if at, armed, err := a.NextDue(t.Context()); armed || err != nil {
			t.Errorf("next due is %v, %v: the watch would go round for nothing", at, err)
		}
		count, faults, err := a.ExamineAccounts(t.Context())
		if err != nil || count != 2 || len(faults) != 1 || faults[0].ID != w.other || faults[0].Err == nil {
			t.Errorf("of %d accounts %v are at fault, %v", count, faults, err)
		}
		s.broken = nil // mended
		w.clock.Advance(time.Minute)
		claim(2)
	})
}

// A URL that the wire can't carry as written is kept in the form in which it is sent; one that has
// no such form is refused at once.
func TestASubscriptionsURLIsKeptAsItIsSent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		draft := draftOf(tickler.TaskCreated)
		*draft.URL = " https://köln.example/hook?a=b c&ort=Köln "
		s, err := w.CreateSubscription(t.Context(), w.as("admin"), draft, app.Options{})
		w.must(err)
		if s.URL != "https://xn--kln-sna.example/hook?a=b%20c&ort=K%C3%B6ln" {
			t.Error(s.URL)
		}
		url := "https://example.com/Köln"
		s, err = w.UpdateSubscription(t.Context(), w.as("admin"), s.ID, tickler.SubscriptionDraft{URL: &url})
		w.must(err)
		if s.URL != "https://example.com/K%C3%B6ln" {
			t.Error(s.URL)
		}
		for _, url := range []string{"https://example.com/?discount=10%", "example.com"} {
			_, err = w.UpdateSubscription(t.Context(), w.as("admin"), s.ID, tickler.SubscriptionDraft{URL: &url})
			wantKind(t, err, tickler.KindInvalid)
		}
	})
}
