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

// wordless has leads without words.
type wordless struct {
	worker.Store
	left, steps int
	err         error
}

func (w *wordless) WordLeads(_ context.Context, limit int) (int, error) {
	w.steps++
	if w.err != nil {
		return 0, w.err
	}
	done := min(limit, w.left)
	w.left -= done
	return done, nil
}

func TestLeadsGetTheirWordsInTheBackground(t *testing.T) {
	t.Parallel()
	leads := &wordless{left: 250}
	clock := clocktest.New(start)
	var log bytes.Buffer
	w := worker.NewLeadWords(worker.Deps{Store: leads, Clock: clock, Log: slog.New(slog.NewTextHandler(&log, nil))})
	w.Start(t.Context())
	clock.BlockUntil(1)
	if leads.left != 0 || leads.steps != 3 {
		t.Errorf("%d are left after %d steps", leads.left, leads.steps)
	}
	leads.left, leads.err = 1, errors.New("the disk is full")
	clock.Advance(time.Minute)
	clock.BlockUntil(1)
	leads.err = nil
	clock.Advance(time.Minute)
	clock.BlockUntil(1)
	w.Stop()
	if leads.left != 0 || !strings.Contains(log.String(), "the disk is full") {
		t.Errorf("%d are left; logged: %s", leads.left, &log)
	}
}
