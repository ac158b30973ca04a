package worker

import (
	"context"
	"sync"
	"time"

	"tickler"
)

// loop is the running of a background task: Start and Stop of every worker.
type loop struct {
	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// start runs a function beside everything else until stop.
func (l *loop) start(ctx context.Context, run func(ctx context.Context)) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	l.stopped.Go(func() { run(running) })
}

// Stop ends the work and waits until it has ended. Before Start there is nothing to end.
func (l *loop) Stop() {
	if l.stop == nil {
		return
	}
	l.stop()
	l.stopped.Wait()
}

// soonAgain is the back-off of work that fails only by a fault of ours: a database that does not
// answer, say.
var soonAgain = []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, time.Minute}

// sleep waits for a duration of the clock, and reports whether the context still holds.
func sleep(ctx context.Context, clock tickler.Clock, d time.Duration) bool {
	tick, giveUp := clock.NewTimer(d)
	defer giveUp()
	select {
	case <-ctx.Done():
		return false
	case <-tick:
		return true
	}
}
