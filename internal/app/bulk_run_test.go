package app_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/store/storetest"
)

func wantEqual[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("- want, + got:\n%s", diff)
	}
}

// askTold submits a bulk request with a webhook at its end.
func (w *world) askTold(operation tickler.BulkOperation, rows int) tickler.BulkRequest {
	w.t.Helper()
	r, err := w.SubmitBulk(w.t.Context(), w.as("admin"), app.BulkSubmission{
		Operation: operation, Body: []byte("{}"), Rows: rows, WebhookURL: "https://example.com/done",
	})
	w.must(err)
	return r
}

func jobOfRequest(r tickler.BulkRequest) jobs.Ref {
	return jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}
}

// rowsNamed returns drafts for rows first to last.
func rowsNamed(first, last int) (orders spoken) {
	for number := first; number <= last; number++ {
		orders = append(orders, drafts(fmt.Sprintf("row %d", number))...)
	}
	return orders
}

// runRows runs orders as the rows of a request, from row number first.
func (w *world) runRows(r tickler.BulkRequest, first int, orders spoken) tickler.BulkRequest {
	w.t.Helper()
	got, _, err := w.RunRows(w.t.Context(), r, jobOfRequest(r), first, orders)
	w.must(err)
	return got
}

// rows returns the results of a request's rows.
func (w *world) rows(r tickler.BulkRequest) []tickler.BulkRow {
	w.t.Helper()
	rows, err := w.store.BulkRows(w.t.Context(), r.AccountID, r.ID)
	w.must(err)
	return rows
}

// kept reads a request from the store.
func (w *world) kept(r tickler.BulkRequest) tickler.BulkRequest {
	w.t.Helper()
	kept, found, err := w.store.BulkRequest(w.t.Context(), r.AccountID, r.ID)
	w.must(err)
	wantEqual(w.t, true, found)
	return kept
}

// waiting counts the jobs by kind.
func (w *world) waiting() map[string]int {
	w.t.Helper()
	counts, err := w.store.Jobs().Counts(w.t.Context())
	w.must(err)
	byKind := map[string]int{}
	for _, c := range counts {
		byKind[c.Kind] += c.Count
	}
	return byKind
}

// names counts an account's tasks by name.
func (w *world) names(account tickler.ID) map[string]int {
	w.t.Helper()
	tasks, _, err := w.store.Tasks(w.t.Context(), tickler.TaskFilter{AccountID: account}, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 1000})
	w.must(err)
	byName := map[string]int{}
	for _, task := range tasks {
		byName[task.Name]++
	}
	return byName
}

func TestBulkRequestRunsToItsEnd(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.askTold(tickler.BulkCreate, 3)
		wantEqual(t, map[string]int{tickler.BulkJob: 1}, w.waiting())
		bad := tickler.Refuse(tickler.FactNotInstant, tickler.FieldDue, "tomorrow")

		got := w.runRows(r, 1, append(rowsNamed(1, 1), app.BulkOrder{Name: "Bad", Err: bad}))
		wantEqual(t, tickler.BulkRunning, got.State)
		wantEqual(t, map[string]int{tickler.BulkJob: 1}, w.waiting())
		w.clock.Advance(time.Minute)
		got = w.runRows(r, 3, rowsNamed(3, 3))
		wantEqual(t, tickler.BulkPartly, got.State)
		wantEqual(t, now.Add(time.Minute), got.CompletedAt)
		wantEqual(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, w.waiting())

		wantEqual(t, got, w.kept(r))
		wantEqual(t, tickler.ReportPending, got.Report.State)
		rows := w.rows(r)
		wantEqual(t, []tickler.BulkRow{
			{Number: 1, State: tickler.RowSucceeded, TaskID: rows[0].TaskID, Name: "row 1"},
			{Number: 2, State: tickler.RowFailed, Name: "Bad", Fault: new(spoken).Fault(bad)},
			{Number: 3, State: tickler.RowSucceeded, TaskID: rows[2].TaskID, Name: "row 3"},
		}, rows)
		for _, number := range []int{1, 3} {
			task, found, err := w.Task(t.Context(), w.as("admin"), rows[number-1].TaskID)
			w.must(err)
			wantEqual(t, true, found)
			wantEqual(t, fmt.Sprintf("row %d", number), task.Name)
		}
		deliveries, err := w.DeliveriesOfRequest(t.Context(), w.as("admin"), r.ID, tickler.Page{Limit: 10})
		w.must(err)
		wantEqual(t, 1, len(deliveries))
		wantEqual(t, "Partial Success, 3 rows", string(deliveries[0].Payload))
		wantEqual(t, 2, w.taskCount(w.account))
	})
}

