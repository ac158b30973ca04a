package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// submit keeps a bulk create of so many rows.
func submit(t failer, s *store.Store, account tickler.ID, rows int) tickler.BulkRequest {
	t.Helper()
	r := plainBulk(account, rows)
	_, err := s.CreateBulkRequest(ctxOf(t), r, nil)
	noError(t, err)
	return r
}

// creations are the steps that make the tasks of rows first to last.
func creations(account tickler.ID, first, last int) (steps []tickler.BulkStep) {
	for number := first; number <= last; number++ {
		task := plainTask(account)
		task.Name = fmt.Sprintf("row %d", number)
		steps = append(steps, tickler.BulkStep{Number: number, Name: task.Name, Create: &task})
	}
	return steps
}

func runRows(t failer, s *store.Store, r tickler.BulkRequest, steps []tickler.BulkStep) (tickler.BulkRequest, error) {
	t.Helper()
	got, _, err := s.RunBulkRows(ctxOf(t), r.AccountID, r.ID, steps, noon.Add(time.Minute), jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}, told)
	return got, err
}

// told is what a receiver is told: how many rows were run.
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

func TestBulkRequestRunsToItsEnd(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		r := submit(t, s, newID(), 3)
		equal(t, map[string]int{tickler.BulkJob: 1}, waiting(t, s))
		steps := creations(r.AccountID, 1, 3)
		steps[1] = tickler.BulkStep{Number: 2, Name: "Bad", Fault: tickler.Invalid("DueDate", "tomorrow", "a date")}

		got, err := runRows(t, s, r, steps[:2])
		noError(t, err)
		equal(t, tickler.BulkRunning, got.State)
		equal(t, map[string]int{tickler.BulkJob: 1}, waiting(t, s))
		got, err = runRows(t, s, r, steps[2:])
		noError(t, err)
		equal(t, tickler.BulkPartly, got.State)
		equal(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, waiting(t, s))

		kept, _, err := s.BulkRequest(t.Context(), r.AccountID, r.ID)
		noError(t, err)
		equal(t, got, kept)
		equal(t, tickler.ReportPending, kept.Report.State)
		rows, err := s.BulkRows(t.Context(), r.AccountID, r.ID)
		noError(t, err)
		equal(t, []tickler.BulkRow{
			{Number: 1, State: tickler.RowSucceeded, TaskID: steps[0].Create.ID, Name: "row 1"},
			{Number: 2, State: tickler.RowFailed, Name: "Bad", Fault: steps[1].Fault},
			{Number: 3, State: tickler.RowSucceeded, TaskID: steps[2].Create.ID, Name: "row 3"},
		}, rows)
		deliveries, err := s.DeliveriesOfRequest(t.Context(), r.AccountID, r.ID, tickler.Page{Limit: 10})
		noError(t, err)
		equal(t, 1, len(deliveries))
		equal(t, "3 rows, Partial Success", string(deliveries[0].Payload))
		equal(t, 2, len(tasksOf(t, s, r.AccountID)))
	})
}

// What somebody else ran, or what is not its turn yet, is passed over; so is everything once the request has ended.
func TestBulkRowsOutOfTurnArePassedOver(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		r := submit(t, s, newID(), 4)
		steps := creations(r.AccountID, 1, 4)
		for _, turn := range []struct{ first, last, processed int }{{2, 3, 0}, {1, 2, 2}, {1, 2, 2}, {2, 3, 2}, {4, 4, 2}, {3, 4, 4}, {3, 4, 4}, {1, 4, 4}} {
			got, err := runRows(t, s, r, steps[turn.first-1:turn.last])
			noError(t, err)
			equal(t, turn.processed, got.Processed())
		}
		equal(t, 4, len(tasksOf(t, s, r.AccountID)))
		equal(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, waiting(t, s))
	})
}

func TestBulkRowsOfAnUnknownRequest(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		r := submit(t, s, newID(), 1)
		foreign := r
		foreign.AccountID = newID()
		_, err := runRows(t, s, foreign, creations(foreign.AccountID, 1, 1))
		wantKind(t, err, tickler.KindUnknownEntity)
		equal(t, 0, len(tasksOf(t, s, foreign.AccountID)))
	})
}

