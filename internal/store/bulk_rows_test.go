package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// submit creates a bulk create with that many rows.
func submit(t failer, s *store.Store, account tickler.ID, rows int) tickler.BulkRequest {
	t.Helper()
	r := plainBulk(account, rows)
	_, err := s.CreateBulkRequest(ctxOf(t), r, nil)
	noError(t, err)
	return r
}

// creations are the tasks that rows first to last make.
func creations(account tickler.ID, first, last int) (tasks []tickler.Task) {
	for number := first; number <= last; number++ {
		task := plainTask(account)
		task.Name = fmt.Sprintf("row %d", number)
		tasks = append(tasks, task)
	}
	return tasks
}

// runRows runs the next rows of a request, which create tasks, a minute after noon.
func runRows(t failer, s *store.Store, r tickler.BulkRequest, tasks []tickler.Task) tickler.BulkRequest {
	t.Helper()
	got, err := s.RunBulkRows(ctxOf(t), r.AccountID, r.ID, tasks, noon.Add(time.Minute), told)
	noError(t, err)
	return got
}

// told is the body of the webhook: how many rows were run.
func told(r tickler.BulkRequest, rows []tickler.BulkRow) tickler.Delivery {
	return tickler.Delivery{
		ID: newID(), AccountID: r.AccountID, RequestID: r.ID, Event: r.Operation.String(), Method: "POST", URL: r.WebhookURL,
		ContentType: "application/json", Payload: fmt.Appendf(nil, `%d rows, %s`, len(rows), r.State), CreatedAt: noon,
	}
}

// waiting counts the jobs by kind.
func waiting(t failer, s *store.Store) map[string]int {
	t.Helper()
	counts, err := s.Jobs().Counts(ctxOf(t))
	noError(t, err)
	byKind := map[string]int{}
	for _, c := range counts {
		byKind[c.Kind] += c.Count
	}
	return byKind
}

func TestBulkRowsComeBackAsTheyWereKept(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		r, other := submit(t, s, newID(), 3), submit(t, s, newID(), 3)
		want := []tickler.BulkRow{
			{Number: 1, State: tickler.RowSucceeded, TaskID: newID(), Name: "row 1"},
			{Number: 2, State: tickler.RowFailed, Name: "Bad", Fault: &tickler.RowFault{Kind: tickler.KindInvalid, Attribute: "DueDate", Message: "This is no date."}},
			{Number: 3, State: tickler.RowFailed, TaskID: newID(), Fault: &tickler.RowFault{Message: "The row failed by a fault of ours."}},
		}
		for _, some := range [][]tickler.BulkRow{want[1:], want[:1]} {
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.AddBulkRows(ctx, r, some) }))
		}
		got, err := s.BulkRows(t.Context(), r.AccountID, r.ID)
		noError(t, err)
		equal(t, want, got)
		noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			got, err = tx.BulkRows(ctx, r.AccountID, r.ID)
			return err
		}))
		equal(t, want, got)
		for _, none := range [][2]tickler.ID{{other.AccountID, other.ID}, {other.AccountID, r.ID}} {
			rows, err := s.BulkRows(t.Context(), none[0], none[1])
			noError(t, err)
			equal(t, nil, rows)
		}
	})
}

// An updated request comes back as updated, and another account's does not change.
func TestBulkRequestIsKeptAsItGoes(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		r, other := submit(t, s, newID(), 3), submit(t, s, newID(), 3)
		r.State, r.Succeeded, r.Failed, r.StartedAt, r.CompletedAt = tickler.BulkCancelled, 1, 1, noon, noon.Add(time.Second)
		r.CancelAskedAt, r.CancelledBy = noon.Add(time.Minute), newID()
		r.Report = tickler.ReportMail{State: tickler.ReportFailed, Attempts: 2, LastError: "550 never", SettledAt: noon.Add(time.Hour)}
		foreign := r
		foreign.AccountID = other.AccountID
		for _, put := range []tickler.BulkRequest{r, foreign} {
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.PutBulkRequest(ctx, put) }))
		}
		for _, want := range []tickler.BulkRequest{r, other} {
			want.Body = nil // which is read apart
			kept, found, err := s.BulkRequest(t.Context(), want.AccountID, want.ID)
			noError(t, err)
			equal(t, true, found)
			equal(t, want, kept)
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				kept, found, err = tx.BulkRequest(ctx, want.AccountID, want.ID)
				return err
			}))
			equal(t, true, found)
			equal(t, want, kept)
		}
		found := true
		noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			_, found, err = tx.BulkRequest(ctx, foreign.AccountID, foreign.ID)
			return err
		}))
		equal(t, false, found)
	})
}

// Ended requests and other accounts' don't count, and counting stops at the limit.
func TestOpenBulkRequestsAreCounted(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		for range 3 {
			submit(t, s, account, 2)
		}
		submit(t, s, newID(), 1)
		runRows(t, s, submit(t, s, account, 1), creations(account, 1, 1))
		runRows(t, s, submit(t, s, account, 2), creations(account, 1, 1)) // which runs
		for limit, want := range map[int]int{1: 1, 3: 3, 4: 4, 100: 4} {
			var open int
			noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				open, err = tx.OpenBulkRequests(ctx, account, limit)
				return err
			}))
			equal(t, want, open)
		}
	})
}

// A request that is read in a transaction is locked until that ends.
func TestReadingABulkRequestInATransactionLocksIt(t *testing.T) {
	t.Parallel()
	location := pgtest.URL(t)
	nodes := twoNodes(t, location)
	r := submit(t, nodes[0], newID(), 2)
	outcome := make(chan error, 1)
	var found tickler.BulkRequest
	noError(t, nodes[0].Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		held, _, err := tx.BulkRequest(ctx, r.AccountID, r.ID)
		if err != nil {
			return err
		}
		go func() {
			outcome <- nodes[1].Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				found, _, err = tx.BulkRequest(ctx, r.AccountID, r.ID)
				return err
			})
		}()
		pgtest.UntilWaiting(t, storetest.SQL(t, location), 1, outcome)
		held.Succeeded = 1
		return tx.PutBulkRequest(ctx, held)
	}))
	noError(t, <-outcome)
	equal(t, 1, found.Succeeded)
}