// Rows that somebody else ran, or whose turn has not come, are skipped; so is everything once the
// request has ended.
func TestBulkRowsOutOfTurnAreSkipped(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.askTold(tickler.BulkCreate, 4)
		for _, turn := range []struct{ first, last, processed int }{{2, 3, 0}, {1, 2, 2}, {1, 2, 2}, {2, 3, 2}, {4, 4, 2}, {3, 4, 4}, {3, 4, 4}, {1, 4, 4}} {
			wantEqual(t, turn.processed, w.runRows(r, turn.first, rowsNamed(turn.first, turn.last)).Processed())
		}
		wantEqual(t, map[string]int{"row 1": 1, "row 2": 1, "row 3": 1, "row 4": 1}, w.names(w.account))
		wantEqual(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, w.waiting())
	})
}

func TestBulkRowsOfAnUnknownRequest(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		foreign := w.askTold(tickler.BulkCreate, 1)
		foreign.AccountID, foreign.RequestedBy = w.other, w.stranger().User.ID
		_, ended, err := w.RunRows(t.Context(), foreign, jobOfRequest(foreign), 1, rowsNamed(1, 1))
		wantKind(t, err, tickler.KindUnknownEntity)
		wantEqual(t, false, ended)
		wantEqual(t, 0, w.taskCount(w.other))
	})
}

func TestStoppedBulkRequestStillSendsItsWebhook(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.askTold(tickler.BulkCreate, 4)
		w.runRows(r, 1, rowsNamed(1, 2))
		w.must(w.CancelBulk(t.Context(), w.as("admin"), r.ID))
		w.clock.Advance(time.Minute)
		w.must(w.CancelBulk(t.Context(), w.as("admin"), r.ID)) // a second stop changes nothing
		wantEqual(t, now, w.kept(r).CancelAskedAt)
		got := w.runRows(r, 3, rowsNamed(3, 4))
		wantEqual(t, tickler.BulkCancelled, got.State)
		wantEqual(t, 2, got.Left())
		wantEqual(t, w.users["admin"].ID, got.CancelledBy)
		wantEqual(t, 2, w.taskCount(w.account))
		wantEqual(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, w.waiting())
		wantKind(t, w.CancelBulk(t.Context(), w.stranger(), w.ended().ID), tickler.KindUnknownEntity)
		wantKind(t, w.CancelBulk(t.Context(), w.as("admin"), w.ended().ID), tickler.KindInvalid)
	})
}

// ended returns a request that has ended.
func (w *world) ended() tickler.BulkRequest {
	w.t.Helper()
	return w.runRows(w.askTold(tickler.BulkCreate, 1), 1, rowsNamed(1, 1))
}

