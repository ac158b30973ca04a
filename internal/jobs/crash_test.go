package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// fate is the outcome of one run of a job.
type fate string

const (
	works           fate = "works"
	fails           fate = "fails"
	panics          fate = "panics"
	takesAWhile     fate = "takes a while"
	takesLong       fate = "takes longer than a lease"
	nodeDies        fate = "the node dies before the work is done"
	nodeDiesJustNow fate = "the node dies after the work was done"
)

// cluster is a set of nodes that work on one queue. When a node dies, nothing of it reaches the
// queue any more.
type cluster struct {
	clock  *clocktest.Clock
	queue  *queue
	fates  map[jobs.Ref][]fate // of a job's runs; later runs succeed
	stops  []func()
	mu     sync.Mutex
	runs   map[jobs.Ref]int
	done   map[jobs.Ref]int
	living map[*link]bool
}

// join starts a node. An immortal one survives what would kill another.
func (c *cluster) join(immortal bool) {
	way := &link{Queue: c.queue}
	c.mu.Lock()
	c.living[way] = true
	c.mu.Unlock()
	runner := jobs.NewRunner(way, c.clock, slog.New(slog.DiscardHandler), fmt.Sprint("node ", len(c.stops)), nil, jobs.Kind{
		Name: "mail", Workers: 2, TimeLimit: time.Hour, Backoff: []time.Duration{time.Second},
		Run: func(ctx context.Context, job jobs.Job) error { return c.run(ctx, job, way, immortal) },
	})
	runner.Start(context.Background())
	c.stops = append(c.stops, func() {
		ended, end := context.WithCancel(context.Background())
		end()
		runner.Stop(ended)
	})
}

func (c *cluster) run(ctx context.Context, job jobs.Job, way *link, immortal bool) error {
	next := c.nextFate(job.Ref)
	if immortal && (next == nodeDies || next == nodeDiesJustNow) {
		next = works
	}
	switch next {
	case fails:
		return errors.New("failed")
	case panics:
		panic("boom")
	case takesAWhile, takesLong:
		fired, stop := c.clock.NewTimer(map[fate]time.Duration{takesAWhile: 2 * time.Second, takesLong: 25 * time.Second}[next])
		defer stop()
		select {
		case <-fired:
		case <-ctx.Done():
			return ctx.Err()
		}
	case nodeDies:
		c.kill(way)
		return nil
	case nodeDiesJustNow:
		defer c.kill(way)
	case works:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done[job.Ref]++
	return nil
}

func (c *cluster) nextFate(ref jobs.Ref) fate {
	c.mu.Lock()
	defer c.mu.Unlock()
	run := c.runs[ref]
	c.runs[ref]++
	if run < len(c.fates[ref]) {
		return c.fates[ref][run]
	}
	return works
}

func (c *cluster) kill(way *link) {
	way.cut()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.living, way)
}

// killOne kills a living node, if there is one.
func (c *cluster) killOne() {
	c.mu.Lock()
	var victim *link
	for victim = range c.living {
		break
	}
	c.mu.Unlock()
	if victim != nil {
		c.kill(victim)
	}
}

// pass moves the clock on. Afterwards each node waits for two timers at least: its renewal, and its
// next claim or a run that takes its last slot.
func (c *cluster) pass(d time.Duration) {
	c.clock.BlockUntil(2 * len(c.stops))
	c.clock.Advance(d)
}

// Whatever dies, and whenever: as long as one node lives, every job is done at least once, and none
// is left.
func TestNoJobIsLostWhenNodesDie(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &cluster{
			clock: clocktest.New(start), queue: newQueue(), fates: map[jobs.Ref][]fate{},
			runs: map[jobs.Ref]int{}, done: map[jobs.Ref]int{}, living: map[*link]bool{},
		}
		defer func() {
			for _, stop := range c.stops {
				stop()
			}
		}()
		some := rapid.SliceOfN(rapid.SampledFrom([]fate{works, fails, panics, takesAWhile, takesLong, nodeDies, nodeDiesJustNow}), 0, 4)
		for i := range byte(rapid.IntRange(1, 12).Draw(t, "jobs")) {
			due := start.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "due")) * time.Second)
			c.fates[c.queue.add(i, "mail", due)] = some.Draw(t, "fates")
		}
		for range rapid.IntRange(0, 20).Draw(t, "events") {
			switch rapid.SampledFrom([]string{"join", "kill", "pass", "pass"}).Draw(t, "event") {
			case "join":
				if len(c.stops) < 4 {
					c.join(false)
				}
			case "kill":
				c.killOne()
			case "pass":
				c.pass(time.Duration(rapid.IntRange(1, 12_000).Draw(t, "milliseconds")) * time.Millisecond)
			}
		}
		c.join(true)
		for passed := 0; c.queue.left() > 0; passed++ {
			if passed == 2000 {
				t.Fatalf("%d of %d jobs are left", c.queue.left(), len(c.fates))
			}
			c.pass(time.Second)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for ref := range c.fates {
			if c.done[ref] == 0 {
				t.Fatalf("a job is gone after %d runs, but never done", c.runs[ref])
			}
		}
	})
}