func TestStoppedBulkRequestStillTellsOfItsEnd(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		r := submit(t, s, newID(), 4)
		steps := creations(r.AccountID, 1, 4)
		_, err := runRows(t, s, r, steps[:2])
		noError(t, err)
		by := newID()
		for range 2 { // a second wish changes nothing
			noError(t, s.CancelBulkRequest(t.Context(), r.AccountID, r.ID, by, noon))
			by = newID()
		}
		got, err := runRows(t, s, r, steps[2:])
		noError(t, err)
		equal(t, tickler.BulkCancelled, got.State)
		equal(t, 2, got.Left())
		equal(t, 2, len(tasksOf(t, s, r.AccountID)))
		equal(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, waiting(t, s))
		wantKind(t, s.CancelBulkRequest(t.Context(), r.AccountID, submitEnded(t, s).ID, by, noon), tickler.KindUnknownEntity)

		ended := submitEnded(t, s)
		wantKind(t, s.CancelBulkRequest(t.Context(), ended.AccountID, ended.ID, by, noon), tickler.KindInvalid)
	})
}

// submitEnded is a request of another account that has ended.
func submitEnded(t failer, s *store.Store) tickler.BulkRequest {
	t.Helper()
	r := submit(t, s, newID(), 1)
	r, err := runRows(t, s, r, creations(r.AccountID, 1, 1))
	noError(t, err)
	return r
}

// A rule that refuses makes its row fail alone; any other failure undoes all rows of the run, and the request stays as it was.
func TestFailuresOfBulkRows(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		_, err := s.CreateTask(t.Context(), task, nil)
		noError(t, err)
		r := submit(t, s, task.AccountID, 4)
		change := func(rule func(tickler.Task) (tickler.Task, *tickler.Change, error), number int) tickler.BulkStep {
			return tickler.BulkStep{Number: number, TaskID: task.ID, Change: rule}
		}
		broken := errors.New("broken")
		fails := func(fault error) func(tickler.Task) (tickler.Task, *tickler.Change, error) {
			return func(found tickler.Task) (tickler.Task, *tickler.Change, error) { return found, nil, fault }
		}
		renamed := task
		renamed.Name = "Renamed"
		steps := append(creations(r.AccountID, 1, 1), change(changeTo(renamed), 2), change(fails(broken), 3))
		if _, err := runRows(t, s, r, steps); !errors.Is(err, broken) {
			t.Fatalf("got the error %v", err)
		}
		equal(t, []tickler.Task{task}, tasksOf(t, s, r.AccountID), exceptTaskAutoID)
		kept, _, err := s.BulkRequest(t.Context(), r.AccountID, r.ID)
		noError(t, err)
		kept.Body = r.Body // which is read apart
		equal(t, r, kept)

		fault := tickler.Invalid("ToDate", "then", "later")
		steps[2] = change(fails(fault), 3)
		steps = append(steps, tickler.BulkStep{Number: 4, TaskID: newID(), Change: changeTo(renamed)})
		got, err := runRows(t, s, r, steps)
		noError(t, err)
		equal(t, tickler.BulkPartly, got.State)
		rows, err := s.BulkRows(t.Context(), r.AccountID, r.ID)
		noError(t, err)
		equal(t, []tickler.BulkRow{
			{Number: 2, State: tickler.RowSucceeded, TaskID: task.ID, Name: "Renamed"},
			{Number: 3, State: tickler.RowFailed, TaskID: task.ID, Name: "Renamed", Fault: fault},
			{
				Number: 4, State: tickler.RowFailed, TaskID: steps[3].TaskID,
				Fault: &tickler.Error{Kind: tickler.KindUnknownEntity, Attribute: "UserTaskId", Message: "The Task Id '" + steps[3].TaskID.String() + "' does not exist in the system"},
			},
		}, rows[1:])
	})
}

// Several who run the same request at once, each from where he thinks it stands, make each row once, and one of them ends it.
func TestBulkRowsRunByManyAtOnceAreMadeOnce(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		nodes := twoNodes(t, location)
		const rows, runners = 40, 6
		r := submit(t, nodes[0], newID(), rows)
		var all sync.WaitGroup
		var ends atomic.Int32
		for runner := range runners {
			all.Go(func() {
				s, at := nodes[runner%len(nodes)], r
				for !at.State.IsEnd() {
					next := at.Processed() + 1
					got, ended, err := s.RunBulkRows(t.Context(), r.AccountID, r.ID, creations(r.AccountID, next, min(next+runner, rows)), noon,
						jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}, told)
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
		equal(t, 1, ends.Load())
		names := map[string]bool{}
		for _, task := range tasksOf(t, nodes[0], r.AccountID) {
			names[task.Name] = true
		}
		equal(t, rows, len(names))
		equal(t, rows, len(tasksOf(t, nodes[0], r.AccountID)))
		run, err := nodes[0].BulkRows(t.Context(), r.AccountID, r.ID)
		noError(t, err)
		equal(t, rows, len(run))
		equal(t, map[string]int{tickler.ReportJob: 1, tickler.WebhookJob: 1}, waiting(t, nodes[0]))
	})
}
