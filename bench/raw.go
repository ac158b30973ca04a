package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Raw creating: the rows of the sample over and over, under new ids, with nothing but a driver
// between this program and the database.

// insert returns the statement that writes a row of the sample.
func (s *seed) insert() string {
	places := make([]string, len(s.sample.columns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	return `INSERT INTO task (` + strings.Join(s.sample.columns, ", ") + `) VALUES (` + strings.Join(places, ", ") + `)`
}

func (s *seed) randomRow() []any { return s.again(s.sample.rows[rand.IntN(len(s.sample.rows))]) }

// rawSQLite opens a database with the store's durability.
func rawSQLite(file string) (*sql.DB, error) {
	options := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)"}}
	return sql.Open("sqlite", "file:"+file+"?"+options.Encode())
}

// createRawSQLite writes as fast as one connection can, and SQLite takes only one: a transaction
// holds a row of each client's, up to the writer's batch. No scheduling of the same clients could
// put more into one.
func (s *seed) createRawSQLite(
	ctx context.Context, db *sql.DB, clients int, duration time.Duration,
) (rate float64, err error) {
	ctx = context.WithoutCancel(ctx) // or the driver would watch it during each statement
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer drop(conn)
	insert, err := conn.PrepareContext(ctx, s.insert())
	if err != nil {
		return 0, err
	}
	defer func() { _ = insert.Close() }()
	rows := 0
	began := time.Now()
	for time.Since(began) < duration {
		if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
			return 0, err
		}
		for range min(clients, manyAtOnce) {
			if _, err := insert.ExecContext(ctx, s.randomRow()...); err != nil {
				return 0, err
			}
			rows++
		}
		if _, err := conn.ExecContext(ctx, `COMMIT`); err != nil {
			return 0, err
		}
	}
	return float64(rows) / time.Since(began).Seconds(), nil
}

// postgresConnections is how many tickler has at most: store.maxPostgresConnections.
const postgresConnections = 24

// createRawPostgres writes a row a statement on as many connections as tickler would have busy.
func (s *seed) createRawPostgres(
	ctx context.Context, db *sql.DB, clients int, duration time.Duration,
) (rate float64, err error) {
	ctx = context.WithoutCancel(ctx)
	var rows atomic.Int64
	began := time.Now()
	connections := min(clients, postgresConnections)
	err = concurrently(connections, connections, func(int) error {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer drop(conn)
		insert, err := conn.PrepareContext(ctx, s.insert())
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }()
		for time.Since(began) < duration {
			if _, err := insert.ExecContext(ctx, s.randomRow()...); err != nil {
				return err
			}
			rows.Add(1)
		}
		return nil
	})
	return float64(rows.Load()) / time.Since(began).Seconds(), err
}
