package worker

import (
	"context"
	"time"
)

// LeadWords renews what leads are found by, where a node wrote them that knows nothing of it: before
// an upgrade, or during one.
type LeadWords struct {
	loop
	Deps
}

type leadWordStore interface {
	WordLeads(ctx context.Context, limit int) (done int, err error)
}

const (
	leadWordsEvery = time.Minute
	leadWordsBatch = 100 // leads: few enough that creates don't wait behind them
)

// NewLeadWords makes what renews, not running yet.
func NewLeadWords(d Deps) *LeadWords { return &LeadWords{Deps: d} }

// Start begins to renew, at once and then every minute, until Stop.
func (l *LeadWords) Start(ctx context.Context) {
	l.start(ctx, func(ctx context.Context) {
		for {
			done, err := l.Store.WordLeads(ctx, leadWordsBatch)
			if err != nil && ctx.Err() == nil {
				l.Log.Warn("could not renew what leads are found by; trying again later", "error", err)
			}
			if done == leadWordsBatch && err == nil && ctx.Err() == nil {
				continue
			}
			if !sleep(ctx, l.Clock, leadWordsEvery) {
				return
			}
		}
	})
}
