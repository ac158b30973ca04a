package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxPostgresConnections is one node's share of the server's connections. More than a few per processor of the server
// are slower; Postgres admits 100 unless told otherwise.
const maxPostgresConnections = 24

// postgresEngine is a pool of connections; every unit is a transaction of its own.
type postgresEngine struct{ db *sql.DB }

// openPostgres opens the database of a URL. Behind PgBouncer in transaction mode, the URL wants
// default_query_exec_mode=cache_describe.
func openPostgres(ctx context.Context, url string) (*postgresEngine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database URL can't be read: expected postgres://user:password@host:5432/database")
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxPostgresConnections)
	db.SetMaxIdleConns(maxPostgresConnections)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connecting to Postgres at %s: %w", config.Host, err), db.Close())
	}
	return &postgresEngine{db: db}, nil
}

// write runs the unit. When the connection is lost, whether it took effect is unknown; a repeatable unit is then run
// again, which waits for what the first one may still be doing.
func (e *postgresEngine) write(ctx context.Context, u unit) error {
	err := e.attempt(ctx, u)
	if err != nil && u.repeatable && isLostConnection(err) && ctx.Err() == nil {
		err = e.attempt(ctx, u)
	}
	return err
}

func (e *postgresEngine) attempt(ctx context.Context, u unit) error {
	if u.single {
		return u.run(ctx, e.db)
	}
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := u.run(ctx, tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func (e *postgresEngine) reader() handle { return e.db }

func (e *postgresEngine) database() *sql.DB { return e.db }

func (e *postgresEngine) close() error { return e.db.Close() }

// ignoreDone passes over the answer of a transaction that has ended already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
