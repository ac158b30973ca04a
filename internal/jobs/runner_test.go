package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tickler/internal/clocktest"
	"tickler/internal/jobs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// office is a runner at work on a queue, and what it tells.
type office struct {
	*jobs.Runner
	t      *testing.T
	queue  *queue
	clock  *clocktest.Clock
	events chan jobs.Event
	log    *lines
}

// lines is a log that may be read while it is written.
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

// open starts the runner. It is stopped when the test ends, without waiting for what runs.
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

// wantQuiet waits until so many timers wait, so that the runner does nothing, and wants that no run has ended.
func (o *office) wantQuiet(timers int) {
	o.t.Helper()
	o.clock.BlockUntil(timers)
	select {
	case e := <-o.events:
		o.t.Fatalf("a run ended: %+v", e)
	default:
	}
}

// idle is how many timers an idle runner of one kind waits for: the next poll and the next renewal. A runner without a
// free slot does not poll.
const (
	idle = 2
	busy = 1
)

// desk is work that a test holds in its hands: it tells of each run and ends it as it is told.
type desk struct {
	begun chan jobs.Job
	end   chan error
	// cause is told why the context of a run has ended.
	cause chan error
}

func newDesk() *desk {
	return &desk{begun: make(chan jobs.Job, 100), end: make(chan error, 100), cause: make(chan error, 100)}
}

// run waits to be ended, by its test or by its context.
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

func TestRunsAJobAndRemovesIt(t *testing.T) {
	o, d := newOffice(t), newDesk()
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: d.run})
	want := jobs.Job{Ref: ref, Kind: "mail", Payload: "job 1", Attempt: 1, CreatedAt: start}
	if diff := cmp.Diff(want, <-d.begun); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o.clock.Advance(2 * time.Second)
	d.end <- nil
	if e := <-o.events; e != (jobs.Event{Kind: "mail", Outcome: jobs.Done, Took: 2 * time.Second}) {
		t.Errorf("told %+v", e)
	}
	if o.queue.left() != 0 {
		t.Error("the job is still there")
	}
	if o.log.String() != "" {
		t.Errorf("logged %s", o.log)
	}
}

func TestJobIsNotRunBeforeItIsDue(t *testing.T) {
	o, d := newOffice(t), newDesk()
	o.queue.add(1, "mail", start.Add(time.Second))
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: d.run})
	for range 3 {
		o.wantQuiet(idle)
		o.clock.Advance(250 * time.Millisecond)
	}
	o.wantQuiet(idle)
	if len(d.begun) != 0 {
		t.Fatal("it runs before it is due")
	}
	o.clock.Advance(250 * time.Millisecond)
	<-d.begun
}

func TestFailedJobIsTriedAgainByTheTable(t *testing.T) {
	for name, test := range map[string]struct {
		table []time.Duration
		want  []time.Duration
	}{
		"table":    {[]time.Duration{time.Minute, 5 * time.Minute, time.Hour}, []time.Duration{time.Minute, 5 * time.Minute, time.Hour, time.Hour}},
		"no table": {nil, []time.Duration{time.Minute, time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			o, d := newOffice(t), newDesk()
			ref := o.queue.add(1, "mail", start)
			o.open(jobs.Kind{Name: "mail", Workers: 1, Backoff: test.table, Run: d.run})
			for i, wait := range test.want {
				if job := <-d.begun; job.Attempt != i+1 {
					t.Fatalf("attempt %d, want %d", job.Attempt, i+1)
				}
				d.end <- fmt.Errorf("failure %d", i+1)
				o.wantEvent("mail", jobs.Retried)
				r := o.queue.at(ref)
				if r.state != "waiting" || r.reason != fmt.Sprintf("failure %d", i+1) || r.nextAt != o.clock.Now().Add(wait) {
					t.Fatalf("after attempt %d: %+v", i+1, r)
				}
				o.clock.BlockUntil(idle)
				o.clock.Advance(wait - time.Millisecond)
				o.wantQuiet(idle)
				if o.queue.at(ref).job.Attempt != i+1 {
					t.Fatal("it was tried too early")
				}
				o.clock.Advance(250 * time.Millisecond)
			}
		})
	}
}

