package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/eventually"
	"tickler/internal/jobs"
)

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

// A run ends in the queue a moment before it ends in the runner. A job that is due again within
// that moment must not wait for its lease to run out.
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
		eventually.Holds(t, "it is claimed again", func() bool { return o.queue.at(ref).state == "running" })
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
		run      func(ctx context.Context) error
		want     jobs.Outcome
		end      string // how it is recorded; empty: not at all
		state    string // empty: the job is gone
		reason   string
	}{
		"done":                {0, func(context.Context) error { return nil }, jobs.Done, "finish", "", ""},
		"failed":              {0, func(context.Context) error { return fault }, jobs.Retried, "retry", "waiting", "no such mailbox"},
		"dead":                {0, func(context.Context) error { return jobs.Dead(fault) }, jobs.Buried, "bury", "dead", "no such mailbox"},
		"dead, wrapped":       {0, func(context.Context) error { return fmt.Errorf("mail: %w", jobs.Dead(fault)) }, jobs.Buried, "bury", "dead", "no such mailbox"},
		"after many":          {1000, func(context.Context) error { return fault }, jobs.Retried, "retry", "waiting", "no such mailbox"},
		"settled":             {0, func(context.Context) error { return jobs.Settled }, jobs.Done, "", "running", ""},
		"settled, wrapped":    {0, func(context.Context) error { return fmt.Errorf("mail: %w", jobs.Settled) }, jobs.Done, "", "running", ""},
		"panic":               {0, func(context.Context) error { panic("boom") }, jobs.Retried, "retry", "waiting", "panic: boom"},
		"panic with an error": {0, func(context.Context) error { panic(fault) }, jobs.Retried, "retry", "waiting", "panic: no such mailbox"},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			ref := o.queue.add(1, "mail", start)
			o.queue.rows[ref].job.Attempt = test.attempts
			o.open(jobs.Kind{
				Name: "mail", Workers: 1, Backoff: []time.Duration{time.Minute},
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

func TestClaimingGoesOnAfterFaults(t *testing.T) {
	o := newOffice(t)
	o.queue.add(1, "mail", start)
	o.queue.failWith("claim", errNoQueue)
	o.open(jobs.Kind{Name: "mail", Workers: 1, Run: func(context.Context, jobs.Job) error { return nil }})
	o.wantQuiet(idle)
	o.clock.Advance(250 * time.Millisecond)
	o.wantQuiet(idle)
	if n := strings.Count(o.log.String(), errNoQueue.Error()); n != 1 { // the first one
		t.Errorf("%d failures were logged: %s", n, o.log)
	}
	o.queue.failWith("", nil)
	o.clock.Advance(250 * time.Millisecond)
	o.wantEvent("mail", jobs.Done)
	o.wantQuiet(idle)
	o.queue.failWith("claim", errNoQueue)
	o.clock.Advance(250 * time.Millisecond)
	o.wantQuiet(idle)
	if n := strings.Count(o.log.String(), errNoQueue.Error()); n != 2 { // once more
		t.Errorf("%d failures were logged: %s", n, o.log)
	}
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

// Jobs of a kind that the runner does not have are left to others.
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
