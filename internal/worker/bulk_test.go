package worker_test

import (
	"context"
	"errors"
	"testing"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/worker"
)

// bulkRun is the result of a run of a bulk request.
type bulkRun struct {
	worker.App
	request tickler.BulkRequest
	ended   bool
	err     error
}

func (b bulkRun) RunBulk(context.Context, tickler.ID, tickler.ID, jobs.Ref) (tickler.BulkRequest, bool, error) {
	return b.request, b.ended, b.err
}

// ended counts bulk requests that have ended.
type ended struct {
	worker.Metrics
	requests int
}

func (e *ended) BulkEnded(tickler.BulkRequest) { e.requests++ }

// A bulk request is counted by the run that ended it, and by no other that finds it ended.
func TestBulkRequestIsCountedOnce(t *testing.T) {
	fault, request := errors.New("a fault"), tickler.BulkRequest{ID: tickler.ID{1}, State: tickler.BulkSucceeded}
	for name, test := range map[string]struct {
		run     bulkRun
		want    error
		counted bool
	}{
		"this run ended it":    {bulkRun{nil, request, true, nil}, jobs.Settled, true},
		"another run ended it": {bulkRun{nil, request, false, nil}, jobs.Settled, false},
		"it broke off":         {bulkRun{nil, request, false, fault}, fault, false},
		"nobody knows of it":   {bulkRun{}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			counted := &ended{}
			err := worker.NewBulk(worker.Deps{App: test.run, Metrics: counted}).Run(t.Context(), jobs.Job{})
			if !errors.Is(err, test.want) || (counted.requests > 0) != test.counted {
				t.Errorf("got %v, counted %d; want %v, %t", err, counted.requests, test.want, test.counted)
			}
		})
	}
}
