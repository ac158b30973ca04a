package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tickler"
	"tickler/client"
	"tickler/internal/civil"
)

// event is a webhook that a receiver got, its signature verified.
type event struct {
	id            string
	EventType     string
	EventOn       string
	Before, After *client.Task
}

// events waits until a receiver got count events and nothing more is in progress, and returns them
// in the order of their arrival.
func (e *exchange) events(r *receiver, count int) []event {
	e.t.Helper()
	secret := e.at.facts(e.t, "webhook-secret show")["secret"]
	checker, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		e.t.Fatal(err)
	}
	var all []event
	for _, call := range r.Await(count) {
		if err := checker.VerifyIgnoringTimestamp(call.Body, call.Header); err != nil {
			e.t.Error(err)
		}
		told := event{id: call.Header.Get("Webhook-Id")}
		if err := json.Unmarshal(call.Body, &told); err != nil {
			e.t.Fatal(err)
		}
		all = append(all, told)
	}
	e.rest()
	if len(all) != count {
		e.t.Fatalf("%d events came, want %d: %v", len(all), count, all)
	}
	return all
}

// String summarizes an event: its type, instant, and the status and name before and after.
func (v event) String() string {
	short := func(t *client.Task) string {
		if t == nil {
			return "none"
		}
		return t.Status + " " + t.Name
	}
	return fmt.Sprintf("%s %s: %s -> %s", v.EventType, v.EventOn, short(v.Before), short(v.After))
}

