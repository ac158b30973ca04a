package app_test

import (
	"net/http"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// plainWire spells an event by its code.
type plainWire struct{}

func (plainWire) Event(_ app.Account, o tickler.Occurrence) []byte { return []byte(o.Event.Code()) }

func (plainWire) Trial(tickler.Subscription, time.Time) []byte { return []byte("trial") }

func draftOf(event tickler.TaskEvent) app.SubscriptionDraft {
	url := "https://example.com/hook"
	return app.SubscriptionDraft{URL: &url, Event: &event}
}

func TestSubscriptionsAreForAdministratorsAndTheirAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		s, err := w.CreateSubscription(t.Context(), w.as("admin"), draftOf(tickler.TaskCreated))
		w.must(err)
		if s.Method != http.MethodPost || s.ContentType != "application/json" || s.State != tickler.SubscriptionActive || s.CreatedBy != w.users["admin"].ID {
			t.Errorf("made %+v", s)
		}
		for _, name := range []string{"marketer", "boss", "seller"} {
			caller := w.as(name)
			_, err := w.CreateSubscription(t.Context(), caller, draftOf(tickler.TaskCreated))
			wantKind(t, err, tickler.KindForbidden)
			_, err = w.Subscriptions(t.Context(), caller)
			wantKind(t, err, tickler.KindForbidden)
			_, err = w.UpdateSubscription(t.Context(), caller, s.ID, draftOf(tickler.TaskCreated))
			wantKind(t, err, tickler.KindForbidden)
			_, err = w.TrySubscription(t.Context(), caller, s.ID)
			wantKind(t, err, tickler.KindForbidden)
			wantKind(t, w.DeleteSubscription(t.Context(), caller, s.ID), tickler.KindForbidden)
		}
		stranger := w.stranger()
		_, err = w.UpdateSubscription(t.Context(), stranger, s.ID, draftOf(tickler.TaskCreated))
		wantKind(t, err, tickler.KindUnknownEntity)
		_, err = w.TrySubscription(t.Context(), stranger, s.ID)
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
