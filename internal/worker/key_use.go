package worker

import (
	"context"
	"log/slog"
	"time"

	"tickler"
)

// KeyUseWriter writes down when access keys were last used, so that no call has to.
type KeyUseWriter struct {
	loop
	app   keyUseApp
	clock tickler.Clock
	log   *slog.Logger
}

type keyUseApp interface {
	WriteKeyUses(ctx context.Context) error
}

const (
	writeKeyUsesEvery = time.Minute
	// lastKeyUses is how long the last writing may take when the service ends.
	lastKeyUses = 2 * time.Second
)

// NewKeyUseWriter makes a writer that is not running yet.
func NewKeyUseWriter(app keyUseApp, clock tickler.Clock, log *slog.Logger) *KeyUseWriter {
	return &KeyUseWriter{app: app, clock: clock, log: log}
}

// Start begins to write, once a minute until Stop, and then a last time.
func (k *KeyUseWriter) Start(ctx context.Context) {
	k.start(ctx, func(ctx context.Context) {
		for sleep(ctx, k.clock, writeKeyUsesEvery) {
			k.write(ctx)
		}
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastKeyUses)
		defer cancel()
		k.write(last)
	})
}

func (k *KeyUseWriter) write(ctx context.Context) {
	if err := k.app.WriteKeyUses(ctx); err != nil && ctx.Err() == nil {
		k.log.Warn("when access keys were last used could not be written down; trying again later", "error", err)
	}
}
