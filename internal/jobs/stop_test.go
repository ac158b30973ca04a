package jobs_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"tickler/internal/jobs"
)

// stopping begins to stop the runner while one of its two workers is busy, and returns when it no
// longer claims.
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

// A cancelled run is no failure of the job: another runner may claim it at once, and it does not
// count towards the job's death.
func TestStopBreaksOffAtItsEndAndGivesBack(t *testing.T) {
	for name, test := range map[string]struct {
		end     error // of the run that is broken off
		outcome jobs.Outcome
		want    row
	}{
		"it obeys":               {context.Canceled, jobs.Retried, row{state: "waiting", nextAt: start, reason: context.Canceled.Error()}},
		"it succeeds just then":  {nil, jobs.Done, row{}},
		"it is dead just then":   {jobs.Dead(errNoQueue), jobs.Buried, row{state: "dead", nextAt: start.Add(10 * time.Second), reason: errNoQueue.Error()}},
		"it says when just then": {jobs.After(time.Hour, errNoQueue), jobs.Retried, row{state: "waiting", nextAt: start.Add(time.Hour), reason: errNoQueue.Error()}},
	} {
		t.Run(name, func(t *testing.T) {
			o, d := newOffice(t), newDesk()
			ref := o.queue.add(1, "mail", start)
			o.open(jobs.Kind{
				Name: "mail", Workers: 2,
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

func TestStopBeforeStart(t *testing.T) {
	o := newOffice(t)
	jobs.NewRunner(o.queue, o.clock, slog.New(slog.DiscardHandler), "node", nil, jobs.Kind{Name: "mail", Workers: 1}).Stop(t.Context())
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
