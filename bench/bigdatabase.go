package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// addTasks writes so many tasks to an SQLite database straight by SQL: rows of the sample under new ids, spread evenly
// over all users, each task's owner far from its neighbour's, as they come in.
func (s *seed) addTasks(ctx context.Context, file string, tasks int) (err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(off)&_pragma=cache_size(-1000000)&_pragma=temp_store(memory)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1) // temporary tables are seen by their own connection only
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range []string{
		`CREATE TEMP TABLE owner (number INTEGER PRIMARY KEY, account_id BLOB, user_id BLOB)`,
		`INSERT INTO owner SELECT row_number() OVER () - 1, account_id, id FROM app_user`,
		`CREATE TEMP TABLE sample AS SELECT row_number() OVER () - 1 AS number, * FROM task`,
		`CREATE INDEX temp.sample_number ON sample (number)`,
		s.multiply(tasks),
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("writing %d tasks: %w", tasks, err)
		}
	}
	return nil
}

func (s *seed) multiply(tasks int) string {
	const later = `(n * 31 % (90 * 24 * 60)) * 60`
	values := make([]string, len(s.sample.columns))
	for i, column := range s.sample.columns {
		switch column {
		case "id": // in the order of time, as tickler's are
			values[i] = `CAST(unhex(printf('%012x', 1700000000000 + n)) || randomblob(10) AS BLOB)`
		case "account_id":
			values[i] = `owner.account_id`
		case "owner_id", "created_by", "modified_by":
			values[i] = `owner.user_id`
		case "due_at", "end_at", "remind_at", "wake_at":
			values[i] = `sample.` + column + ` + ` + later // NULL stays NULL
		default:
			values[i] = `sample.` + column
		}
	}
	const coprime = 7919 // to the number of owners
	return fmt.Sprintf(`
		WITH RECURSIVE series (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < %d)
		INSERT INTO main.task (%s) SELECT %s FROM series
		CROSS JOIN owner ON owner.number = n * %d %% %d
		CROSS JOIN sample ON sample.number = n %% %d`,
		tasks, strings.Join(s.sample.columns, ", "), strings.Join(values, ", "),
		coprime, len(s.accounts)*usersPerAccount, len(s.sample.rows))
}
