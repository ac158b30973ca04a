package clock_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var errDown = errors.New("the network is down")

// database is a source whose clock is ahead of the node's by a fixed time, with some latency.
type database struct {
	node      *clocktest.Clock
	ahead     time.Duration
	there     time.Duration // latency of the question
	back      time.Duration // latency of the answer
	err       error
	questions chan struct{} // receives after each answer, if not nil
}

func (d *database) Now(context.Context) (time.Time, error) {
	if d.questions != nil {
		defer func() { d.questions <- struct{}{} }()
	}
	if d.err != nil {
		return time.Time{}, d.err
	}
	d.node.Advance(d.there)
	defer d.node.Advance(d.back)
	return d.time(), nil
}

func (d *database) time() time.Time { return d.node.Now().Add(d.ahead) }

func measure(t rapid.TB, clock *clock.Database) {
	t.Helper()
	if err := clock.Measure(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestShowsTheDatabasesTime(t *testing.T) {
	node := clocktest.New(start)
	db := &database{node: node, ahead: -3 * time.Hour, there: 10 * time.Millisecond, back: 10 * time.Millisecond}
	clock := clock.NewDatabase(node, db, slog.Default())
	if clock.Now() != node.Now() || clock.Offset() != 0 {
		t.Errorf("before the first measurement: Now() = %v, Offset() = %v", clock.Now(), clock.Offset())
	}
	measure(t, clock)
	for range 3 {
		if got := clock.Now(); got != db.time() {
			t.Errorf("Now() = %v, want %v", got, db.time())
		}
		node.Advance(time.Hour)
	}
	if got := clock.Offset(); got != db.ahead {
		t.Errorf("Offset() = %v, want %v", got, db.ahead)
	}
}

func TestFailureKeepsTheOffset(t *testing.T) {
	node := clocktest.New(start)
	db := &database{node: node, ahead: time.Minute}
	clock := clock.NewDatabase(node, db, slog.Default())
	measure(t, clock)
	db.err = errDown
	db.ahead = time.Hour
	if err := clock.Measure(context.Background()); !errors.Is(err, errDown) {
		t.Errorf("Measure gave %v, want %v", err, errDown)
	}
	if got := clock.Offset(); got != time.Minute {
		t.Errorf("Offset() = %v, want the last one, 1m", got)
	}
}

// What the doc comment of Clock promises, for any latencies to the database and back.
func TestMovesNoFurtherThanNeeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		way := rapid.OneOf(rapid.Just(time.Duration(0)), rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(2*time.Second)).Draw(t, "way"))
		}))
		node := clocktest.New(start)
		db := &database{node: node, ahead: time.Duration(rapid.Int64Range(-int64(time.Hour), int64(time.Hour)).Draw(t, "ahead"))}
		clock := clock.NewDatabase(node, db, slog.Default())
		fault := func() time.Duration { return clock.Now().Sub(db.time()) } // positive: the clock is ahead

		for i := range rapid.IntRange(1, 10).Draw(t, "measurements") {
			db.there, db.back = way.Draw(t, "there"), way.Draw(t, "back")
			before := fault()
			measure(t, clock)
			after, roundTrip := fault(), db.there+db.back
			if i == 0 {
				if after.Abs() > roundTrip/2+1 {
					t.Fatalf("wrong by %v after the first round trip of %v", after, roundTrip)
				}
				continue
			}
			switch {
			case after.Abs() > roundTrip:
				t.Fatalf("wrong by %v after a round trip of %v", after, roundTrip)
			case after != before && (before > 0 && (after < 0 || after > before) || before < 0 && (after > 0 || after < before)):
				t.Fatalf("moved from %v to %v: past the truth or away from it", before, after)
			case before == 0 && after != 0:
				t.Fatalf("was right and is wrong by %v", after)
			case after != before && before.Abs() <= min(db.there, db.back):
				t.Fatalf("moved by jitter, from %v to %v over ways of %v and %v", before, after, db.there, db.back)
			}
		}
	})
}

