package engine

// Dialect holds what the two engines say differently.
type Dialect struct {
	Name string // of the folder of its migrations
	// Shared: several nodes may work on the database.
	Shared bool
	// Microseconds is the expression for the database's time in Unix microseconds, read afresh at
	// each evaluation; empty where the database runs on this machine's clock.
	Microseconds string
	// LockRow locks the selected rows until the transaction ends, and SkipLocked also skips rows
	// that others have locked. SQLite has one writer and needs neither.
	LockRow, SkipLocked string
	// LockText takes a lock on a text, $1, until the transaction ends. It is empty where there is
	// one writer.
	LockText string
	// RowsPerInsert is how many rows go into one statement at most. On Postgres each statement is a
	// round trip; SQLite parses a statement of many rows anew each time, in a time that grows with
	// the square of their values.
	RowsPerInsert int
}

// LockRowsOf is LockRow for the rows of one table of several, by its alias.
func (d Dialect) LockRowsOf(alias string) string {
	if d.LockRow == "" {
		return ""
	}
	return d.LockRow + " OF " + alias
}

// SkipLockedOf is SkipLocked for the rows of one table of several, by its alias.
func (d Dialect) SkipLockedOf(alias string) string {
	if d.SkipLocked == "" {
		return ""
	}
	return d.LockRowsOf(alias) + " SKIP LOCKED"
}

var sqliteDialect = Dialect{Name: "sqlite", RowsPerInsert: 1}

var postgresDialect = Dialect{
	Name:          "postgres",
	Shared:        true,
	Microseconds:  `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`,
	LockRow:       ` FOR UPDATE`,
	SkipLocked:    ` FOR UPDATE SKIP LOCKED`,
	LockText:      `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`,
	RowsPerInsert: 100,
}
