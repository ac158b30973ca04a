package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// beats collects the accounts whose tasks were written here, until they are told to all nodes. Of
// each, what was noted between two calls of TellBeats is told by the one after: by then the
// transaction has ended.
type beats struct {
	mu             sync.Mutex
	fresh, settled map[tickler.ID]bool
}

func (b *beats) note(account tickler.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fresh == nil {
		b.fresh = map[tickler.ID]bool{}
	}
	b.fresh[account] = true
}

// take returns the accounts that were noted before the last call.
func (b *beats) take() map[tickler.ID]bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.settled
	b.settled, b.fresh = b.fresh, nil
	return taken
}

// TellBeats writes down that tasks of accounts were written here, as of an instant: see [Store.Beats].
// Only accounts that are listened to are told. What could not be written down is not told: pages
// look for themselves from time to time.
func (s *Store) TellBeats(ctx context.Context, now time.Time, isListened func(account tickler.ID) bool) error {
	var accounts []tickler.ID
	for account := range s.beats.take() {
		if isListened(account) {
			accounts = append(accounts, account)
		}
	}
	for some := range slices.Chunk(accounts, engine.RowsAtOnce) {
		err := s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
			args := []any{now.UnixMilli()}
			_, err := engine.Composed(tx).ExecContext(ctx,
				`UPDATE beat SET at = $1 WHERE account_id IN (`+idList(some, &args)+`)`, args...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Listen says that pages of accounts are open until an instant. Those to which nobody has listened
// for an hour are forgotten.
func (s *Store) Listen(ctx context.Context, accounts []tickler.ID, now, until time.Time) error {
	for some := range slices.Chunk(accounts, engine.RowsAtOnce) {
		rows := make([][]any, len(some))
		for i, account := range some {
			rows[i] = []any{idArg(account), until.Unix(), 0}
		}
		err := s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
			statement, args := engine.Insertion(`beat (account_id, listened_until, at)`, rows)
			_, err := engine.Composed(tx).ExecContext(ctx,
				statement+` ON CONFLICT (account_id) DO UPDATE SET listened_until = excluded.listened_until`, args...)
			if err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `DELETE FROM beat WHERE listened_until < $1`, now.Add(-time.Hour).Unix())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Beats returns, for each account that is listened to on any node at an instant, when its tasks were
// last written, as far as that is told.
func (s *Store) Beats(ctx context.Context, now time.Time) ([]tickler.Beat, error) {
	rows, err := s.engine.Housekeeping().QueryContext(ctx,
		`SELECT account_id, at FROM beat WHERE listened_until >= $1`, now.Unix())
	return engine.Collect(rows, err, func(row engine.Row) (b tickler.Beat, err error) {
		var at int64
		if err = row.Scan(idColumn{&b.AccountID}, &at); at > 0 {
			b.At = time.UnixMilli(at).UTC()
		}
		return b, err
	})
}
