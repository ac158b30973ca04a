package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/directory"
	"tickler/internal/jobs"
	"tickler/internal/store"
)

// spoken is a BulkWire that holds its orders as values. The body of an undo is as the use case
// writes it.
type spoken []app.BulkOrder

func (s *spoken) Orders(_ tickler.BulkOperation, body []byte) ([]app.BulkOrder, error) {
	var own ownBody
	if err := json.Unmarshal(body, &own); err != nil {
		return nil, err
	}
	if len(own.TaskIDs) == 0 {
		return *s, nil
	}
	orders := make([]app.BulkOrder, len(own.TaskIDs))
	for i, text := range own.TaskIDs {
		orders[i].TaskID, orders[i].Err = tickler.ParseID(text)
		if own.Change != nil {
			orders[i].Change = &app.BulkChange{
				Complete: own.Change.Complete, Cancel: own.Change.Cancel, MoveBy: own.Change.MoveBy, MoveTo: own.Change.MoveTo, Zone: time.UTC,
			}
			if own.Change.Owner != "" {
				owner, err := tickler.ParseID(own.Change.Owner)
				orders[i].Change.Patch, orders[i].Err = &tickler.TaskPatch{OwnerID: owner}, err
			}
		}
		if len(own.Versions) > 0 {
			orders[i].Version = own.Versions[i]
		}
	}
	return orders, nil
}

// ownBody is a body as a use case writes it.
type ownBody struct {
	TaskIDs  []string
	Versions []int      `json:",omitempty"`
	Change   *ownChange `json:",omitempty"`
}

type ownChange struct {
	Complete, Cancel bool
	MoveBy           *int
	MoveTo           time.Time
	Owner            string
}

func (b ownBody) of(tasks ...tickler.ID) []byte {
	for _, task := range tasks {
		b.TaskIDs = append(b.TaskIDs, task.String())
	}
	body, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return body
}

func (*spoken) Update(change app.BulkChange, tasks []tickler.ID) ([]byte, bool) {
	own := ownChange{Complete: change.Complete, Cancel: change.Cancel, MoveBy: change.MoveBy, MoveTo: change.MoveTo}
	if change.Patch != nil {
		own.Owner = change.Patch.OwnerID.String()
	}
	return ownBody{Change: &own}.of(tasks...), own != ownChange{}
}

func (*spoken) TakingBack(steps []tickler.Step) []byte {
	var own ownBody
	var tasks []tickler.ID
	for _, step := range steps {
		tasks, own.Versions = append(tasks, step.TaskID), append(own.Versions, step.Version)
	}
	return own.of(tasks...)
}

// Fault returns the bare facts.
func (*spoken) Fault(err error) *tickler.RowFault {
	e, ok := errors.AsType[*tickler.Error](err)
	if !ok {
		return nil
	}
	return &tickler.RowFault{Kind: e.Kind, Message: e.Error()}
}

func (*spoken) Status(r tickler.BulkRequest, rows []tickler.BulkRow) []byte {
	return fmt.Appendf(nil, "%s, %d rows", r.State, len(rows))
}

func (*spoken) Removal(tasks []tickler.ID) []byte { return ownBody{}.of(tasks...) }

func drafts(names ...string) (s spoken) {
	for _, name := range names {
		s = append(s, app.BulkOrder{Name: name, Draft: tickler.TaskDraft{Name: name}})
	}
	return s
}

func tasksNamed(tasks ...tickler.Task) (s spoken) {
	for _, task := range tasks {
		s = append(s, app.BulkOrder{TaskID: task.ID})
	}
	return s
}

// ask submits a bulk request.
func (w *world) ask(caller app.Caller, operation tickler.BulkOperation, rows int) tickler.BulkRequest {
	w.t.Helper()
	r, err := w.SubmitBulk(w.t.Context(), caller, app.BulkSubmission{Operation: operation, Body: []byte("{}"), Rows: rows})
	w.must(err)
	return r
}

// runBulk runs a request and returns it as its requester then sees it.
func (w *world) runBulk(r tickler.BulkRequest, said spoken) (tickler.BulkRequest, []tickler.BulkRow) {
	w.t.Helper()
	w.spoken = said
	_, _, err := w.RunBulk(w.t.Context(), r.AccountID, r.ID, jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)})
	w.must(err)
	r, rows, err := w.BulkRequest(w.t.Context(), w.as("admin"), r.ID)
	w.must(err)
	return r, rows
}

