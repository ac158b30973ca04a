package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// office is a runner on a queue, with its events and log.
type office struct {
	*jobs.Runner
	t      *testing.T
	queue  *queue
	clock  *clocktest.Clock
	events chan jobs.Event
	log    *lines
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newOffice(t *testing.T) *office {
	return &office{t: t, queue: newQueue(), clock: clocktest.New(start), events: make(chan jobs.Event, 100), log: &lines{}}
}

// open starts the runner. It is stopped when the test ends, without waiting for running jobs.
func (o *office) open(kinds ...jobs.Kind) {
	for i := range kinds {
		if kinds[i].TimeLimit == 0 {
			kinds[i].TimeLimit = time.Hour
		}
	}
	o.Runner = jobs.NewRunner(o.queue, o.clock, slog.New(slog.NewTextHandler(o.log, nil)), "node",
		func(e jobs.Event) { o.events <- e }, kinds...)
	ctx, done := context.WithCancel(o.t.Context())
	o.Start(ctx)
	done() // it runs until Stop
	o.t.Cleanup(func() {
		ended, end := context.WithCancel(context.Background())
		end()
		o.Stop(ended)
	})
}

// wantEvent waits for the end of a run.
func (o *office) wantEvent(kind string, outcome jobs.Outcome) {
	o.t.Helper()
	if e := <-o.events; e.Kind != kind || e.Outcome != outcome {
		o.t.Fatalf("a run of kind %s is %s, want %s, %s", e.Kind, e.Outcome, kind, outcome)
	}
}

// wantQuiet waits until that many timers wait, so that the runner is idle, and checks that no run
// has ended.
func (o *office) wantQuiet(timers int) {
	o.t.Helper()
	o.clock.BlockUntil(timers)
	select {
	case e := <-o.events:
		o.t.Fatalf("a run ended: %+v", e)
	default:
	}
}

// idle is how many timers an idle runner of one kind waits for: the next poll and the next renewal.
// A runner without a free slot does not poll.
const (
	idle = 2
	busy = 1
)

// desk is work under a test's control: it reports each run, and ends it as the test says.
type desk struct {
	begun chan jobs.Job
	end   chan error
	// cause receives why the context of a run ended.
	cause chan error
}

func newDesk() *desk {
	return &desk{begun: make(chan jobs.Job, 100), end: make(chan error, 100), cause: make(chan error, 100)}
}

// run waits until its test or its context ends it.
func (d *desk) run(ctx context.Context, job jobs.Job) error {
	d.begun <- job
	select {
	case err := <-d.end:
		return err
	case <-ctx.Done():
		d.cause <- context.Cause(ctx)
		return ctx.Err()
	}
}
