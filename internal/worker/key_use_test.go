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

// keyUses counts its writes.
type keyUses struct {
	worker.App
	written int
	err     error
}

func (k *keyUses) WriteKeyUses(context.Context) error {
	k.written++
	return k.err
}

func TestKeyUsesAreWrittenEveryMinuteAndAtTheEnd(t *testing.T) {
	var log bytes.Buffer
	uses, clock := &keyUses{}, clocktest.New(start)
	w := worker.NewKeyUseWriter(worker.Deps{App: uses, Clock: clock, Log: slog.New(slog.NewTextHandler(&log, nil))})
	w.Start(t.Context())
	clock.BlockUntil(1)
	if uses.written != 0 {
		t.Errorf("written %d times at the start", uses.written)
	}
	for minute, err := range []error{nil, errors.New("the disk is full"), nil} {
		uses.err = err
		clock.Advance(time.Minute)
		clock.BlockUntil(1)
		if uses.written != minute+1 {
			t.Errorf("written %d times in %d minutes", uses.written, minute+1)
		}
	}
	w.Stop()
	if uses.written != 4 {
		t.Errorf("written %d times after the end, want 4", uses.written)
	}
	if strings.Count(log.String(), "the disk is full") != 1 {
		t.Errorf("logged %s", &log)
	}
}
