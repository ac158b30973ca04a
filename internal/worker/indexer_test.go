package worker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tickler/internal/clock/clocktest"
	"tickler/internal/worker"
)

// indexed is a store of which so many steps wait to be indexed.
type indexed struct {
	worker.Store
	waiting, steps int
	err            error
}

func (i *indexed) TaskSearchWaits(context.Context) (bool, error) { return i.waiting > 0, i.err }

func (i *indexed) IndexTasks(_ context.Context, after int64, limit int) (int64, bool, error) {
	i.steps++
	i.waiting--
	return after + int64(limit), i.waiting > 0, nil
}

func TestTheIndexFollowsEverySecondInStepsWithRests(t *testing.T) {
	var log bytes.Buffer
	store, clock := &indexed{waiting: 2}, clocktest.New(start)
	x := worker.NewIndexer(worker.Deps{Store: store, Clock: clock, Log: slog.New(slog.NewTextHandler(&log, nil))})
	x.Start(t.Context())
	wantSteps := func(want int) {
		t.Helper()
		clock.BlockUntil(1)
		if store.steps != want {
			t.Errorf("%d steps, want %d", store.steps, want)
		}
	}
	wantSteps(1)
	clock.Advance(5 * time.Millisecond) // a rest
	wantSteps(2)
	clock.Advance(time.Second)
	wantSteps(2) // nothing waited
	store.waiting, store.err = 1, errors.New("the disk is full")
	clock.Advance(time.Second)
	wantSteps(2)
	store.err = nil
	clock.Advance(time.Second)
	wantSteps(3)
	x.Stop()
	if strings.Count(log.String(), "the disk is full") != 1 {
		t.Errorf("logged %s", &log)
	}
}