// faults returns the rows' faults, "" for those that succeeded.
func faults(rows []tickler.BulkRow) string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		if row.Fault != nil {
			texts[i] = row.Fault.Message
		}
	}
	return strings.Join(texts, "|")
}

// Dates default to the day on which the request was made, even if it runs on the next.
func TestBulkDefaultsAreOfTheDayOfTheRequest(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.ask(w.as("admin"), tickler.BulkCreate, 1)
		w.clock.Set(now.Add(13 * time.Hour))
		_, rows := w.runBulk(r, drafts("today"))
		task, _, err := w.Task(t.Context(), w.as("admin"), rows[0].TaskID)
		w.must(err)
		if today := now.Truncate(24 * time.Hour); !task.DueAt.Equal(today) || !task.EndAt.Equal(today.Add(24*time.Hour-time.Second)) {
			t.Errorf("it is due from %v to %v", task.DueAt, task.EndAt)
		}
		if !task.CreatedAt.Equal(now.Add(13*time.Hour)) || task.CreatedVia != (tickler.Origin{Kind: tickler.ViaBulk, ID: r.ID}) {
			t.Errorf("it was made at %v via %+v", task.CreatedAt, task.CreatedVia)
		}
	})
}

// The roles allow the same deletes and moves as with single tasks; callers don't learn the names of
// tasks they may not change.
func TestRolesInBulk(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, operation := range []tickler.BulkOperation{tickler.BulkDelete, tickler.BulkReschedule} {
			for _, name := range []string{"admin", "marketer", "boss", "seller", "loner"} {
				task := w.task("seller", "junior")
				orders := tasksNamed(task)
				_, rows := w.runBulk(w.ask(w.as(name), operation, 1), orders)
				forbidden := rows[0].Fault != nil && rows[0].Fault.Kind == tickler.KindForbidden
				if forbidden == changesTaskOf(name, "seller", "junior") || forbidden != (rows[0].Name == "") {
					t.Errorf("%s by %s: %+v, %v", operation, name, rows[0], rows[0].Fault)
				}
				if _, found, err := w.Task(t.Context(), w.as("admin"), task.ID); err != nil || found == (operation == tickler.BulkDelete && !forbidden) {
					t.Errorf("%s by %s: the task is there: %t, %v", operation, name, found, err)
				}
			}
		}
	})
}

func TestDeletedTaskLeavesItsHistory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task := w.task("admin", "boss")
		r := w.ask(w.as("admin"), tickler.BulkDelete, 2)
		_, rows := w.runBulk(r, append(tasksNamed(task), app.BulkOrder{TaskID: w.users["boss"].ID}))
		if want := "|" + tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, w.users["boss"].ID).Error(); faults(rows) != want {
			t.Errorf("the faults are %q", faults(rows))
		}
		history, err := w.store.TaskChanges(t.Context(), w.account, task.ID)
		w.must(err)
		if len(history) != 1 || history[0].Kind != tickler.ChangeDeleted || history[0].Via.ID != r.ID || history[0].By != w.users["admin"].ID {
			t.Errorf("the history is %+v", history)
		}
	})
}

// Undo deletes what nobody has touched, and reports what it left.
func TestUndoBulk(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		r := w.ask(admin, tickler.BulkCreate, 4)
		_, err := w.UndoBulk(t.Context(), admin, r.ID)
		wantKind(t, err, tickler.KindInvalid) // it has not ended
		_, rows := w.runBulk(r, append(drafts("untouched", "touched", "deleted"), app.BulkOrder{Err: tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil)}))
		_, err = w.CompleteTask(t.Context(), admin, rows[1].TaskID)
		w.must(err)
		w.runBulk(w.ask(admin, tickler.BulkDelete, 1), spoken{{TaskID: rows[2].TaskID}})

		undo, err := w.UndoBulk(t.Context(), admin, r.ID)
		w.must(err)
		if undo.Rows != 3 || undo.SourceID != r.ID || undo.Operation != tickler.BulkUndo {
			t.Errorf("the undo is %+v", undo)
		}
		undo, undone := w.runBulk(undo, spoken{})
		want := "|" + tickler.Refuse(tickler.FactTouchedTask, tickler.FieldTask, rows[1].TaskID).Error() +
			"|" + tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, rows[2].TaskID).Error()
		if undo.State != tickler.BulkPartly || faults(undone) != want || w.taskCount(w.account) != 1 {
			t.Errorf("%s, %d tasks are left: %s", undo.State, w.taskCount(w.account), faults(undone))
		}
		_, err = w.UndoBulk(t.Context(), admin, undo.ID)
		wantKind(t, err, tickler.KindInvalid) // an undo can't be undone
		_, err = w.UndoBulk(t.Context(), w.as("boss"), r.ID)
		wantKind(t, err, tickler.KindUnknownEntity) // it is not theirs
	})
}