// A run has ended for the queue a moment before it has ended here. A job that is due again within that moment is not lost
// until its lease runs out.
func TestJobThatIsDueAgainAsItsRunEnds(t *testing.T) {
	o, d := newOffice(t), newDesk()
	ref := o.queue.add(1, "mail", start)
	isFirst := true
	o.queue.retried = func(jobs.Ref) {
		if !isFirst {
			return
		}
		isFirst = false
		o.Wake("mail")
		for o.queue.at(ref).state != "running" { // until it is claimed again
			runtime.Gosched()
		}
		o.clock.BlockUntil(idle) // and the claim is dealt with
	}
	o.open(jobs.Kind{Name: "mail", Workers: 3, Run: d.run})
	<-d.begun
	d.end <- jobs.After(0, errNoQueue)
	o.wantEvent("mail", jobs.Retried)
	<-d.begun
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
	if o.queue.left() != 0 {
		t.Error("the job is still there")
	}
}

func TestWorkMaySayWhenItIsRunAgain(t *testing.T) {
	o := newOffice(t)
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{
		Name: "mail", Workers: 1, Backoff: []time.Duration{time.Minute},
		Run: func(context.Context, jobs.Job) error { return jobs.After(7*time.Minute, errors.New("try later")) },
	})
	o.wantEvent("mail", jobs.Retried)
	if r := o.queue.at(ref); r.state != "waiting" || r.reason != "try later" || r.nextAt != start.Add(7*time.Minute) {
		t.Errorf("%+v", r)
	}
}

func TestHowARunEnds(t *testing.T) {
	fault := errors.New("no such mailbox")
	for name, test := range map[string]struct {
		attempts int // that are behind the job
		max      int
		run      func(ctx context.Context) error
		want     jobs.Outcome
		end      string // how it is recorded; empty: not at all
		state    string // empty: the job is gone
		reason   string
	}{
		"done":                      {0, 0, func(context.Context) error { return nil }, jobs.Done, "finish", "", ""},
		"failed":                    {0, 0, func(context.Context) error { return fault }, jobs.Retried, "retry", "waiting", "no such mailbox"},
		"dead":                      {0, 0, func(context.Context) error { return jobs.Dead(fault) }, jobs.Buried, "bury", "dead", "no such mailbox"},
		"dead, wrapped":             {0, 0, func(context.Context) error { return fmt.Errorf("mail: %w", jobs.Dead(fault)) }, jobs.Buried, "bury", "dead", "no such mailbox"},
		"last attempt failed":       {2, 3, func(context.Context) error { return fault }, jobs.Buried, "bury", "dead", "no such mailbox"},
		"last attempt but one":      {1, 3, func(context.Context) error { return fault }, jobs.Retried, "retry", "waiting", "no such mailbox"},
		"last attempt done":         {2, 3, func(context.Context) error { return nil }, jobs.Done, "finish", "", ""},
		"after many, without limit": {1000, 0, func(context.Context) error { return fault }, jobs.Retried, "retry", "waiting", "no such mailbox"},
		"settled":                   {0, 0, func(context.Context) error { return jobs.Settled }, jobs.Done, "", "running", ""},
		"settled, wrapped":          {0, 0, func(context.Context) error { return fmt.Errorf("mail: %w", jobs.Settled) }, jobs.Done, "", "running", ""},
		"settled, last attempt":     {2, 3, func(context.Context) error { return jobs.Settled }, jobs.Done, "", "running", ""},
		"panic":                     {0, 0, func(context.Context) error { panic("boom") }, jobs.Retried, "retry", "waiting", "panic: boom"},
		"panic with an error":       {0, 0, func(context.Context) error { panic(fault) }, jobs.Retried, "retry", "waiting", "panic: no such mailbox"},
		"panic, last attempt":       {2, 3, func(context.Context) error { panic("boom") }, jobs.Buried, "bury", "dead", "panic: boom"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			ref := o.queue.add(1, "mail", start)
			o.queue.rows[ref].job.Attempt = test.attempts
			o.open(jobs.Kind{
				Name: "mail", Workers: 1, MaxAttempts: test.max, Backoff: []time.Duration{time.Minute},
				Run: func(ctx context.Context, _ jobs.Job) error { return test.run(ctx) },
			})
			o.wantEvent("mail", test.want)
			r := o.queue.at(ref)
			if ends := strings.Join(o.queue.ended(), " "); ends != test.end || r.state != test.state || r.reason != test.reason {
				t.Errorf("recorded %q, now %q because of %q; want %q, %q, %q", ends, r.state, r.reason, test.end, test.state, test.reason)
			}
			if test.state == "dead" {
				o.clock.BlockUntil(idle)
				o.clock.Advance(24 * time.Hour)
				o.wantQuiet(idle) // it is not run again
			}
		})
	}
}

