package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxPostgresConnections is one node's share of the server's connections. More than a few per
// processor of the server are slower; Postgres admits 100 by default.
const maxPostgresConnections = 24

// lastingBatches is how many batches of single statements may wait for the disk at once: with only
// one, all other statements would wait for it.
const lastingBatches = 4

// postgresEngine is a pool of connections. Every unit is a transaction of its own or, if it is a
// single statement, part of a batch.
type postgresEngine struct {
	db       *sql.DB
	lasting  *group       // single statements
	fleeting *group       // those that may be lost and so don't wait for the disk
	lostAt   atomic.Int64 // when a connection was last lost, in Unix nanoseconds
}

// openPostgres opens the database of a URL. Behind PgBouncer in transaction mode, the URL needs
// default_query_exec_mode=cache_describe.
func openPostgres(ctx context.Context, url string) (*postgresEngine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("could not read the database URL: expected postgres://user:password@host:5432/database")
	}
	e := &postgresEngine{}
	e.db = stdlib.OpenDB(*config, stdlib.OptionShouldPing(e.isSuspect))
	e.lasting, e.fleeting = newGroup(e.db, lastingBatches), newGroup(e.db, 1)
	e.db.SetMaxOpenConns(maxPostgresConnections)
	e.db.SetMaxIdleConns(maxPostgresConnections)
	if err := e.db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to Postgres at %s: %w", config.Host, err), e.db.Close())
	}
	return e, nil
}

// isSuspect reports whether a pooled connection must answer a ping before it is used: when it was
// idle for a second, or has been idle since another was lost, since what ended that one may have
// ended all.
func (e *postgresEngine) isSuspect(_ context.Context, conn stdlib.ShouldPingParams) bool {
	return conn.IdleDuration > time.Second || conn.IdleDuration > time.Since(time.Unix(0, e.lostAt.Load()))
}

// Write runs the unit. When the connection is lost, it is unknown whether the unit took effect; a
// repeatable unit then runs again, which waits for what the first run may still be doing.
func (e *postgresEngine) Write(ctx context.Context, u Unit) error {
	err := e.attempt(ctx, u)
	if !isLostConnection(err) {
		return err
	}
	e.lostAt.Store(time.Now().UnixNano())
	if u.Repeatable && ctx.Err() == nil {
		err = e.attempt(ctx, u)
	}
	return err
}

func (e *postgresEngine) attempt(ctx context.Context, u Unit) error {
	switch {
	case u.Single != nil && u.Fleeting:
		return e.fleeting.do(ctx, *u.Single)
	case u.Single != nil:
		return e.lasting.do(ctx, *u.Single)
	}
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if err := u.Run(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (e *postgresEngine) Reader() Handle { return e.db }

func (e *postgresEngine) Housekeeping() Handle { return e.db }

func (e *postgresEngine) Scans() int { return maxPostgresConnections - 1 }

func (e *postgresEngine) Database() *sql.DB { return e.db }

func (e *postgresEngine) Dialect() Dialect { return postgresDialect }

func (e *postgresEngine) Close() error {
	e.lasting.wait()
	e.fleeting.wait()
	return e.db.Close()
}