// What somebody asked for before they were deactivated is not carried out in their name any more;
// what ran before stays.
func TestBulkOfSomebodyWhoHasLeft(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		own := w.task("seller", "seller")
		creation, deletion := w.ask(w.as("seller"), tickler.BulkCreate, 3), w.ask(w.as("seller"), tickler.BulkDelete, 1)
		w.must(w.DeactivateUser(t.Context(), w.as("admin"), w.users["seller"]))
		for _, asked := range []struct {
			request tickler.BulkRequest
			orders  spoken
		}{{creation, drafts("one", "two", "three")}, {deletion, tasksNamed(own)}} {
			r, rows := w.runBulk(asked.request, asked.orders)
			want := fmt.Sprintf("stopped because its sender was deactivated, with %[1]d of %[1]d tasks left", r.Rows)
			if r.State != tickler.BulkCancelled || r.Processed() > 0 || rows[0].State != tickler.RowCancelled || r.FailureReason() != want {
				t.Errorf("it ended as %s after %d rows: %s", r.State, r.Processed(), r.FailureReason())
			}
		}
		if n := w.taskCount(w.account); n != 1 {
			t.Errorf("there are %d tasks", n)
		}
	})
}

// Nothing is assigned to somebody who has left.
func TestBulkForSomebodyWhoHasLeft(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.must(w.DeactivateUser(t.Context(), w.as("admin"), w.users["loner"]))
		orders := drafts("for boss", "for loner")
		orders[0].Draft.OwnerEmail, orders[1].Draft.OwnerEmail = "boss@example.com", "loner@example.com"
		_, rows := w.runBulk(w.ask(w.as("seller"), tickler.BulkCreate, 2), orders)
		if want := "|owner: the owner is not active (loner@example.com)"; faults(rows) != want {
			t.Errorf("the faults are %q", faults(rows))
		}
	})
}

func TestWhoSeesBulkRequests(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.ask(w.as("seller"), tickler.BulkCreate, 1)
		callers := map[string]app.Caller{"stranger": w.stranger()}
		for _, name := range []string{"admin", "marketer", "boss", "seller", "loner"} {
			callers[name] = w.as(name)
		}
		for name, caller := range callers {
			sees := name == "admin" || name == "seller"
			_, _, err := w.BulkRequest(t.Context(), caller, r.ID)
			list, total, listErr := w.BulkRequests(t.Context(), caller, tickler.BulkFilter{}, tickler.Page{Limit: 10})
			w.must(listErr)
			if (err == nil) != sees || (len(list) == 1) != sees || (total == 1) != sees {
				t.Errorf("%s sees %v, %d of %d", name, err, len(list), total)
			}
			if !sees {
				wantError(t, err, tickler.Refuse(tickler.FactNoRequest, tickler.FieldRequest, r.ID))
				wantKind(t, w.CancelBulk(t.Context(), caller, r.ID), tickler.KindUnknownEntity)
				wantKind(t, w.ResendReport(t.Context(), caller, r.ID, app.Options{}), tickler.KindUnknownEntity)
			}
		}
		w.must(w.CancelBulk(t.Context(), w.as("seller"), r.ID))
		r, rows := w.runBulk(r, drafts("never"))
		if r.State != tickler.BulkCancelled || r.CancelledBy != w.users["seller"].ID || len(rows) != 1 || rows[0].State != tickler.RowCancelled || w.taskCount(w.account) != 0 {
			t.Errorf("%s by %s: %+v, %d tasks", r.State, r.CancelledBy, rows, w.taskCount(w.account))
		}
	})
}

