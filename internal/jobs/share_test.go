package jobs_test

import (
	"testing"
	"time"

	"tickler/internal/jobs"
)

// However many of an account's jobs hang, no other account's jobs wait. Its own go on as soon as
// one of them ends.
func TestAnAccountHasItsShare(t *testing.T) {
	o, d := newOffice(t), newDesk()
	for n := range byte(6) {
		o.queue.addOf(1, n, "webhook", start.Add(-time.Hour))
	}
	o.queue.addOf(2, 6, "webhook", start)
	o.open(jobs.Kind{Name: "webhook", Workers: 4, PerAccount: 2, Run: d.run})
	running := map[jobs.ID]int{}
	for range 3 {
		running[(<-d.begun).Account]++
	}
	o.wantQuiet(idle) // there is a free slot, so it goes on polling
	if len(d.begun) > 0 || running[jobs.ID{1}] != 2 || running[jobs.ID{2}] != 1 {
		t.Errorf("%v run, and %d more", running, len(d.begun))
	}
	o.queue.addOf(3, 7, "webhook", start)
	o.Wake("webhook")
	if job := <-d.begun; job.Account != (jobs.ID{3}) {
		t.Errorf("a job of %v runs", job.Account)
	}
	for range 7 {
		d.end <- nil
		o.wantEvent("webhook", jobs.Done)
	}
	d.end <- nil
	o.wantEvent("webhook", jobs.Done)
	if o.queue.left() > 0 {
		t.Errorf("%d jobs are left", o.queue.left())
	}
}

func TestAShareIsNotExceededByWhatIsClaimedLater(t *testing.T) {
	o, d := newOffice(t), newDesk()
	o.queue.addOf(1, 1, "webhook", start)
	o.open(jobs.Kind{Name: "webhook", Workers: 8, PerAccount: 3, Run: d.run})
	<-d.begun
	o.clock.BlockUntil(idle)
	for n := range byte(5) {
		o.queue.addOf(1, 2+n, "webhook", start)
	}
	o.Wake("webhook")
	<-d.begun
	<-d.begun
	o.wantQuiet(idle)
	if len(d.begun) > 0 {
		t.Errorf("%d more run", len(d.begun))
	}
}