func TestRunThatTakesTooLongIsEndedAndTriedAgain(t *testing.T) {
	o, d := newOffice(t), newDesk()
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 1, TimeLimit: time.Millisecond, Run: d.run})
	o.wantEvent("mail", jobs.Retried)
	if r := o.queue.at(ref); r.state != "waiting" || r.reason != context.DeadlineExceeded.Error() || r.nextAt != start.Add(time.Minute) {
		t.Errorf("%+v", r)
	}
}

func TestLeasesAreRenewedEvery3Seconds(t *testing.T) {
	o, d := newOffice(t), newDesk()
	o.queue.renewals = make(chan struct{}, 1)
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 2, Run: d.run})
	<-d.begun
	if until := o.queue.at(ref).nextAt; until != start.Add(10*time.Second) {
		t.Fatalf("claimed until %v", until)
	}
	for range 5 {
		o.clock.BlockUntil(idle)
		o.clock.Advance(3*time.Second - time.Millisecond)
		o.wantQuiet(idle)
		if len(o.queue.renewals) != 0 {
			t.Fatal("renewed before 3 seconds had passed")
		}
		o.clock.Advance(time.Millisecond)
		<-o.queue.renewals
		if until := o.queue.at(ref).nextAt; until != o.clock.Now().Add(10*time.Second) {
			t.Fatalf("at %v it is kept until %v", o.clock.Now(), until)
		}
	}
	if job := o.queue.at(ref).job; job.Attempt != 1 || len(d.begun) != 0 {
		t.Errorf("attempt %d, %d more runs", job.Attempt, len(d.begun))
	}
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
}

func TestNothingIsRenewedWhenNothingRuns(t *testing.T) {
	o := newOffice(t)
	o.queue.failWith("renew", errors.New("asked to renew nothing"))
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: func(context.Context, jobs.Job) error { return nil }})
	for range 3 {
		o.wantQuiet(idle)
		o.clock.Advance(3 * time.Second)
	}
	o.wantQuiet(idle)
	if o.log.String() != "" {
		t.Errorf("logged %s", o.log)
	}
}

func TestTwoRenewalsMayFail(t *testing.T) {
	o, d := newOffice(t), newDesk()
	o.queue.renewals = make(chan struct{}, 1)
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 2, Run: d.run})
	<-d.begun
	o.queue.failWith("renew", errNoQueue)
	for range 2 {
		o.clock.BlockUntil(idle)
		o.clock.Advance(3 * time.Second)
	}
	o.wantQuiet(idle)
	if n := strings.Count(o.log.String(), errNoQueue.Error()); n != 2 {
		t.Errorf("%d failures were logged: %s", n, o.log)
	}
	o.queue.failWith("", nil)
	o.clock.Advance(3 * time.Second)
	<-o.queue.renewals
	if r := o.queue.at(ref); r.job.Attempt != 1 || r.nextAt != start.Add(19*time.Second) {
		t.Errorf("%+v", r)
	}
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
}