func TestBulkRefusesAnImpossibleReceiver(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, url := range []string{"ftp://example.com", "//example.com", "https://user@example.com", "https://example.com:0", "https://example.com/?a=10%", "https://example.com/" + strings.Repeat("x", 3000)} {
			s := app.BulkSubmission{Operation: tickler.BulkCreate, Body: []byte("{}"), Rows: 1, WebhookURL: url}
			_, err := w.SubmitBulk(t.Context(), w.as("admin"), s)
			_, tryErr := w.App.SubmitBulk(t.Context(), w.as("admin"), s, app.Options{DryRun: true})
			_, onceErr := w.App.SubmitBulk(t.Context(), w.as("admin"), s, app.Options{Once: &tickler.Once{Operation: create, Key: "k"}})
			for _, err := range []error{err, tryErr, onceErr} {
				if fault, ok := errors.AsType[*tickler.Error](err); !ok || fault.Field != tickler.FieldStatusURL || fault.Kind != tickler.KindInvalid {
					t.Errorf("%.50s: %v", url, err)
				}
			}
		}
		if _, total, err := w.BulkRequests(t.Context(), w.as("admin"), tickler.BulkFilter{}, tickler.Page{Limit: 1}); total != 0 || err != nil {
			t.Errorf("%d requests were accepted, %v", total, err)
		}
	})
}

func TestTheReceiversURLIsKeptAsItGoesOverTheWire(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		s := app.BulkSubmission{Operation: tickler.BulkCreate, Body: []byte("{}"), Rows: 1, WebhookURL: " http://köln.example/q?a=b c&ort=Köln"}
		r, err := w.SubmitBulk(t.Context(), w.as("admin"), s)
		w.must(err)
		if r.WebhookURL != "http://xn--kln-sna.example/q?a=b%20c&ort=K%C3%B6ln" {
			t.Error(r.WebhookURL)
		}
	})
}

// brittle is a store that fails when a task with a certain name is created.
type brittle struct {
	anyStore
	fault error
}

func (b brittle) WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx brittleTx) error) error {
	return b.anyStore.WriteRepeatable(ctx, func(ctx context.Context, tx *store.Tx) error { return run(ctx, brittleTx{tx, b.fault}) })
}

func (b brittle) Write(ctx context.Context, run func(ctx context.Context, tx brittleTx) error) error {
	return b.anyStore.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return run(ctx, brittleTx{tx, b.fault}) })
}

type brittleTx struct {
	*store.Tx
	fault error
}

func (tx brittleTx) Apply(ctx context.Context, outcomes ...tickler.Outcome) error {
	for _, o := range outcomes {
		if o.Task().Name == "poison" {
			return tx.fault
		}
	}
	return tx.Tx.Apply(ctx, outcomes...)
}

// over returns the use cases over a brittle store.
func (w *world) over(b brittle) *app.App {
	dir := directory.New(b, w.clock, slog.New(slog.DiscardHandler))
	return app.New(b, dir, w.clock, app.Wire{Events: plainWire{}, Bulk: &w.spoken})
}

// A row that hits an internal error fails alone; after a transient fault all rows are run again.
func TestOurFaultsInBulk(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		names := make([]string, 60) // more than run at once
		for i := range names {
			names[i] = fmt.Sprintf("row %d", i+1)
		}
		names[29] = "poison"
		r := w.ask(w.as("admin"), tickler.BulkCreate, len(names))
		w.spoken = drafts(names...)
		ref := jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}
		passing := w.over(brittle{w.store, tickler.Unavailable(time.Second, errors.New("the disk is full"))})
		if got, _, err := passing.RunBulk(t.Context(), r.AccountID, r.ID, ref); err == nil || got.Processed() != 25 {
			t.Errorf("a fault that passes: %d rows were run, %v", got.Processed(), err)
		}
		lasting := w.over(brittle{w.store, errors.New("a bug")})
		got, ended, err := lasting.RunBulk(t.Context(), r.AccountID, r.ID, ref)
		w.must(err)
		_, again, err := lasting.RunBulk(t.Context(), r.AccountID, r.ID, ref)
		w.must(err)
		if !ended || again {
			t.Errorf("the first run ended it: %t; so did the second: %t", ended, again)
		}
		_, rows, err := w.BulkRequest(t.Context(), w.as("admin"), r.ID)
		w.must(err)
		want := strings.Repeat("|", 29) + "a fault of ours" + strings.Repeat("|", 30)
		if got.State != tickler.BulkPartly || got.Succeeded != 59 || w.taskCount(w.account) != 59 || faults(rows) != want || rows[29].Fault.Kind != 0 {
			t.Errorf("%s, %d went well, %d tasks: %s", got.State, got.Succeeded, w.taskCount(w.account), faults(rows))
		}
	})
}