func TestFollowsADatabaseThatIsSetBack(t *testing.T) {
	node := clocktest.New(start)
	db := &database{node: node, ahead: time.Hour, there: time.Millisecond, back: time.Millisecond}
	clock := clock.NewDatabase(node, db, slog.Default())
	measure(t, clock)
	db.ahead = -time.Hour // another server took over
	measure(t, clock)
	if fault := clock.Now().Sub(db.time()); fault.Abs() > 2*time.Millisecond {
		t.Errorf("wrong by %v, want 2ms at most", fault)
	}
}

func TestTimersAreTheBaseClocks(t *testing.T) {
	node := clocktest.New(start)
	clock := clock.NewDatabase(node, &database{node: node, ahead: time.Hour}, slog.Default())
	measure(t, clock)
	fired, stop := clock.NewTimer(time.Minute)
	defer stop()
	node.Advance(time.Minute)
	select {
	case <-fired:
	default:
		t.Error("the timer has not fired")
	}
}

func TestMeasuresEvery30Seconds(t *testing.T) {
	var log bytes.Buffer

	node := clocktest.New(start)
	db := &database{node: node, questions: make(chan struct{})}
	clock := clock.NewDatabase(node, db, slog.New(slog.NewTextHandler(&log, nil)))
	clock.Start(context.Background())
	round := func() {
		node.BlockUntil(1) // the loop waits, and reads db no more
		node.Advance(30*time.Second - 1)
		node.BlockUntil(1)
		node.Advance(1)
		<-db.questions
		node.BlockUntil(1) // and has taken the answer in
	}
	for _, ahead := range []time.Duration{time.Minute, -time.Minute} {
		node.BlockUntil(1)
		db.ahead = ahead
		round()
		if got := clock.Offset(); got != ahead {
			t.Errorf("Offset() = %v, want %v", got, ahead)
		}
	}
	db.err = errDown
	round()
	db.err = nil
	db.ahead = time.Hour
	round() // it goes on after a failure
	if got := clock.Offset(); got != time.Hour {
		t.Errorf("Offset() = %v, want 1h", got)
	}
	clock.Stop()
	if n := strings.Count(log.String(), errDown.Error()); n != 1 {
		t.Errorf("the failure was logged %d times:\n%s", n, log.String())
	}
}

func TestStopEndsAMeasurement(t *testing.T) {
	node := clocktest.New(start)
	asked := make(chan struct{})
	clock := clock.NewDatabase(node, source(func(ctx context.Context) (time.Time, error) {
		close(asked)
		<-ctx.Done()
		return time.Time{}, ctx.Err()
	}), slog.Default())
	clock.Stop() // before Start: nothing to stop
	clock.Start(context.Background())
	node.BlockUntil(1)
	node.Advance(30 * time.Second)
	<-asked
	clock.Stop()
	clock.Stop()
}

// A program that shuts down uses the clock to its last second: only Stop ends the measuring.
func TestMeasuresOnAfterTheContextOfItsStart(t *testing.T) {
	node := clocktest.New(start)
	ctx, cancel := context.WithCancel(context.Background())
	db := &database{node: node, ahead: time.Minute, questions: make(chan struct{})}
	clock := clock.NewDatabase(node, db, slog.Default())
	clock.Start(ctx)
	cancel()
	node.BlockUntil(1)
	node.Advance(30 * time.Second)
	<-db.questions
	node.BlockUntil(1)
	if got := clock.Offset(); got != time.Minute {
		t.Errorf("Offset() = %v, want 1m", got)
	}
	clock.Stop()
}

// While measurements agree, no reader sees the time go back.
func TestReadWhileMeasuring(t *testing.T) {
	node := clocktest.New(start)
	clock := clock.NewDatabase(node, &database{node: node, ahead: time.Hour, there: time.Millisecond, back: time.Millisecond}, slog.Default())
	measure(t, clock)
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			last := clock.Now()
			for range 1000 {
				now := clock.Now()
				if now.Before(last) {
					t.Errorf("Now() went back from %v to %v", last, now)
					return
				}
				last = now
			}
		}()
	}
	for range 1000 {
		measure(t, clock)
	}
	for range 4 {
		<-done
	}
}

type source func(ctx context.Context) (time.Time, error)

func (s source) Now(ctx context.Context) (time.Time, error) { return s(ctx) }

var (
	_ clock.Source  = source(nil)
	_ tickler.Clock = (*clock.Database)(nil)
)
