package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tickler"
)

// retrySoon is how long a caller is asked to wait when the store can't serve them.
const retrySoon = time.Second

// errClosed is what a write gets after Close.
var errClosed = errors.New("the store is closed")

// Classify turns a transient fault of the database into KindUnavailable, by the driver's code and
// never by its text. Other errors stay as they are.
func Classify(err error) error {
	switch {
	case err == nil, tickler.KindOf(err) != 0, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errClosed),
		isSQLiteFault(err), isPostgresFault(err), isLostConnection(err):
		return tickler.Unavailable(retrySoon, err)
	default:
		return err
	}
}

// isSQLiteFault reports whether err is a fault of the disk or a lock held too long, and not a
// mistake of ours.
func isSQLiteFault(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT,
		sqlite3.SQLITE_NOTADB:
		return true
	}
	return false
}

// isPostgresFault reports whether err is a fault of the server, by the class of its SQLSTATE
// (PostgreSQL manual, appendix A).
func isPostgresFault(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || len(e.Code) != 5 {
		return false
	}
	switch e.Code[:2] {
	case "08", // connection
		"40", // serialization failure, deadlock
		"53", // no disk, memory or connections left
		"55", // lock not available
		"57", // shutting down, cancelled
		"58": // system error
		return true
	}
	return e.Code == "25006" // a standby: read-only
}

// isLostConnection reports whether the database could not be reached, or the connection broke, so
// that the outcome is unknown.
func isLostConnection(err error) bool {
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return true
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (strings.HasPrefix(e.Code, "08") || e.Code == "57P01" || e.Code == "57P02" || e.Code == "57P03")
}

// IsUniqueViolation reports whether err says that a row with the same unique key exists.
func IsUniqueViolation(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}
