package pgtest

import (
	"database/sql"
	"testing"
	"time"
)

// UntilWaiting returns when the given number of statements wait for a lock in a database. The test
// fails if there is an outcome before.
func UntilWaiting(t testing.TB, db *sql.DB, want int, outcome <-chan error) {
	t.Helper()
	const pause = 10 * time.Millisecond
	looks := time.NewTicker(pause)
	defer looks.Stop()
	for waiting := -1; waiting != want; {
		select {
		case err := <-outcome:
			t.Fatalf("came back with %v before %d statements waited", err, want)
		case <-looks.C:
		}
		err := db.QueryRowContext(t.Context(),
			`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
}
