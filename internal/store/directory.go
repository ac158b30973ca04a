package store

import (
	"context"

	"tickler/internal/store/engine"
)

// DirectoryVersion returns a number that grows with every change of an account, access key, user,
// task type or subscription.
func (s *Store) DirectoryVersion(ctx context.Context) (int64, error) {
	var n int64
	err := s.engine.Housekeeping().QueryRowContext(ctx, `SELECT n FROM directory_version`).Scan(&n)
	return n, engine.Classify(err)
}

// ChangeDirectory notes that the transaction changes what every node's directory holds.
// Transactions that do so come one after another: each waits here for the one before.
func (tx *Tx) ChangeDirectory(ctx context.Context) error {
	_, err := tx.db.ExecContext(ctx, `UPDATE directory_version SET n = n + 1`)
	return err
}
