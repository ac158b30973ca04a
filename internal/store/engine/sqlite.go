package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"

	_ "modernc.org/sqlite" // the driver
)

// sqliteEngine has one connection that writes, a small pool that reads, since more readers than
// processors are slower, and a few more for housekeeping.
type sqliteEngine struct {
	writeDB *sql.DB
	writer  *writer
	reads   *readPool
	keeping *readPool
}

// housekeepers is how many connections read for the service itself. Its reads take microseconds.
const housekeepers = 2

// readers returns how many connections read for callers: at least two, so that a scan leaves one
// for others.
func readers() int { return max(2, runtime.GOMAXPROCS(0)) }

// readPool is a pool of read-only connections and the statements prepared on them.
type readPool struct {
	*prepared
	db *sql.DB
}

func openReadPool(ctx context.Context, path string, connections int) (*readPool, error) {
	db, err := openSQLiteDB(ctx, path, "deferred", "query_only(on)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &readPool{&prepared{conn: db}, db}, nil
}

func (p *readPool) close() error {
	p.prepared.close()
	return p.db.Close()
}

// checkpointPages is how many pages the write-ahead log holds before they are copied into the database: 8 MB.
// Creates touch the same pages of the indexes again and again, and those are copied once.
const checkpointPages = 2000

// openSQLite opens a file in WAL mode. synchronous=FULL makes every commit survive a power cut.
//
// The page cache is left as small as it comes: SQLite searches all of it at most commits, since a page of an
// index that was split has had a number beyond the end of the file for a while. With 64 MB that took an
// eighth of the time of a create.
func openSQLite(ctx context.Context, path string) (*sqliteEngine, error) {
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	writeDB, err := openSQLiteDB(ctx, path, "immediate", "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)",
		fmt.Sprintf("journal_size_limit(%d)", maxLog), fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages))
	if err != nil {
		return nil, err
	}
	reads, err := openReadPool(ctx, path, readers())
	if err != nil {
		return nil, errors.Join(err, writeDB.Close())
	}
	keeping, err := openReadPool(ctx, path, housekeepers)
	if err != nil {
		return nil, errors.Join(err, reads.close(), writeDB.Close())
	}
	return &sqliteEngine{writeDB: writeDB, writer: newWriter(writeDB, path), reads: reads, keeping: keeping}, nil
}

// createPrivate creates the file, if it does not exist, readable by its owner only; SQLite creates
// the files beside it with the same permissions.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	return file.Close()
}

// busyTimeout is how long a statement waits for a lock on the file, in milliseconds.
const busyTimeout = "busy_timeout(5000)"

func openSQLiteDB(ctx context.Context, path, txlock string, pragmas ...string) (*sql.DB, error) {
	options := url.Values{"_txlock": {txlock}, "_pragma": append([]string{busyTimeout}, pragmas...)}
	location := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", location.String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return db, nil
}

func (e *sqliteEngine) Write(ctx context.Context, u Unit) error { return e.writer.write(ctx, u.Run) }

func (e *sqliteEngine) Reader() Handle { return e.reads.prepared }

func (e *sqliteEngine) Housekeeping() Handle { return e.keeping.prepared }

func (e *sqliteEngine) Scans() int { return readers() - 1 }

func (e *sqliteEngine) Database() *sql.DB { return e.writeDB }

func (e *sqliteEngine) Dialect() Dialect { return sqliteDialect }

func (e *sqliteEngine) Close() error {
	e.writer.stop()
	return errors.Join(e.reads.close(), e.keeping.close(), e.writeDB.Close())
}