func TestRunOfAJobThatAnotherRunnerHasTakenOverIsBrokenOff(t *testing.T) {
	for name, end := range map[string]error{"it obeys": context.Canceled, "it succeeds": nil, "it is dead": jobs.Dead(errNoQueue)} {
		t.Run(name, func(t *testing.T) {
			o, d := newOffice(t), newDesk()
			lost, kept := o.queue.add(1, "mail", start), o.queue.add(2, "mail", start)
			o.open(jobs.Kind{Name: "mail", Workers: 2, Run: func(ctx context.Context, job jobs.Job) error {
				if err := d.run(ctx, job); err == nil {
					return nil
				}
				return end
			}})
			for range 2 {
				<-d.begun
			}
			o.queue.takeOver(lost, "another")
			o.clock.BlockUntil(busy)
			o.clock.Advance(3 * time.Second)
			if cause := <-d.cause; cause == nil || errors.Is(cause, context.Canceled) || !strings.Contains(cause.Error(), "another runner") {
				t.Errorf("broken off because of %v", cause)
			}
			o.wantEvent("mail", jobs.Lost)
			if r := o.queue.at(lost); r.runner != "another" || r.state != "running" || len(o.queue.ended()) != 0 {
				t.Errorf("%v was recorded: %+v", o.queue.ended(), r)
			}
			d.end <- nil
			o.wantEvent("mail", jobs.Done)
			if left := o.queue.at(kept); left.state != "" {
				t.Errorf("the other one is not done: %+v", left)
			}
		})
	}
}

// The queue can't be reached for longer than the lease, and then the runner's own claim finds the job that it still runs.
func TestRunnerDoesNotRunAJobBesideItself(t *testing.T) {
	o, d := newOffice(t), newDesk()
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 3, Run: d.run})
	<-d.begun
	o.queue.failWith("renew", errNoQueue)
	o.clock.BlockUntil(idle)
	o.clock.Advance(10 * time.Second)
	o.wantQuiet(idle)
	if r := o.queue.at(ref); r.job.Attempt != 2 || r.nextAt != start.Add(20*time.Second) {
		t.Fatalf("not claimed again: %+v", r)
	}
	if len(d.begun) != 0 {
		t.Fatal("it runs twice at once")
	}
	o.queue.failWith("", nil)
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
	if ends := strings.Join(o.queue.ended(), " "); ends != "finish retry" || o.queue.left() != 0 { // what it gives back is gone
		t.Errorf("recorded %s, %d left", ends, o.queue.left())
	}

	for n := range byte(3) { // every slot is free
		o.queue.add(2+n, "mail", o.clock.Now())
	}
	o.Wake("mail")
	for range 3 {
		<-d.begun
	}
}

func TestWhatCouldNotBeRecordedIsDoneAgain(t *testing.T) {
	o, d := newOffice(t), newDesk()
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: d.run})
	<-d.begun
	o.queue.failWith("finish", errNoQueue)
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
	if !strings.Contains(o.log.String(), errNoQueue.Error()) {
		t.Errorf("logged %s", o.log)
	}
	o.queue.failWith("", nil)
	o.clock.BlockUntil(idle)
	o.clock.Advance(10 * time.Second)
	if job := <-d.begun; job.Ref != ref || job.Attempt != 2 {
		t.Errorf("%+v", job)
	}
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
	if o.queue.left() != 0 {
		t.Error("the job is still there")
	}
}

