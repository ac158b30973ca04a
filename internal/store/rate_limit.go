package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// TakeCall admits a call of the account if fewer than limit.Calls were admitted in the window that
// ends now, by the database's clock. The account's row holds the last admitted instants; its lock
// serializes the calls of all nodes, and a refused call changes nothing. Only a shared database has
// it: see package ratelimit for a single node.
func (s *Store) TakeCall(
	ctx context.Context, account tickler.ID, limit tickler.RateLimit,
) (tickler.RateVerdict, error) {
	db := s.engine.Reader()
	window := limit.Window.Microseconds()
	for {
		var calls []int64
		take := engine.Statement{
			Query: takeCall, Args: []any{idArg(account), limit.Calls, window},
			Into: []any{&calls}, Row: account,
		}
		err := s.engine.Write(ctx, engine.Unit{Single: &take, Fleeting: true})
		if err == nil {
			return admitted(calls, limit), nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return tickler.RateVerdict{}, engine.Classify(err)
		}
		var reset sql.NullInt64
		err = db.QueryRowContext(ctx, nextCall, idArg(account), limit.Calls, window).Scan(&reset)
		if errors.Is(err, sql.ErrNoRows) { // a crash of the database has just emptied the unlogged table
			continue
		}
		if err != nil {
			return tickler.RateVerdict{}, engine.Classify(err)
		}
		if reset.Int64 > 0 { // else a place has come free between the two statements
			return tickler.RateVerdict{Reset: time.Duration(reset.Int64) * time.Microsecond}, nil
		}
	}
}

// The limiter's statements, for Postgres only: microseconds is its clock, read after the row's lock
// is held.
const (
	microseconds = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`
	takeCall     = `
		INSERT INTO rate_log AS l (account_id, calls)
		VALUES ($1, ARRAY[` + microseconds + `])
		ON CONFLICT (account_id) DO UPDATE
			SET calls = l.calls[greatest(1, cardinality(l.calls) - CAST($2 AS integer) + 2):]
				|| greatest(` + microseconds + `, l.calls[cardinality(l.calls)])
			WHERE cardinality(l.calls) < $2
				OR l.calls[cardinality(l.calls) - $2 + 1] <= ` + microseconds + ` - CAST($3 AS bigint)
		RETURNING calls`
	nextCall = `
		SELECT calls[greatest(1, cardinality(calls) - CAST($2 AS integer) + 1)] + CAST($3 AS bigint)
			- ` + microseconds + `
		FROM rate_log WHERE account_id = $1`
)

// admitted returns the verdict on the call that is the last in an account's log.
func admitted(calls []int64, limit tickler.RateLimit) tickler.RateVerdict {
	window := limit.Window.Microseconds()
	now := calls[len(calls)-1]
	for calls[0] <= now-window {
		calls = calls[1:]
	}
	return tickler.RateVerdict{
		Admitted: true, Remaining: limit.Calls - len(calls),
		Reset: time.Duration(calls[0]+window-now) * time.Microsecond,
	}
}
