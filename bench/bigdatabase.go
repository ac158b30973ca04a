package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"tickler"
)

// bigDatabase is an SQLite database of many tasks: each of its owners has as many, one due each
// hour from an instant on.
type bigDatabase struct {
	*seed  // of its owners' accounts alone
	owners []owner
	tasks  int
	first  time.Time
}

// owner is one of a bigDatabase: those of newBigDatabase have an account each, those of newCrowd
// share one.
type owner struct {
	account *account
	user    tickler.ID
}

const (
	bigOwners     = 300
	matchingTasks = 200 // that every Retrieve finds, however many there are
	// bigRateCalls is an account's rate limit: with so few accounts the usual one would be met.
	bigRateCalls = 1000
)

// newBigDatabase copies the seed's database and adds so many tasks.
func newBigDatabase(ctx context.Context, s *seed, folder string, tasks int) (*bigDatabase, error) {
	began := time.Now()
	if len(s.accounts) < bigOwners || tasks < bigOwners*matchingTasks {
		return nil, fmt.Errorf("-tasks, -peak: there have to be at least %d accounts with %d tasks each", bigOwners,
			matchingTasks)
	}
	file, err := s.copyTo(ctx, release{}, folder)
	if err != nil {
		return nil, err
	}
	b := &bigDatabase{
		seed:  &seed{file: file, keys: filepath.Join(folder, "keys"), sample: s.sample},
		tasks: tasks,
		first: time.Now().UTC().Truncate(24 * time.Hour).Add(48 * time.Hour), // no reminder of them is due meanwhile
	}
	for _, a := range s.accounts[:bigOwners] {
		a.users = a.users[:1]
		b.accounts = append(b.accounts, a)
	}
	for i := range b.accounts {
		b.owners = append(b.owners, owner{&b.accounts[i], b.accounts[i].users[0]})
	}
	if err := errors.Join(b.writeKeys(), b.addTasks(ctx)); err != nil {
		return nil, err
	}
	progress("%d tasks written to SQLite in %.1f s", tasks, time.Since(began).Seconds())
	return b, nil
}

func (b *bigDatabase) tasksPerOwner() int { return b.tasks / bigOwners }

// addTasks writes the tasks straight by SQL: rows of the sample under new ids, each task's owner
// another than its neighbour's, as they come in.
func (b *bigDatabase) addTasks(ctx context.Context) (err error) {
	db, err := sql.Open("sqlite",
		"file:"+b.file+"?_pragma=synchronous(off)&_pragma=cache_size(-1000000)&_pragma=temp_store(memory)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1) // temporary tables are seen by their own connection only
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range []string{
		`UPDATE account SET rate_calls = ` + fmt.Sprint(bigRateCalls),
		`CREATE TEMP TABLE owner (number INTEGER PRIMARY KEY, account_id BLOB, user_id BLOB, meeting BLOB, to_do BLOB)`,
		`CREATE TEMP TABLE sample AS SELECT row_number() OVER () - 1 AS number, * FROM task`,
		`CREATE INDEX temp.sample_number ON sample (number)`,
		`DELETE FROM main.task`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	for i, o := range b.owners {
		meeting, toDo := o.account.taskType("Meeting").ID, o.account.taskType("To-Do").ID
		if _, err := db.ExecContext(ctx, `INSERT INTO owner VALUES (?, ?, ?, ?, ?)`, i, o.account.Account.ID[:], o.user[:],
			meeting[:], toDo[:]); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, b.multiply()); err != nil {
		return fmt.Errorf("writing %d tasks: %w", b.tasks, err)
	}
	return nil
}

func (b *bigDatabase) multiply() string {
	values := make([]string, len(b.sample.columns))
	for i, column := range b.sample.columns {
		switch column {
		case "id": // in the order of time, as tickler's are
			values[i] = `CAST(unhex(printf('%012x', 1700000000000 + n)) || randomblob(10) AS BLOB)`
		case "account_id":
			values[i] = `owner.account_id`
		case "owner_id", "created_by", "modified_by":
			values[i] = `owner.user_id`
		case "type_id":
			values[i] = `CASE sample.category WHEN 0 THEN owner.meeting ELSE owner.to_do END`
		case "due_at", "end_at", "remind_at", "wake_at", "completed_at": // NULL stays NULL
			values[i] = fmt.Sprintf(`sample.%s - sample.due_at + %d + n / %d * 3600`, column, b.first.Unix(), bigOwners)
		default:
			values[i] = `sample.` + column
		}
	}
	return fmt.Sprintf(`
		WITH RECURSIVE series (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < %d)
		INSERT INTO main.task (%s) SELECT %s FROM series
		CROSS JOIN owner ON owner.number = n %% %d
		CROSS JOIN sample ON sample.number = n %% %d`,
		b.tasks, strings.Join(b.sample.columns, ", "), strings.Join(values, ", "), bigOwners, len(b.sample.rows))
}
