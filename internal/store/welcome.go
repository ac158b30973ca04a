package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// HasHadTask reports whether an account has a task, or has had one that was changed before it was
// removed, as by its removal. The order is there for the index: without it, Postgres may look for a
// task of a new account among all of others.
func (s *Store) HasHadTask(ctx context.Context, account tickler.ID) (bool, error) {
	return s.hasAny(ctx, `SELECT count(*) FROM (
		SELECT 1 FROM (SELECT id FROM task WHERE account_id = $1 ORDER BY id LIMIT 1) AS there
		UNION ALL
		SELECT 1 FROM (SELECT task_id FROM task_change WHERE account_id = $1 ORDER BY task_id, version LIMIT 1) AS gone
	) AS one`, idArg(account))
}

// HasKeyAfter reports whether an account has an access key that was ever used, or made after an
// instant.
func (s *Store) HasKeyAfter(ctx context.Context, account tickler.ID, at time.Time) (bool, error) {
	return s.hasAny(ctx, `SELECT count(*) FROM access_key
		WHERE account_id = $1 AND (created_at > $2 OR last_used_at IS NOT NULL)`, idArg(account), instantArg(at))
}

// hasAny reports whether a count is more than none.
func (s *Store) hasAny(ctx context.Context, query string, args ...any) (bool, error) {
	var count int
	err := s.engine.Reader().QueryRowContext(ctx, query, args...).Scan(&count)
	return count > 0, engine.Classify(err)
}
