package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
	"tickler/internal/worker"
)

// longRemovals runs bulk requests; those that delete go on until they are released.
type longRemovals struct {
	worker.App
	removals map[tickler.ID]bool
	begun    chan struct{}
	let      chan struct{}
	ended    chan tickler.ID
}

func (l longRemovals) RunBulk(_ context.Context, _, id tickler.ID, _ jobs.Ref) (r tickler.BulkRequest, ended bool, err error) {
	if l.removals[id] {
		l.begun <- struct{}{}
		<-l.let
	}
	l.ended <- id
	return r, false, nil
}

// A big delete never starves a small create: while every worker for removals is busy, and more
// removals wait, a later create runs to its end.
func TestRemovalsDelayNoCreate(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		useCases := longRemovals{
			removals: map[tickler.ID]bool{}, begun: make(chan struct{}, 10), let: make(chan struct{}), ended: make(chan tickler.ID, 10),
		}
		bulk := worker.NewBulk(worker.Deps{App: useCases})
		workers := bulk.RemovalKind().Workers
		send := func(number byte, operation tickler.BulkOperation) tickler.ID {
			r := tickler.BulkRequest{
				ID: tickler.ID{1, number}, AccountID: tickler.ID{2, number}, Operation: operation, RequestedBy: tickler.ID{3},
				Via: tickler.Origin{Kind: tickler.ViaAPI}, Body: []byte("{}"), Rows: 1, CreatedAt: start.Add(time.Duration(number) * time.Second),
			}
			err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.AddBulkRequest(ctx, r)
				return errors.Join(err, tx.Enqueue(ctx, jobs.New{
					Ref: jobs.Ref{Account: jobs.ID(r.AccountID), ID: jobs.ID(r.ID)}, Kind: operation.Job(), Due: r.CreatedAt, CreatedAt: r.CreatedAt,
				}))
			})
			if err != nil {
				t.Fatal(err)
			}
			return r.ID
		}
		for i := range byte(workers + 2) { // each of another account, so that the share of one does not limit them
			useCases.removals[send(i, tickler.BulkDelete)] = true
		}
		create := send(byte(workers+2), tickler.BulkCreate)

		runner := jobs.NewRunner(s.Jobs(), clocktest.New(start.Add(time.Hour)), slog.New(slog.DiscardHandler), "node", nil, bulk.Kind(), bulk.RemovalKind())
		runner.Start(t.Context())
		defer runner.Stop(t.Context())
		defer close(useCases.let)
		for range workers {
			<-useCases.begun
		}
		if id := <-useCases.ended; id != create {
			t.Errorf("%s has ended first, want the create", id)
		}
	})
}