// subscribe subscribes a receiver to some events.
func (e *exchange) subscribe(url string, events ...client.WebhookEvent) (ids []string) {
	e.t.Helper()
	for _, event := range events {
		id, err := e.api().CreateWebhook(e.t.Context(), client.WebhookDraft{URL: url, WebhookEvent: event})
		if err != nil {
			e.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// moveTo moves the clock to an instant of the test's day.
func (e *exchange) moveTo(text string) {
	e.t.Helper()
	to, err := civil.ParseInstant("2026-03-01 " + text)
	if err != nil {
		e.t.Fatal(err)
	}
	e.clock.Advance(to.Sub(e.clock.Now()))
}

func (e *exchange) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

var allEvents = []client.WebhookEvent{
	client.TaskCreated, client.TaskReminder, client.TaskCompleted, client.TaskUpdated, client.TaskCancelled, client.TaskOverdue, client.TaskDeleted,
}

// The whole life of a task as its subscribers see it: each event arrives once and in order, though
// each has a subscription of its own, with the task before and after. The reminder comes at its
// moment though nobody is mailed, and overdue comes one second after the end, not before.
func TestSubscribersSeeTheLifeOfATask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		r := receive(t, nil, answer(http.StatusOK, ""))
		e := openExchange(t, at, allowPrivate)
		e.subscribe(r.URL, allEvents...)
		id := e.create(client.TaskDraft{
			Name: "Call Ada", DueDate: client.Time{Time: now.Add(30 * time.Minute)}, EndDate: client.Time{Time: now.Add(time.Hour)}, Reminder: new(10),
		})
		e.events(r, 1)
		e.moveTo("12:20:00")
		e.events(r, 2)
		e.moveTo("13:00:00") // the end itself: still pending
		_, err := e.api().UpdateTask(t.Context(), id.String(), client.TaskDraft{Name: "Call Ada back"})
		e.must(err)
		e.events(r, 3)
		e.moveTo("13:00:01")
		e.events(r, 4)
		_, err = e.api().CompleteTask(t.Context(), id.String())
		e.must(err)
		_, err = e.api().ReopenTask(t.Context(), id.String())
		e.must(err)
		e.events(r, 7) // reopened, it is overdue at once
		_, err = e.api().CancelTask(t.Context(), id.String())
		e.must(err)
		_, err = e.api().DeleteTasks(t.Context(), client.BulkDelete{TaskIDs: []string{id.String()}})
		e.must(err)
		got := e.events(r, 9)
		want := []string{
			"Task_Create 2026-03-01 12:00:00.000: none -> Pending Call Ada",
			"Task_Reminder 2026-03-01 12:20:00.000: Pending Call Ada -> Pending Call Ada",
			"Task_Update 2026-03-01 13:00:00.000: Pending Call Ada -> Pending Call Ada back",
			"Task_Overdue 2026-03-01 13:00:01.000: Pending Call Ada back -> Overdue Call Ada back",
			"Task_Complete 2026-03-01 13:00:01.000: Overdue Call Ada back -> Completed Call Ada back",
			"Task_Update 2026-03-01 13:00:01.000: Completed Call Ada back -> Overdue Call Ada back",
			"Task_Overdue 2026-03-01 13:00:01.000: Pending Call Ada back -> Overdue Call Ada back",
			"Task_Cancel 2026-03-01 13:00:01.000: Overdue Call Ada back -> Cancelled Call Ada back",
			"Task_Delete 2026-03-01 13:00:01.000: Cancelled Call Ada back -> none",
		}
		var told []string
		ids := map[string]bool{}
		for _, v := range got {
			told = append(told, v.String())
			ids[v.id] = true
		}
		if !slices.Equal(told, want) {
			t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
		if len(ids) != len(got) {
			t.Error("two events have one id")
		}
	})
}

// A subscription gets the events of one task in order, however many change it at the same time,
// even when the receiver fails in between.
func TestASubscriptionGetsEachTasksEventsInOrder(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		r := receive(t, nil, answer(http.StatusOK, ""))
		e := openExchange(t, at, allowPrivate)
		e.subscribe(r.URL, client.TaskUpdated)
		const tasks, changes = 4, 8
		var all sync.WaitGroup
		for i := range tasks {
			id := e.create(client.TaskDraft{Name: fmt.Sprintf("task %d", i)})
			for j := range changes {
				all.Go(func() {
					if _, err := e.api().UpdateTask(t.Context(), id.String(), client.TaskDraft{Name: fmt.Sprintf("task %d, change %d", i, j)}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		last := map[string]string{}
		for _, v := range e.events(r, tasks*changes) {
			if before, known := last[v.After.UserTaskID]; known && before != v.Before.Name {
				t.Errorf("a task was called %q, and then it was %q before %q", before, v.Before.Name, v.After.Name)
			}
			last[v.After.UserTaskID] = v.After.Name
		}
	})
}

// A receiver of several webhooks gets a task's events in one order across all of them, even if it
// fails at first.
func TestWebhooksOfOneReceiverWaitForEachOther(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		r := receive(t, nil, answer(http.StatusServiceUnavailable, "down"))
		e := openExchange(t, at, allowPrivate)
		e.subscribe(r.URL, client.TaskUpdated, client.TaskCreated)
		id := e.create(client.TaskDraft{Name: "Call Ada"})
		e.rest()
		_, err := e.api().UpdateTask(t.Context(), id.String(), client.TaskDraft{Name: "Call Ada back"})
		e.must(err)
		e.rest()
		if calls := r.Calls(); len(calls) != 1 {
			t.Errorf("it was called %d times, want once: by the create", len(calls))
		}
		r.Answers(answer(http.StatusOK, ""))
		r.Forget()
		e.clock.Advance(30 * time.Second)
		if got := e.events(r, 2); got[0].EventType != "Task_Create" || got[1].EventType != "Task_Update" {
			t.Errorf("told %v", got)
		}
	})
}

// A later subscription gets the events from then on, also those of tasks that existed before.
func TestALaterSubscriptionCoversTheTasksThatAreThere(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		r := receive(t, nil, answer(http.StatusOK, ""))
		e := openExchange(t, at, allowPrivate)
		past, soon := client.Time{Time: now.Add(-time.Minute)}, client.Time{Time: now.Add(time.Minute)}
		e.create(client.TaskDraft{Name: "overdue already", DueDate: past, EndDate: past})
		e.create(client.TaskDraft{Name: "soon", DueDate: past, EndDate: soon})
		e.subscribe(r.URL, client.TaskOverdue)
		e.rest()
		e.moveTo("12:01:01")
		if got := e.events(r, 1); got[0].After.Name != "soon" || got[0].EventOn != "2026-03-01 12:01:01.000" {
			t.Errorf("told %v", got)
		}
	})
}

// isArmed reports whether the program waits for something to come due.
func (e *exchange) isArmed() bool {
	e.t.Helper()
	_, armed, err := e.store.NextDue(e.t.Context())
	e.must(err)
	return armed
}

