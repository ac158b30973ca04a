package store

import (
	"context"

	"tickler/internal/store/engine"
)

// DirectoryVersion is a number that grows with every change of an account, access key, user, task type or subscription.
func (s *Store) DirectoryVersion(ctx context.Context) (int64, error) {
	var n int64
	err := s.engine.Housekeeping().QueryRowContext(ctx, `SELECT n FROM directory_version`).Scan(&n)
	return n, engine.Classify(err)
}