func TestClaimingGoesOnAfterFaults(t *testing.T) {
	o := newOffice(t)
	o.queue.add(1, "mail", start)
	o.queue.failWith("claim", errNoQueue)
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: func(context.Context, jobs.Job) error { return nil }})
	o.wantQuiet(idle)
	o.clock.Advance(250 * time.Millisecond)
	o.wantQuiet(idle)
	if n := strings.Count(o.log.String(), errNoQueue.Error()); n != 2 {
		t.Errorf("%d failures were logged: %s", n, o.log)
	}
	o.queue.failWith("", nil)
	o.clock.Advance(250 * time.Millisecond)
	o.wantEvent("mail", jobs.Done)
}

func TestWakeHasAJobRunAtOnce(t *testing.T) {
	o := newOffice(t)
	nothing := func(context.Context, jobs.Job) error { return nil }
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: nothing}, jobs.Kind{Name: "webhook", Workers: 1, Run: nothing})
	for i := range byte(10) {
		o.wantQuiet(2 * idle)
		o.queue.add(i, "mail", start)
		o.Wake("mail")
		o.wantEvent("mail", jobs.Done)
	}
	for range 3 {
		o.Wake("mail")
		o.Wake("no such kind")
	}
	if now := o.clock.Now(); now != start {
		t.Errorf("it is %v", now)
	}
}

func TestNoMoreRunsAtOnceThanWorkers(t *testing.T) {
	const workers, count = 3, 10
	o, d := newOffice(t), newDesk()
	var running, most atomic.Int32
	for i := range byte(count) {
		o.queue.add(i, "mail", start)
	}
	o.open(jobs.Kind{Name: "mail", Workers: workers, Run: func(ctx context.Context, job jobs.Job) error {
		now := running.Add(1)
		defer running.Add(-1)
		for {
			if seen := most.Load(); now <= seen || most.CompareAndSwap(seen, now) {
				break
			}
		}
		return d.run(ctx, job)
	}})
	for range workers {
		<-d.begun
	}
	for i := range count { // each end lets one more begin
		d.end <- nil
		o.wantEvent("mail", jobs.Done)
		if i < count-workers {
			<-d.begun
		}
	}
	if most.Load() != workers {
		t.Errorf("at most %d ran at once, want %d", most.Load(), workers)
	}
}

func TestOldestJobsRunFirst(t *testing.T) {
	o, d := newOffice(t), newDesk()
	for i := range byte(5) {
		o.queue.add(i, "mail", start.Add(-time.Duration(i)*time.Second))
	}
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: d.run})
	for i := range byte(5) {
		if job := <-d.begun; job.ID[1] != 4-i {
			t.Fatalf("run %d is of job %d", i, job.ID[1])
		}
		d.end <- nil
		o.wantEvent("mail", jobs.Done)
	}
}

func TestKindsDoNotWaitForEachOther(t *testing.T) {
	o, d := newOffice(t), newDesk()
	for i := range byte(3) {
		o.queue.add(i, "slow", start)
		o.queue.add(10+i, "quick", start)
	}
	o.open(
		jobs.Kind{Name: "slow", Workers: 1, Run: d.run},
		jobs.Kind{Name: "quick", Workers: 1, Run: func(context.Context, jobs.Job) error { return nil }},
	)
	<-d.begun
	for range 3 {
		o.wantEvent("quick", jobs.Done)
	}
	if len(d.begun) != 0 {
		t.Error("the slow kind's other jobs run too")
	}
}

// A kind that the runner does not have is left to who has it.
func TestJobsOfOtherKindsAreLeft(t *testing.T) {
	o := newOffice(t)
	other := o.queue.add(1, "webhook", start)
	o.queue.add(2, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 5, Run: func(context.Context, jobs.Job) error { return nil }})
	o.wantEvent("mail", jobs.Done)
	o.wantQuiet(idle)
	if r := o.queue.at(other); r.state != "waiting" || r.job.Attempt != 0 {
		t.Errorf("%+v", r)
	}
}

