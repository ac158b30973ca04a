package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tickler/internal/jobs"
)

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

func TestARunIsCancelledWhenAnotherRunnerHasTakenOver(t *testing.T) {
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

// While a lease is being renewed, the run ends, and its job is given back, claimed and started
// again: the renewal's answer is not about the new run.
func TestARunIsNotCancelledForThePreviousOne(t *testing.T) {
	o, d := newOffice(t), newDesk()
	o.queue.add(1, "mail", start)
	o.open(jobs.Kind{Name: "mail", Workers: 2, Run: d.run, Backoff: []time.Duration{time.Minute}})
	<-d.begun
	o.queue.renewing = func() func() {
		o.queue.renewing = nil
		d.end <- errors.New("try again")
		o.wantEvent("mail", jobs.Retried)
		return func() {
			o.clock.Advance(time.Minute)
			o.Wake("mail")
			<-d.begun
		}
	}
	o.clock.BlockUntil(idle)
	o.clock.Advance(3 * time.Second)
	o.wantQuiet(idle)
	select {
	case cause := <-d.cause:
		t.Fatalf("broken off because of %v", cause)
	default:
	}
	d.end <- nil
	o.wantEvent("mail", jobs.Done)
}

// When the queue can't be reached for longer than the lease, the runner's own claim finds the job
// that it still runs.
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
