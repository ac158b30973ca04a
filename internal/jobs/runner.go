package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

const (
	// lease is how long a claimed job is a runner's own without word from it.
	lease = 10 * time.Second
	// renewEvery leaves room for two renewals to fail.
	renewEvery = 3 * time.Second
	// pollEvery is how soon another node's new job, or one that has come due, is noticed.
	pollEvery = 250 * time.Millisecond
	// queueTimeout ends a question to the queue that hangs.
	queueTimeout = 5 * time.Second
)

// Clock tells the time and wakes whoever waits for it.
type Clock interface {
	Now() time.Time
	NewTimer(d time.Duration) (fired <-chan time.Time, stop func())
}

// Runner runs the jobs of some kinds on one node.
type Runner struct {
	queue   Queue
	clock   Clock
	log     *slog.Logger
	name    string
	lanes   map[string]*lane
	onEvent func(Event)

	stopClaiming, stopRenewing context.CancelFunc
	claiming, renewing         sync.WaitGroup
}

// lane is the running of one kind: kinds don't wait for each other.
type lane struct {
	*Runner
	kind    Kind
	wake    chan struct{}
	slots   chan struct{} // holds a token for each job that runs
	mu      sync.Mutex
	running map[Ref]*run
	runs    sync.WaitGroup
}

// run is a job's work under way.
type run struct {
	end context.CancelCauseFunc
	// isClaimedAgain says that the job was claimed while it is still here: its lease had run out,
	// or it was over for the queue already and due once more.
	isClaimedAgain bool
}

// Why a run is broken off.
var (
	errLost     = errors.New("another runner has taken the job over")
	errStopping = errors.New("the runner is stopping")
)

// NewRunner makes a runner with a name that no other runner has, now or before. onEvent, if not
// nil, is told of the end of every run.
func NewRunner(queue Queue, clock Clock, log *slog.Logger, name string, onEvent func(Event), kinds ...Kind) *Runner {
	r := &Runner{queue: queue, clock: clock, log: log, name: name, lanes: map[string]*lane{}, onEvent: onEvent}
	for _, kind := range kinds {
		r.lanes[kind.Name] = &lane{
			Runner: r, kind: kind,
			wake:    make(chan struct{}, 1),
			slots:   make(chan struct{}, kind.Workers),
			running: map[Ref]*run{},
		}
	}
	return r
}

// Start begins to run jobs until Stop.
func (r *Runner) Start(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	var claiming, renewing context.Context
	claiming, r.stopClaiming = context.WithCancel(ctx)
	renewing, r.stopRenewing = context.WithCancel(ctx)
	for _, l := range r.lanes {
		r.claiming.Go(func() { l.claimLoop(claiming) })
		r.renewing.Go(func() { l.renewLoop(renewing) })
	}
}

// Stop takes no new jobs and waits for those that run, at most until the context ends; then it
// breaks them off and gives them back, to be run by another runner at once. Their leases are kept
// until they have ended. Before Start there is nothing to stop.
func (r *Runner) Stop(ctx context.Context) {
	if r.stopClaiming == nil {
		return
	}
	r.stopClaiming()
	r.claiming.Wait()
	stopBreaking := context.AfterFunc(ctx, func() {
		for _, l := range r.lanes {
			for _, run := range l.snapshot() {
				run.end(errStopping)
			}
		}
	})
	defer stopBreaking()
	for _, l := range r.lanes {
		l.runs.Wait()
	}
	r.stopRenewing()
	r.renewing.Wait()
}

// Wake has a kind's due jobs claimed at once, without waiting for the next poll.
func (r *Runner) Wake(kind string) {
	if l := r.lanes[kind]; l != nil {
		l.poke()
	}
}

func (l *lane) poke() {
	select {
	case l.wake <- struct{}{}:
	default: // it is awake already
	}
}

// claimLoop claims as many jobs as there are free slots, and sleeps when there is nothing to do. A
// failure is logged once, when it starts: one line per poll would fill the disk during a day-long
// outage.
func (l *lane) claimLoop(ctx context.Context) {
	failing := false
	for ctx.Err() == nil {
		claimed, err := l.claim(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			l.log.Warn("could not claim jobs; trying until it works", "kind", l.kind.Name, "error", err)
		}
		failing = err != nil
		if claimed > 0 && err == nil {
			continue
		}
		tick, giveUp := l.clock.NewTimer(pollEvery)
		select {
		case <-ctx.Done():
		case <-tick:
		case <-l.wake:
		}
		giveUp()
	}
}

func (l *lane) claim(ctx context.Context) (int, error) {
	free := l.takeSlots(ctx)
	if free == 0 {
		return 0, ctx.Err()
	}
	limit, full := l.shares(free)
	asking, cancel := context.WithTimeout(ctx, queueTimeout)
	defer cancel()
	now := l.clock.Now()
	claimed, err := l.queue.Claim(asking, l.kind.Name, l.name, now, now.Add(lease), limit, full...)
	for range free - len(claimed) {
		<-l.slots
	}
	for _, job := range claimed {
		l.begin(ctx, job)
	}
	return len(claimed), err
}

// shares returns how many jobs may be claimed without giving any account more than its share, and
// which accounts have theirs already.
func (l *lane) shares(free int) (limit int, full []ID) {
	if l.kind.PerAccount == 0 {
		return free, nil
	}
	limit = min(free, l.kind.PerAccount)
	l.mu.Lock()
	defer l.mu.Unlock()
	for account, running := range l.runningByAccount() {
		if left := l.kind.PerAccount - running; left > 0 {
			limit = min(limit, left)
		} else {
			full = append(full, account)
		}
	}
	return limit, full
}