// When a node is killed between claiming a job and finishing it, nobody else runs the job until the
// lease has run out; then another node does.
func TestJobOfAKilledNodeIsTakenOverAfterItsLease(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		remind(t, s)
		clock, killed, heir := clocktest.New(start), newDesk(), newDesk()
		way := &link{Queue: s.Jobs()}
		open := func(queue jobs.Queue, name string, d *desk) chan jobs.Event {
			events := make(chan jobs.Event, 10)
			runner := jobs.NewRunner(queue, clock, slog.New(slog.DiscardHandler), name, func(e jobs.Event) { events <- e },
				jobs.Kind{Name: tickler.MailJob, Workers: 1, TimeLimit: time.Hour, Run: d.run})
			runner.Start(t.Context())
			t.Cleanup(func() {
				ended, end := context.WithCancel(context.Background())
				end()
				runner.Stop(ended)
			})
			return events
		}
		open(way, "killed", killed)
		first := <-killed.begun
		way.cut()

		events := open(s.Jobs(), "heir", heir)
		for range 39 { // until a quarter of a second before the lease ends
			clock.BlockUntil(1 + idle)
			clock.Advance(250 * time.Millisecond)
		}
		clock.BlockUntil(1 + idle)
		if len(heir.begun) != 0 {
			t.Fatal("the job was taken over before its lease had run out")
		}
		clock.Advance(250 * time.Millisecond)
		second := <-heir.begun
		if second.Ref != first.Ref || second.Payload != first.Payload || first.Attempt != 1 || second.Attempt != 2 {
			t.Errorf("claimed %+v and then %+v", first, second)
		}
		heir.end <- nil
		if e := <-events; e.Outcome != jobs.Done {
			t.Errorf("the heir's run is %s", e.Outcome)
		}
		if counts, err := s.Jobs().Counts(t.Context()); err != nil || len(counts) != 0 {
			t.Errorf("left: %v, %v", counts, err)
		}
	})
}

// A node that is stopped gives its job back, and another one gets it at once.
func TestJobOfAStoppedNodeIsTakenOverAtOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		remind(t, s)
		clock, first, second := clocktest.New(start), newDesk(), newDesk()
		newRunner := func(name string, d *desk) *jobs.Runner {
			runner := jobs.NewRunner(s.Jobs(), clock, slog.New(slog.DiscardHandler), name, nil,
				jobs.Kind{Name: tickler.MailJob, Workers: 1, TimeLimit: time.Hour, Run: d.run})
			runner.Start(t.Context())
			return runner
		}
		ended, end := context.WithCancel(t.Context())
		end()
		runner := newRunner("first", first)
		<-first.begun
		runner.Stop(ended)
		runner = newRunner("second", second)
		if job := <-second.begun; job.Attempt != 2 {
			t.Errorf("attempt %d", job.Attempt)
		}
		second.end <- nil
		runner.Stop(t.Context())
		if counts, err := s.Jobs().Counts(t.Context()); err != nil || len(counts) != 0 {
			t.Errorf("left: %v, %v", counts, err)
		}
	})
}

// remind puts a task's mail job into the store.
func remind(t *testing.T, s *store.Store) {
	t.Helper()
	id := func() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }
	task := tickler.Task{
		ID: id(), AccountID: id(), Version: 1, Name: "Call back", TypeID: id(), OwnerID: id(), CreatedBy: id(), ModifiedBy: id(),
		DueAt: start, EndAt: start, Notify: true, RemindAt: start, WakeAt: start, CreatedAt: start, ModifiedAt: start,
	}
	err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.Apply(ctx, task.Made(), task.Wake(tickler.Wants{}, start))
	})
	if err != nil {
		t.Fatal(err)
	}
}
