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
	// measureTimeout ends a question that is not answered. An answer that took so long would say little.
	measureTimeout = 5 * time.Second
)

// Source tells the database's time.
type Source interface {
	// Now is the database's time at an instant between the call and its return.
	Now(ctx context.Context) (time.Time, error)
}

// Database is a tickler.Clock that shows the database's time: its last answer, and on from there by the base clock.
//
// It is wrong by half a round trip at most after the first measurement, by one round trip at most after each later one,
// and between two by what the clocks drift apart. Where the base clock has a monotonic reading, as System has, setting
// the machine's clock changes nothing.
//
// A measurement moves it no further than the answer proves needed. An answer bounds the database's time by the instants of
// sending and receiving; while the clock lies within these bounds it is left alone, so that the jitter of the network never
// moves it, and a slow answer can't spoil a quick one. So Now goes backwards only in a measurement that has shown the clock
// to be ahead, and by that much only. Who needs an order that never breaks must not take it from the time.
type Database struct {
	base   tickler.Clock
	source Source
	log    *slog.Logger

	adopting sync.Mutex // of two answers at once, the second is held against the first
	last     atomic.Pointer[reading]

	cancel context.CancelFunc
	done   chan struct{}
}

var _ tickler.Clock = (*Database)(nil)

// reading is the time of both clocks at one instant.
type reading struct{ base, database time.Time }

// NewDatabase gives a clock that shows the base clock's time until Measure has succeeded once.
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

// NewTimer starts a timer of the base clock: a duration is the same by both.
func (c *Database) NewTimer(d time.Duration) (<-chan time.Time, func()) { return c.base.NewTimer(d) }

// Offset is how far the database's time was ahead of the base clock's when last measured; 0 before that.
func (c *Database) Offset() time.Duration {
	last := c.last.Load()
	if last == nil {
		return 0
	}
	return last.database.Sub(last.base)
}

// Measure asks the database for its time and corrects the clock. After an error the clock is what it was.
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

// adopt corrects the clock by an answer: at the instant of receiving, the database's time is what it told, or later by the
// round trip at most.
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

// Start measures every 30 seconds from now on until Stop is called, also after ctx has ended: what ends with the program
// goes by this clock to its last second. A failure is logged and leaves the clock as it was. The first measurement is the caller's, with Measure, for a node that does not know the time must not serve. Start
// is called once.
func (c *Database) Start(ctx context.Context) {
	ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.done = make(chan struct{})
	go c.run(ctx)
}

// Stop ends the measuring and returns when it has ended. The clock goes on by what it knows. It does nothing before Start.
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
			c.log.WarnContext(ctx, "The database's time could not be measured. The last offset is kept.",
				"error", err, "offset", c.Offset())
		}
	}
}

func (c *Database) measureInTime(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, measureTimeout)
	defer cancel()
	return c.Measure(ctx)
}
