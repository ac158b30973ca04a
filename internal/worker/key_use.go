package worker

import (
	"context"
	"time"
)

// KeyUseWriter writes down when access keys were last used, so that no call has to.
type KeyUseWriter struct {
	loop
	Deps
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
func NewKeyUseWriter(d Deps) *KeyUseWriter { return &KeyUseWriter{Deps: d} }

// Start begins to write, once a minute until Stop, and then a last time.
func (k *KeyUseWriter) Start(ctx context.Context) {
	k.start(ctx, func(ctx context.Context) {
		for sleep(ctx, k.Clock, writeKeyUsesEvery) {
			k.write(ctx)
		}
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastKeyUses)
		defer cancel()
		k.write(last)
	})
}

func (k *KeyUseWriter) write(ctx context.Context) {
	if err := k.App.WriteKeyUses(ctx); err != nil && ctx.Err() == nil {
		k.Log.Warn("could not record when access keys were last used; trying again later", "error", err)
	}
}