// A rule that refuses makes its row fail alone; any other failure undoes all rows of the run, and
// the request stays as it was.
func TestFailuresOfBulkRows(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		appointment := func(name string) tickler.Task {
			task, err := w.CreateTask(t.Context(), w.as("admin"), tickler.TaskDraft{Name: name, TypeName: "Meeting"})
			w.must(err)
			task, _, err = w.store.Task(t.Context(), w.account, task.ID)
			w.must(err)
			return task
		}
		first, poison, todo := appointment("first"), appointment("poison"), w.task("admin", "admin")
		r := w.askTold(tickler.BulkReschedule, 4)
		asked := w.kept(r)
		from, to := now.Add(time.Hour), now.Add(2*time.Hour)
		orders := tasksNamed(first, poison, todo, tickler.Task{ID: newID()})
		for i := range orders {
			orders[i].From, orders[i].To = from, to
		}
		broken := errors.New("broken")
		if _, _, err := w.over(brittle{w.store, broken}).RunRows(t.Context(), r, jobOfRequest(r), 1, orders[:2]); !errors.Is(err, broken) {
			t.Fatalf("got the error %v", err)
		}
		for _, task := range []tickler.Task{first, poison} {
			kept, _, err := w.store.Task(t.Context(), w.account, task.ID)
			w.must(err)
			wantEqual(t, task, kept)
			history, err := w.store.TaskChanges(t.Context(), w.account, task.ID)
			w.must(err)
			wantEqual(t, nil, history)
		}
		wantEqual(t, asked, w.kept(r))
		wantEqual(t, nil, w.rows(r))

		orders[1].From, orders[1].To = to, from
		wantEqual(t, tickler.BulkPartly, w.runRows(r, 1, orders).State)
		wantEqual(t, []tickler.BulkRow{
			{Number: 1, State: tickler.RowSucceeded, TaskID: first.ID, Name: "first", Version: 2},
			{
				Number: 2, State: tickler.RowFailed, TaskID: poison.ID, Name: "poison",
				Fault: new(spoken).Fault(tickler.Refuse(tickler.FactEndsBeforeStart, tickler.FieldTo, from, tickler.FieldFrom, to)),
			},
			{
				Number: 3, State: tickler.RowFailed, TaskID: todo.ID, Name: todo.Name,
				Fault: new(spoken).Fault(tickler.Refuse(tickler.FactNotAppointment, tickler.FieldTask, todo.ID)),
			},
			{
				Number: 4, State: tickler.RowFailed, TaskID: orders[3].TaskID,
				Fault: new(spoken).Fault(tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, orders[3].TaskID)),
			},
		}, w.rows(r))
		moved, _, err := w.store.Task(t.Context(), w.account, first.ID)
		w.must(err)
		wantEqual(t, []time.Time{from, to}, []time.Time{moved.DueAt, moved.EndAt})
		history, err := w.store.TaskChanges(t.Context(), w.account, first.ID)
		w.must(err)
		wantEqual(t, 1, len(history))
		wantEqual(t, r.ID, history[0].Act) // all changes of a request are one act
	})
}

// Tasks created in the same run are undone too.
func TestAFailureAmongCreatesUndoesTheRun(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.askTold(tickler.BulkCreate, 3)
		asked := w.kept(r)
		broken := errors.New("broken")
		if _, _, err := w.over(brittle{w.store, broken}).RunRows(t.Context(), r, jobOfRequest(r), 1, drafts("first", "second", "poison")); !errors.Is(err, broken) {
			t.Fatalf("got the error %v", err)
		}
		wantEqual(t, 0, w.taskCount(w.account))
		wantEqual(t, asked, w.kept(r))
		wantEqual(t, nil, w.rows(r))
		wantEqual(t, map[string]int{tickler.BulkJob: 1}, w.waiting())
	})
}

// twoNodes returns a world and the use cases of a second node on its database; on SQLite, those of
// the same node.
func twoNodes(t *testing.T, location string) (*world, [2]*app.App) {
	t.Helper()
	w := newWorld(t, storetest.Open(t, location))
	if !w.store.Shared() {
		return w, [2]*app.App{w.App, w.App}
	}
	return w, [2]*app.App{w.App, w.appOver(storetest.OpenAsIs(t, location))}
}

// When several runs of one request overlap, each from the row it believes is next, each row is made
// once, and one of the runs ends the request.
func TestBulkRowsRunByManyAtOnceAreMadeOnce(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		w, nodes := twoNodes(t, location)
		const rows, runners = 40, 6
		r := w.askTold(tickler.BulkCreate, rows)
		var all sync.WaitGroup
		var ends atomic.Int32
		for runner := range runners {
			all.Go(func() {
				for at := r; !at.State.IsEnd(); {
					next := at.Processed() + 1
					got, ended, err := nodes[runner%2].RunRows(t.Context(), at, jobOfRequest(r), next, rowsNamed(next, min(next+runner, rows)))
					if err != nil {
						t.Error(err)
						return
					}
					if at = got; ended {
						ends.Add(1)
					}
				}
			})
		}
		all.Wait()
		wantEqual(t, 1, ends.Load())
		wantEqual(t, rows, len(w.names(w.account)))
		wantEqual(t, rows, w.taskCount(w.account))
		wantEqual(t, rows, len(w.rows(r)))
		wantEqual(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, w.waiting())
	})
}

