package store

import "embed"

//go:embed migrations
var migrations embed.FS

// dialect holds what the two engines say differently.
type dialect struct {
	name string // of the migrations' folder
	// shared: several nodes may work on the database.
	shared bool
	// now is the database's time in Unix microseconds.
	now string
	// lockTask keeps a selected task from others until the transaction ends, lockRow any one row; skipLocked also passes over
	// rows that others hold. SQLite has one writer and needs none of them.
	lockTask, lockRow, skipLocked string
	// rowsPerInsert is how many rows go into one statement at most. On Postgres each statement is a way there and back; SQLite
	// reads a statement of many rows anew each time, in a time that grows with the square of their values.
	rowsPerInsert int
	// takeCall are the rate limiter's statements: see rate_limit.go.
	takeCall, nextCall string
}

var sqliteDialect = dialect{name: "sqlite", rowsPerInsert: 1}

var postgresDialect = dialect{
	name:          "postgres",
	shared:        true,
	now:           `SELECT ` + microseconds,
	lockTask:      ` FOR UPDATE OF t`,
	lockRow:       ` FOR UPDATE`,
	skipLocked:    ` FOR UPDATE SKIP LOCKED`,
	rowsPerInsert: 100,
	takeCall: `
		INSERT INTO rate_log AS l (account_id, calls)
		VALUES ($1, ARRAY[` + microseconds + `])
		ON CONFLICT (account_id) DO UPDATE
			SET calls = l.calls[greatest(1, cardinality(l.calls) - CAST($2 AS integer) + 2):]
				|| greatest(` + microseconds + `, l.calls[cardinality(l.calls)])
			WHERE cardinality(l.calls) < $2
				OR l.calls[cardinality(l.calls) - $2 + 1] <= ` + microseconds + ` - CAST($3 AS bigint)
		RETURNING calls`,
	nextCall: `
		SELECT calls[greatest(1, cardinality(calls) - CAST($2 AS integer) + 1)] + CAST($3 AS bigint) - ` + microseconds + `
		FROM rate_log WHERE account_id = $1`,
}

// microseconds is Postgres's clock, read anew each time, after the row's lock is held.
const microseconds = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`
