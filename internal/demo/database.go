package demo

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/store"
)

// database is a store that can carry out many use cases in one transaction: 10,000 steps that each
// wait for the disk would take minutes. It is for one goroutine.
type database struct {
	*store.Store
	tx      *store.Tx // under way; nil when there is none
	account tickler.ID
}

var _ app.Database[*store.Tx] = (*database)(nil)

// together runs something whose writes all become durable at once, or none.
func (d *database) together(ctx context.Context, run func(ctx context.Context) error) error {
	return d.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		d.tx = tx
		defer func() { d.tx = nil }()
		return run(ctx)
	})
}

// Write joins the transaction that is under way, if there is one.
func (d *database) Write(ctx context.Context, run func(ctx context.Context, tx *store.Tx) error) error {
	if d.tx != nil {
		return run(ctx, d.tx)
	}
	return d.Store.Write(ctx, run)
}

// WriteRepeatable joins the transaction that is under way, if there is one.
func (d *database) WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx *store.Tx) error) error {
	if d.tx != nil {
		return run(ctx, d.tx)
	}
	return d.Store.WriteRepeatable(ctx, run)
}

// CreateTask does in the transaction under way what the store does in a statement of its own.
func (d *database) CreateTask(ctx context.Context, t tickler.Task) error {
	if d.tx != nil {
		return d.tx.Apply(ctx, t.Made())
	}
	return d.Store.CreateTask(ctx, t)
}

// CreateLead stores a lead in the transaction that is under way, if there is one.
func (d *database) CreateLead(ctx context.Context, l tickler.Lead) error {
	if d.tx != nil {
		return d.tx.CreateLead(ctx, l)
	}
	return d.Store.CreateLead(ctx, l)
}

// CreateOpportunity stores an opportunity in the transaction that is under way, if there is one.
func (d *database) CreateOpportunity(ctx context.Context, o tickler.Opportunity) error {
	if d.tx != nil {
		return d.tx.CreateOpportunity(ctx, o)
	}
	return d.Store.CreateOpportunity(ctx, o)
}

// DueTurns names the only account there is: what the transaction under way has armed can't be seen
// from outside.
func (d *database) DueTurns(context.Context, time.Time, int, ...tickler.ID) ([]tickler.Turn, error) {
	return []tickler.Turn{{AccountID: d.account}}, nil
}

// clock stands where the story is. While a bulk request runs it moves on with each look, so that
// one takes time.
type clock struct {
	now  time.Time
	pace time.Duration
}

var _ tickler.Clock = (*clock)(nil)

// Now is where the story is.
func (c *clock) Now() time.Time {
	c.now = c.now.Add(c.pace)
	return c.now
}

// NewTimer never fires: nothing in a story waits.
func (c *clock) NewTimer(time.Duration) (<-chan time.Time, func()) { return nil, func() {} }
