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

// sqliteEngine has one connection that writes and a small pool that reads: more readers than processors are slower.
type sqliteEngine struct {
	writeDB *sql.DB
	writer  *writer
	readDB  *sql.DB
	reads   *prepared
}

// openSQLite opens a file in WAL mode. synchronous=FULL makes every commit survive a power cut.
func openSQLite(ctx context.Context, path string) (*sqliteEngine, error) {
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	writeDB, err := openSQLiteDB(ctx, path, "immediate", "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)")
	if err != nil {
		return nil, err
	}
	readDB, err := openSQLiteDB(ctx, path, "deferred", "query_only(on)")
	if err != nil {
		return nil, errors.Join(err, writeDB.Close())
	}
	readDB.SetMaxOpenConns(runtime.GOMAXPROCS(0))
	readDB.SetMaxIdleConns(runtime.GOMAXPROCS(0))
	e := &sqliteEngine{writeDB: writeDB, readDB: readDB, reads: &prepared{conn: readDB}}
	e.writer = newWriter(writeDB)
	return e, nil
}

// createPrivate makes the file, if it is not there, so that only its owner can read it; SQLite gives the files beside it
// the same rights.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	return file.Close()
}

func openSQLiteDB(ctx context.Context, path, txlock string, pragmas ...string) (*sql.DB, error) {
	options := url.Values{"_txlock": {txlock}, "_pragma": append([]string{"busy_timeout(5000)"}, pragmas...)}
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

func (e *sqliteEngine) Reader() Handle { return e.reads }

func (e *sqliteEngine) Database() *sql.DB { return e.writeDB }

func (e *sqliteEngine) Dialect() Dialect { return sqliteDialect }

func (e *sqliteEngine) Close() error {
	e.writer.stop()
	e.reads.close()
	return errors.Join(e.readDB.Close(), e.writeDB.Close())
}
