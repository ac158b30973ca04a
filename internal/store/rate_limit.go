package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tickler"
)

// TakeCall admits a call of the account's if fewer than limit.Calls were admitted in the window that ends now, by the
// database's clock. The account's row holds the last admitted instants; its lock puts the calls of all nodes in one
// line, and a refused call changes nothing. Only a shared database has this: see package ratelimit for one node.
func (s *Store) TakeCall(ctx context.Context, account tickler.ID, limit tickler.RateLimit) (tickler.RateVerdict, error) {
	db := s.engine.reader()
	window := limit.Window.Microseconds()
	for {
		var calls []int64
		take := statement{
			query: s.dialect.takeCall, args: []any{idArg(account), limit.Calls, window},
			into: []any{&calls}, row: account,
		}
		err := s.engine.write(ctx, unit{single: &take, fleeting: true})
		if err == nil {
			return admitted(calls, limit), nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return tickler.RateVerdict{}, classify(err)
		}
		var reset sql.NullInt64
		err = db.QueryRowContext(ctx, s.dialect.nextCall, idArg(account), limit.Calls, window).Scan(&reset)
		if errors.Is(err, sql.ErrNoRows) { // a crash of the database has just emptied the unlogged table
			continue
		}
		if err != nil {
			return tickler.RateVerdict{}, classify(err)
		}
		if reset.Int64 > 0 { // else a place has come free between the two statements
			return tickler.RateVerdict{Reset: time.Duration(reset.Int64) * time.Microsecond}, nil
		}
	}
}

// admitted is the verdict of a call that is the last one of an account's log.
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
