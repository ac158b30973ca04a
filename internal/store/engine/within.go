package engine

import "context"

// within is an engine whose work is a part of one transaction.
type within struct {
	Engine
	tx Handle
}

// Within returns an engine whose reads and writes are a part of a transaction of e that is under way.
func Within(e Engine, tx Handle) Engine { return within{e, tx} }

// Write runs the unit; it is durable when the transaction is.
func (w within) Write(ctx context.Context, u Unit) error { return u.Run(ctx, w.tx) }

// Reader reads what the transaction sees.
func (w within) Reader() Handle { return w.tx }

// Housekeeping reads what the transaction sees.
func (w within) Housekeeping() Handle { return w.tx }