// Without a subscription nothing but tasks is written. Another account's subscription gets nothing
// of this account.
func TestWithoutSubscriptionsNothingIsTold(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		r := receive(t, nil, answer(http.StatusOK, ""))
		e := openExchange(t, at, allowPrivate)
		id := e.create(client.TaskDraft{Name: "quiet"})
		_, err := e.api().CompleteTask(t.Context(), id.String())
		e.must(err)
		if e.isArmed() {
			t.Error("something waits to come due")
		}
		counts, err := e.store.Jobs().Counts(t.Context())
		if err != nil || len(counts) > 0 {
			t.Errorf("there are jobs: %v, %v", counts, err)
		}
		ids := e.subscribe(r.URL, client.TaskCreated)
		e.create(client.TaskDraft{Name: "told"})
		e.events(r, 1)
		_, err = e.api().DeleteWebhook(t.Context(), ids[0])
		e.must(err)
		e.create(client.TaskDraft{Name: "quiet again"})
		if got := e.events(r, 1); got[0].After.Name != "told" {
			t.Errorf("told %v", got)
		}
	})
}

// attempts counts the delivery attempts of a subscription.
func (e *exchange) attempts(webhook string) int {
	e.t.Helper()
	id, err := tickler.ParseID(webhook)
	e.must(err)
	deliveries, err := e.store.DeliveriesOfSubscription(e.t.Context(), e.account, id, tickler.Page{Limit: tickler.MaxPageSize})
	e.must(err)
	attempts := 0
	for _, d := range deliveries {
		attempts += d.Attempts
	}
	return attempts
}

// A receiver that has failed for three days is no longer called, and the administrator is told.
// Events are kept meanwhile, and all of them are delivered in order when a person resumes the
// webhook.
func TestAPausedSubscriptionLosesNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		r := receive(t, nil, answer(http.StatusServiceUnavailable, "down"))
		e := openExchange(t, at, allowPrivate)
		webhook := e.subscribe(r.URL, client.TaskUpdated)[0]
		id := e.create(client.TaskDraft{Name: "0"})
		change := func(name string) {
			_, err := e.api().UpdateTask(t.Context(), id.String(), client.TaskDraft{Name: name})
			e.must(err)
		}
		find := func() client.Webhook {
			found, err := e.api().Webhooks(t.Context(), client.WebhookSearch{})
			if err != nil || len(found.List) != 1 {
				t.Fatal(err, found)
			}
			return found.List[0]
		}
		var want []string
		happen := func() {
			want = append(want, strconv.Itoa(len(want)+1))
			change(want[len(want)-1])
		}
		happen()
		e.rest()
		for find().StatusCode != client.WebhookPaused { // and every retry fails
			before := e.attempts(webhook)
			happen()
			e.clock.Advance(3 * time.Hour)
			e.rest()
			if e.attempts(webhook) == before {
				t.Fatalf("at %v nothing was tried", e.clock.Now())
			}
		}
		if e.clock.Now().Sub(now) < 72*time.Hour {
			t.Errorf("paused at %v", e.clock.Now())
		}
		happen()
		if paused := find(); !strings.Contains(paused.StatusReason, "the receiver answered 503") {
			t.Errorf("paused because %q", paused.StatusReason)
		}
		e.rest()
		tried := len(r.Calls())
		r.Answers(answer(http.StatusOK, ""))
		e.clock.Advance(24 * time.Hour)
		e.rest()
		if n := len(r.Calls()); n > tried {
			t.Errorf("%d calls while it was paused", n-tried)
		}
		r.Forget()
		_, err := e.api().UpdateWebhook(t.Context(), webhook, client.WebhookDraft{StatusCode: new(client.WebhookOn)})
		e.must(err)
		var names []string
		for _, v := range e.events(r, len(want)) {
			names = append(names, v.After.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("after it was resumed it was told of %q, want %q", names, want)
		}
		if resumed := find(); resumed.StatusCode != client.WebhookOn || !resumed.FailingSince.IsZero() || resumed.StatusReason != "" {
			t.Errorf("resumed: %+v", resumed)
		}
	})
}
