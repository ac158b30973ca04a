package store

import (
	"context"

	"tickler/internal/store/engine"
)

// Tx is a transaction under way: its methods are the verbs by which a use case reads and writes in
// one. What they read of a row they keep from others until the transaction ends.
type Tx struct {
	db      engine.Handle
	dialect engine.Dialect
	beats   *beats
}

// Write runs a transaction: all that run writes is durable when Write returns nil, and nothing of
// it remains when it returns an error. A run must not wait for anything but its own statements: on
// SQLite everybody's writes wait for it. It may be called when its caller has gone, so it must not
// touch what its caller reads; see app's made.
func (s *Store) Write(ctx context.Context, run func(ctx context.Context, tx *Tx) error) error {
	return s.write(ctx, s.inTx(run))
}

// WriteRepeatable is Write for a run that changes nothing when it is run a second time: a lost
// answer of the database is settled by running it again.
func (s *Store) WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx *Tx) error) error {
	return s.writeRepeatable(ctx, s.inTx(run))
}

func (s *Store) inTx(run func(ctx context.Context, tx *Tx) error) func(context.Context, engine.Handle) error {
	return func(ctx context.Context, db engine.Handle) error {
		return run(ctx, &Tx{db: db, dialect: s.dialect(), beats: &s.beats})
	}
}