// stopping begins to stop the runner while one of its two workers is busy, and returns when it has ceased to claim.
func (o *office) stopping(ctx context.Context) (stopped chan struct{}) {
	o.t.Helper()
	o.clock.BlockUntil(idle)
	hang := o.queue.hangClaims()
	o.Wake("mail")
	<-hang // a claim has begun, which only the stop ends
	stopped = make(chan struct{})
	go func() {
		defer close(stopped)
		o.Stop(ctx)
	}()
	<-hang // it has ended
	return stopped
}

func TestStopWaitsForWhatRunsAndKeepsItsLease(t *testing.T) {
	o, d := newOffice(t), newDesk()
	o.queue.renewals = make(chan struct{}, 1)
	ref := o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 2, Run: d.run})
	<-d.begun
	stopped := o.stopping(t.Context())
	late := o.queue.add(2, "mail", start)
	o.Wake("mail")
	for range 5 {
		o.clock.BlockUntil(1)
		o.clock.Advance(3 * time.Second)
		<-o.queue.renewals
		if r := o.queue.at(ref); r.nextAt != o.clock.Now().Add(10*time.Second) || r.state != "running" {
			t.Fatalf("at %v: %+v", o.clock.Now(), r)
		}
	}
	select {
	case <-stopped:
		t.Fatal("it did not wait")
	default:
	}
	d.end <- nil
	<-stopped
	o.wantEvent("mail", jobs.Done)
	if r := o.queue.at(ref); r.state != "" {
		t.Errorf("what ran is not done: %+v", r)
	}
	if r := o.queue.at(late); r.state != "waiting" || r.job.Attempt != 0 || len(d.begun) != 0 {
		t.Errorf("what came meanwhile was taken: %+v", r)
	}
}

// What is broken off is no failure of the job: another runner may have it at once, and it does not die of it.
func TestStopBreaksOffAtItsEndAndGivesBack(t *testing.T) {
	for name, test := range map[string]struct {
		max     int
		end     error // of the run that is broken off
		outcome jobs.Outcome
		want    row
	}{
		"it obeys":               {1, context.Canceled, jobs.Retried, row{state: "waiting", nextAt: start, reason: context.Canceled.Error()}},
		"it succeeds just then":  {1, nil, jobs.Done, row{}},
		"it is dead just then":   {1, jobs.Dead(errNoQueue), jobs.Buried, row{state: "dead", nextAt: start.Add(10 * time.Second), reason: errNoQueue.Error()}},
		"it says when just then": {0, jobs.After(time.Hour, errNoQueue), jobs.Retried, row{state: "waiting", nextAt: start.Add(time.Hour), reason: errNoQueue.Error()}},
	} {
		t.Run(name, func(t *testing.T) {
			o, d := newOffice(t), newDesk()
			ref := o.queue.add(1, "mail", start)
			o.open(jobs.Kind{
				Name: "mail", Workers: 2, MaxAttempts: test.max,
				Run: func(ctx context.Context, job jobs.Job) error {
					_ = d.run(ctx, job)
					return test.end
				},
			})
			<-d.begun
			ctx, end := context.WithCancel(t.Context())
			stopped := o.stopping(ctx)
			end()
			if cause := <-d.cause; cause == nil {
				t.Error("no cause was given")
			}
			<-stopped
			o.wantEvent("mail", test.outcome)
			r := o.queue.at(ref)
			if got := (row{state: r.state, nextAt: r.nextAt, reason: r.reason}); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestStopOfAnIdleRunner(t *testing.T) {
	o := newOffice(t)
	o.open(jobs.Kind{Name: "mail", Workers: 1}, jobs.Kind{Name: "webhook", Workers: 8})
	o.wantQuiet(2 * idle)
	o.Stop(t.Context())
	o.Stop(t.Context()) // a second time changes nothing
	o.queue.add(1, "mail", start)
	o.Wake("mail")
	if o.log.String() != "" {
		t.Errorf("logged %s", o.log)
	}
}