// runningByAccount counts with the lock held.
func (l *lane) runningByAccount() map[ID]int {
	counts := map[ID]int{}
	for ref := range l.running {
		counts[ref.Account]++
	}
	return counts
}

// takeSlots waits for a free slot and takes it with all others that are free.
func (l *lane) takeSlots(ctx context.Context) int {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return 0
	}
	for taken := 1; ; taken++ {
		select {
		case l.slots <- struct{}{}:
		default:
			return taken
		}
	}
}

// begin runs a job beside the others. It goes on during the runner's Stop until that breaks it off.
func (l *lane) begin(ctx context.Context, job Job) {
	running, breakOff := context.WithCancelCause(context.WithoutCancel(ctx))
	if !l.enter(job.Ref, breakOff) {
		breakOff(nil)
		<-l.slots
		return
	}
	l.runs.Go(func() {
		started := l.clock.Now()
		outcome := l.run(running, job)
		waited := l.leave(running, job.Ref)
		breakOff(nil)
		<-l.slots
		if waited {
			l.poke()
		}
		if l.onEvent != nil {
			l.onEvent(Event{Kind: job.Kind, Outcome: outcome, Took: l.clock.Now().Sub(started)})
		}
	})
}

// enter records that a job runs. It may run here already: then the claim is as good as a renewal,
// and leave does the rest.
func (l *lane) enter(ref Ref, breakOff context.CancelCauseFunc) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if other := l.running[ref]; other != nil {
		other.isClaimedAgain = true
		return false
	}
	l.running[ref] = &run{end: breakOff}
	return true
}

// leave records that a job no longer runs. If it was claimed again meanwhile, and the end of the
// run has not settled that claim too, it is given back. Its account may have had its full share, so
// that others of its jobs waited, though there were free slots.
func (l *lane) leave(ctx context.Context, ref Ref) (waited bool) {
	l.mu.Lock()
	again := l.running[ref].isClaimedAgain
	full := l.kind.PerAccount > 0 && l.runningByAccount()[ref.Account] >= l.kind.PerAccount
	delete(l.running, ref)
	l.mu.Unlock()
	if !again {
		return full
	}
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), queueTimeout)
	defer cancel()
	// The lease runs out.
	if err := l.queue.Retry(recording, l.name, ref, l.clock.Now(), "claimed while it ran"); err != nil {
		l.log.Warn("could not return a job to the queue", "kind", l.kind.Name, "error", err)
	}
	return true
}

// run does a job's work and records how it ended.
func (l *lane) run(ctx context.Context, job Job) Outcome {
	working, cancel := context.WithTimeout(ctx, l.kind.TimeLimit)
	err := l.work(working, job)
	cancel()
	if errors.Is(context.Cause(ctx), errLost) && !errors.Is(err, Settled) {
		return Lost
	}
	outcome, record := l.outcome(ctx, job, err)
	if record == nil {
		return outcome
	}
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), queueTimeout)
	defer cancel()
	if err := record(recording); err != nil { // the lease runs out and the job is run again
		l.log.Warn("could not record the end of a job", "kind", job.Kind, "error", err)
	}
	return outcome
}

func (l *lane) outcome(ctx context.Context, job Job, err error) (Outcome, func(context.Context) error) {
	dead, isDead := errors.AsType[deadError](err)
	_, isTimed := errors.AsType[afterError](err)
	isBrokenOff := errors.Is(context.Cause(ctx), errStopping) && !isDead && !isTimed
	switch {
	case errors.Is(err, Settled):
		return Done, nil
	case err == nil:
		return Done, func(ctx context.Context) error { return l.queue.Finish(ctx, l.name, job.Ref) }
	case isBrokenOff: // no fault of the job's
		return Retried, func(ctx context.Context) error {
			return l.queue.Retry(ctx, l.name, job.Ref, l.clock.Now(), err.Error())
		}
	case isDead:
		err = dead.error
		l.log.Error("a job failed for good", "kind", job.Kind, "attempt", job.Attempt, "error", err)
		return Buried, func(ctx context.Context) error { return l.queue.Bury(ctx, l.name, job.Ref, err.Error()) }
	default:
		at := l.clock.Now().Add(l.kind.wait(job.Attempt, err))
		l.log.Warn("a job failed; trying again", "kind", job.Kind, "attempt", job.Attempt, "at", at, "error", err)
		return Retried, func(ctx context.Context) error { return l.queue.Retry(ctx, l.name, job.Ref, at, err.Error()) }
	}
}

// work runs the kind's own code; a panic in it is a failure of this job alone.
func (l *lane) work(ctx context.Context, job Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("panic in a job", "kind", job.Kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return l.kind.Run(ctx, job)
}

// renewLoop keeps the leases of the jobs that run.
func (l *lane) renewLoop(ctx context.Context) {
	for {
		tick, giveUp := l.clock.NewTimer(renewEvery)
		select {
		case <-ctx.Done():
			giveUp()
			return
		case <-tick:
		}
		if err := l.renew(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("could not renew the leases of running jobs; trying again", "kind", l.kind.Name, "error", err)
		}
	}
}

func (l *lane) renew(ctx context.Context) error {
	running := l.snapshot()
	if len(running) == 0 {
		return nil
	}
	asking, cancel := context.WithTimeout(ctx, queueTimeout)
	defer cancel()
	own, err := l.queue.Renew(asking, l.name, slices.Collect(maps.Keys(running)), l.clock.Now().Add(lease))
	if err != nil {
		return err
	}
	for _, ref := range own {
		delete(running, ref)
	}
	for _, run := range running { // these runs: meanwhile a job may have been given back, claimed anew and begun again
		run.end(errLost)
	}
	return nil
}

// snapshot returns what runs now.
func (l *lane) snapshot() map[Ref]*run {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.running)
}
