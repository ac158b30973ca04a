package clock

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"tickler"
)

const (
	// measureEvery is short enough that two clocks drift apart by a few milliseconds at most.
	measureEvery = 30 * time.Second
	// measureTimeout ends a query that is not answered. An answer that took so long would be too
	// imprecise.
	measureTimeout = 5 * time.Second
)

// Source reads the database's time.
type Source interface {
	// Now is the database's time at an instant between the call and its return.
	Now(ctx context.Context) (time.Time, error)
}

// Database is a tickler.Clock that shows the database's time: its last answer, advanced by the base
// clock.
//
// Its error is at most half a round trip after the first measurement, at most one round trip after
// each later one, and in between grows by the drift of the clocks. Where the base clock has a
// monotonic reading, as System has, setting the machine's clock changes nothing.
//
// A measurement moves the clock only as far as the answer proves necessary. An answer bounds the
// database's time by the instants of sending and receiving; a clock within these bounds is left
// alone, so that network jitter never moves it and a slow answer never replaces a better one. Now
// therefore goes backwards only when a measurement has shown the clock to be ahead, and only by
// that much. Don't derive an ordering from it.
type Database struct {
	base   tickler.Clock
	source Source
	log    *slog.Logger

	adopting sync.Mutex // one answer is applied at a time
	last     atomic.Pointer[reading]

	cancel context.CancelFunc
	done   chan struct{}
}

var _ tickler.Clock = (*Database)(nil)

// reading is the time of both clocks at one instant.
type reading struct{ base, database time.Time }

// NewDatabase returns a clock that shows the base clock's time until Measure has succeeded once.
func NewDatabase(base tickler.Clock, source Source, log *slog.Logger) *Database {
	return &Database{base: base, source: source, log: log}
}

// Now is the database's time, UTC, as well as this node knows it.
func (c *Database) Now() time.Time {
	now := c.base.Now()
	if last := c.last.Load(); last != nil {
		return last.at(now)
	}
	return now
}

// NewTimer starts a timer of the base clock: durations are the same on both.
func (c *Database) NewTimer(d time.Duration) (<-chan time.Time, func()) { return c.base.NewTimer(d) }

// Offset is how far the database's time was ahead of the base clock's when last measured; 0 before
// that.
func (c *Database) Offset() time.Duration {
	last := c.last.Load()
	if last == nil {
		return 0
	}
	return last.database.Sub(last.base)
}

// Measure asks the database for its time and corrects the clock. After an error the clock is what
// it was.
func (c *Database) Measure(ctx context.Context) error {
	sent := c.base.Now()
	told, err := c.source.Now(ctx)
	received := c.base.Now()
	if err != nil {
		return fmt.Errorf("asking the database for its time: %w", err)
	}
	told = told.Round(0).UTC() // no monotonic reading: it would be this machine's
	c.adopt(received, told, received.Sub(sent))
	return nil
}

// adopt corrects the clock by an answer: at the instant of receiving, the database's time is what
// it told, or later by the round trip at most.
func (c *Database) adopt(received, told time.Time, roundTrip time.Duration) {
	c.adopting.Lock()
	defer c.adopting.Unlock()
	database := told.Add(roundTrip / 2)
	if last := c.last.Load(); last != nil {
		database = last.at(received)
		if latest := told.Add(roundTrip); database.After(latest) {
			database = latest
		}
		if database.Before(told) {
			database = told
		}
	}
	c.last.Store(&reading{base: received, database: database})
}

// at is the database's time when the base clock shows now.
func (r *reading) at(now time.Time) time.Time { return r.database.Add(now.Sub(r.base)) }

// Start measures every 30 seconds until Stop, even after ctx has ended: a shutdown still needs this
// clock. A failure is logged and leaves the clock as it was. The caller takes the first measurement
// with Measure, since a node that does not know the time must not serve. Start is called once.
func (c *Database) Start(ctx context.Context) {
	ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.done = make(chan struct{})
	go c.run(ctx)
}

// Stop ends the measuring and waits until it has ended. The clock keeps its last offset. Before
// Start it does nothing.
func (c *Database) Stop() {
	if c.cancel != nil {
		c.cancel()
		<-c.done
	}
}

func (c *Database) run(ctx context.Context) {
	defer close(c.done)
	for {
		fired, stop := c.base.NewTimer(measureEvery)
		select {
		case <-ctx.Done():
			stop()
			return
		case <-fired:
		}
		if err := c.measureInTime(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "could not read the database's time; keeping the last offset",
				"error", err, "offset", c.Offset())
		}
	}
}

func (c *Database) measureInTime(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, measureTimeout)
	defer cancel()
	return c.Measure(ctx)
}
