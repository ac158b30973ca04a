package worker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tickler/internal/clock/clocktest"
	"tickler/internal/worker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// onces has a number of old idempotency keys and expired sessions.
type onces struct {
	worker.Store
	old        int64
	sessions   int64
	links      int64 // that were used
	deliveries int64
	// bulkRequests, notifications and deadJobs ended long ago.
	bulkRequests, notifications, deadJobs int64
	err                                   error
	steps                                 []step
	// hang makes a step last until its context ends.
	hang    bool
	hanging chan struct{}
}

// step is one removal: at which instant, and how many were removed.
type step struct {
	at        time.Time
	forgotten int64
}

func (o *onces) ForgetSessions(_ context.Context, _ time.Time, limit int) (int64, error) {
	return take(&o.sessions, limit), nil
}

func (o *onces) ForgetOnces(ctx context.Context, now time.Time, limit int) (int64, error) {
	if o.hang {
		o.hanging <- struct{}{}
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if o.err != nil {
		return 0, o.err
	}
	forgotten := take(&o.old, limit)
	o.steps = append(o.steps, step{now, forgotten})
	return forgotten, nil
}

func (o *onces) ForgetUsedLinks(_ context.Context, _ time.Time, limit int) (int64, error) {
	return take(&o.links, limit), nil
}

func (o *onces) ForgetDeliveries(_ context.Context, _ time.Time, limit int) (int64, error) {
	return take(&o.deliveries, limit), nil
}

func (o *onces) ForgetBulkRequests(_ context.Context, _ time.Time, limit int) (int64, error) {
	return take(&o.bulkRequests, min(limit, 1)), nil // at most one step's worth
}

func (o *onces) ForgetNotifications(_ context.Context, _ time.Time, limit int) (int64, error) {
	return take(&o.notifications, limit), nil
}

func (o *onces) ForgetDeadJobs(_ context.Context, _ time.Time, limit int) (int64, error) {
	return take(&o.deadJobs, limit), nil
}

func take(from *int64, limit int) int64 {
	taken := min(*from, int64(limit))
	*from -= taken
	return taken
}

// forgetting starts the retention loop. A timer of its clock shows that it has removed everything
// there was.
func forgetting(t *testing.T, o *onces, clock *clocktest.Clock, log *bytes.Buffer) {
	t.Helper()
	f := worker.NewRetention(worker.Deps{Store: o, Clock: clock, Log: slog.New(slog.NewTextHandler(log, nil))})
	ctx, done := context.WithCancel(t.Context())
	f.Start(ctx)
	done() // it runs until Stop
	t.Cleanup(f.Stop)
	clock.BlockUntil(1)
}

func TestForgetsInSmallStepsAtOnceAndThenEvery10Minutes(t *testing.T) {
	var log bytes.Buffer
	o, clock := &onces{old: 450}, clocktest.New(start)
	forgetting(t, o, clock, &log)
	want := []step{{start, 200}, {start, 200}, {start, 50}}
	if !slices.Equal(o.steps, want) {
		t.Fatalf("at the start: %v, want %v", o.steps, want)
	}
	o.old = 1
	clock.Advance(10*time.Minute - 1)
	clock.BlockUntil(1)
	if !slices.Equal(o.steps, want) {
		t.Fatalf("before 10 minutes had passed: %v", o.steps[len(want):])
	}
	for range 2 {
		clock.Advance(10 * time.Minute)
		clock.BlockUntil(1)
	}
	want = append(want, step{start.Add(20*time.Minute - 1), 1}, step{start.Add(30*time.Minute - 1), 0})
	if !slices.Equal(o.steps, want) {
		t.Errorf("got %v, want %v", o.steps, want)
	}
	if log.Len() > 0 {
		t.Errorf("logged %s", &log)
	}
}

func TestForgettingFailsAndIsTriedAgain(t *testing.T) {
	var log bytes.Buffer
	o, clock := &onces{old: 3, sessions: 201, err: errors.New("the disk is full")}, clocktest.New(start)
	forgetting(t, o, clock, &log)
	if o.sessions != 0 {
		t.Errorf("%d sessions are left", o.sessions)
	}
	if !strings.Contains(log.String(), `could not delete expired rows; trying again later" error="the disk is full`) {
		t.Errorf("logged %q", log.String())
	}
	o.err = nil
	clock.Advance(10 * time.Minute)
	clock.BlockUntil(1)
	if o.old != 0 {
		t.Errorf("%d are left", o.old)
	}
}

func TestStopEndsAStepThatHangs(t *testing.T) {
	var log bytes.Buffer
	o := &onces{hang: true, hanging: make(chan struct{}, 1)}
	f := worker.NewRetention(worker.Deps{Store: o, Clock: clocktest.New(start), Log: slog.New(slog.NewTextHandler(&log, nil))})
	f.Start(t.Context())
	<-o.hanging
	f.Stop()
	if log.Len() > 0 {
		t.Errorf("an end that was asked for was logged: %s", &log)
	}
}

func TestForgetsAllThatHasExpired(t *testing.T) {
	var log bytes.Buffer
	o, clock := &onces{deliveries: 401, bulkRequests: 3, notifications: 402, deadJobs: 201}, clocktest.New(start)
	forgetting(t, o, clock, &log)
	if left := o.deliveries + o.bulkRequests + o.notifications + o.deadJobs; left != 0 || log.Len() > 0 {
		t.Errorf("%d are left: %s", left, &log)
	}
}