// An account has a limit of waiting requests; no more are accepted until one has ended. A repeated
// call, whose answer was lost, does not count again, and a refused one leaves its Idempotency-Key
// free.
func TestOnlySoManyBulkRequestsWait(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		w := newWorld(t, storetest.Open(t, location))
		plain := app.BulkSubmission{Operation: tickler.BulkCreate, Body: []byte("{}"), Rows: 1}
		submit := func(id tickler.ID, once *tickler.Once) (app.SubmittedBulk, error) {
			return w.App.SubmitBulk(t.Context(), w.as("admin"), plain, app.Options{ID: id, Once: once})
		}
		_, err := submit(newID(), nil)
		w.must(err)
		fillBulkRequests(t, location)
		last, err := submit(newID(), nil)
		w.must(err)
		_, err = submit(last.ID, nil)
		w.must(err)
		one := newID()
		once := func(answer string) *tickler.Once {
			return &tickler.Once{Operation: "Bulk", Key: "k", Answer: []byte(answer)}
		}
		_, err = submit(one, once("first"))
		wantEqual[error](t, tickler.TooManyBulkRequests(), err)
		_, found, err := w.store.BulkRequest(t.Context(), w.account, one)
		w.must(err)
		wantEqual(t, false, found)
		_, err = w.App.SubmitBulk(t.Context(), w.stranger(), plain, app.Options{}) // another account's
		w.must(err)

		w.runRows(last.BulkRequest, 1, rowsNamed(1, 1))
		first, err := submit(one, once("first"))
		w.must(err)
		wantEqual(t, nil, first.Replay)
		again, err := submit(newID(), once("second")) // nor is a replay
		w.must(err)
		wantEqual(t, "first", string(again.Replay))
	})
}

// fillBulkRequests copies the only bulk request until there is room for just one more.
func fillBulkRequests(t *testing.T, location string) {
	t.Helper()
	id := `randomblob(16)`
	if strings.Contains(location, "://") {
		id = `gen_random_uuid()`
	}
	storetest.Exec(t, storetest.SQL(t, location), `
		WITH RECURSIVE n (n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < $1)
		INSERT INTO bulk_request (account_id, id, operation, state, requested_by, via, webhook_url, row_count, succeeded, failed, created_at,
			report_state, report_attempts, report_error)
		SELECT account_id, `+id+`, operation, state, requested_by, via, webhook_url, row_count, succeeded, failed, created_at,
			report_state, report_attempts, report_error
		FROM bulk_request, n`, tickler.MaxBulkWaiting)
}

func TestReportOfABulkRequest(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		open := w.askTold(tickler.BulkCreate, 1)
		wantKind(t, w.ResendReport(t.Context(), admin, open.ID, app.Options{}), tickler.KindInvalid) // it has not ended
		r := w.ended()
		wantKind(t, w.ResendReport(t.Context(), admin, r.ID, app.Options{}), tickler.KindInvalid) // it is pending
		wantKind(t, w.ResendReport(t.Context(), w.stranger(), r.ID, app.Options{}), tickler.KindUnknownEntity)

		claimed, err := w.store.Jobs().Claim(t.Context(), tickler.ReportJob, "runner", now.Add(time.Hour), now.Add(2*time.Hour), 10)
		w.must(err)
		wantEqual(t, 1, len(claimed))
		wantEqual(t, r.ID.String(), claimed[0].Payload)
		tried := tickler.ReportMail{State: tickler.ReportPending, Attempts: 1, LastError: "450 later"}
		w.must(w.NoteReport(t.Context(), r.AccountID, r.ID, tried, claimed[0].Ref))
		wantEqual(t, tried, w.kept(r).Report)
		wantEqual(t, map[string]int{tickler.BulkJob: 1, tickler.WebhookJob: 1, tickler.ReportJob: 1}, w.waiting())
		failed := tickler.ReportMail{State: tickler.ReportFailed, Attempts: 2, LastError: "550 never", SettledAt: now}
		w.must(w.NoteReport(t.Context(), r.AccountID, r.ID, failed, claimed[0].Ref))
		wantEqual(t, failed, w.kept(r).Report)
		wantEqual(t, map[string]int{tickler.BulkJob: 1, tickler.WebhookJob: 1}, w.waiting())

		w.must(w.ResendReport(t.Context(), admin, r.ID, app.Options{}))
		wantEqual(t, map[string]int{tickler.BulkJob: 1, tickler.WebhookJob: 1, tickler.ReportJob: 1}, w.waiting())
		wantEqual(t, tickler.ReportMail{State: tickler.ReportPending, Attempts: 2, LastError: "550 never"}, w.kept(r).Report)
		want := r
		want.Report = w.kept(r).Report
		wantEqual(t, want, w.kept(r)) // and nothing else
	})
}
