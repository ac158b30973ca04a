package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/store"
)

// seed is what every database of a run starts with: accounts, and a few tasks as samples of rows.
type seed struct {
	file     string // the SQLite database
	keys     string // a file with a line for each account: access key, secret key and the users' ids
	accounts []account
	sample   sample
}

// account is one to create tasks in.
type account struct {
	tickler.FreshAccount
	secret string
	users  []tickler.ID
}

const (
	usersPerAccount = 3
	sampleTasks     = 1_000
	manyAtOnce      = 256 // the writer's batch
)

// accountsFor returns twice as many accounts as can share a rate without any of them reaching its
// limit: the limiter counts every call and refuses none.
func accountsFor(rate int) int {
	perSecond := float64(tickler.DefaultRateLimit.Calls) / tickler.DefaultRateLimit.Window.Seconds()
	return int(2 * float64(rate) / perSecond)
}

// newSeed fills an SQLite database through the store.
func newSeed(ctx context.Context, folder string, accounts int) (*seed, error) {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	s := &seed{
		file: filepath.Join(folder, "tickler.db"), keys: filepath.Join(folder, "keys"),
		accounts: make([]account, accounts),
	}
	db, err := store.Open(ctx, s.file)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.fill(ctx, db), db.Close()); err != nil {
		return nil, err
	}
	if s.sample, err = readSample(ctx, s.file); err != nil {
		return nil, err
	}
	return s, s.writeKeys()
}

func (s *seed) fill(ctx context.Context, db *store.Store) error {
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	err := concurrently(manyAtOnce, len(s.accounts), func(i int) (err error) {
		s.accounts[i], err = createAccount(ctx, db, i, now)
		return err
	})
	if err != nil {
		return err
	}
	return concurrently(manyAtOnce, sampleTasks, func(int) error {
		return db.CreateTask(ctx, s.randomTask())
	})
}

// createAccount does what app.CreateAccount does, without the password that takes so long to hash.
func createAccount(ctx context.Context, db *store.Store, number int, now time.Time) (account, error) {
	id, key, secret := newID(), rand.Text(), rand.Text()+rand.Text()
	user := func(name string) tickler.User {
		return tickler.User{
			ID: newID(), AccountID: id, FirstName: name, Email: fmt.Sprintf("%s@account-%d.example", name, number),
			Role: tickler.Administrator, Active: true, CreatedAt: now,
		}
	}
	admin := user("admin")
	a := account{secret: secret, users: []tickler.ID{admin.ID}, FreshAccount: tickler.FreshAccount{
		Account: tickler.Account{ID: id, Zone: time.UTC, RateLimit: tickler.DefaultRateLimit, CreatedAt: now},
		Admin:   admin,
		Key: tickler.AccessKey{
			ID: newID(), AccountID: id, UserID: admin.ID, Key: key,
			SecretHash: tickler.HashSecret(secret), CreatedAt: now,
		},
		TaskTypes: tickler.FreshTaskTypes(),
	}}
	for i := range a.TaskTypes {
		t := &a.TaskTypes[i]
		t.ID, t.AccountID, t.CreatedAt = newID(), id, now
	}
	err := db.CreateAccount(ctx, a.FreshAccount)
	for i := 1; i < usersPerAccount && err == nil; i++ {
		other := user(fmt.Sprintf("user-%d", i))
		a.users = append(a.users, other.ID)
		err = db.CreateUser(ctx, other, "")
	}
	return a, err
}

// writeKeys tells wrk's script whom to call for.
func (s *seed) writeKeys() error {
	file, err := os.Create(s.keys)
	if err != nil {
		return err
	}
	lines := bufio.NewWriter(file)
	for _, a := range s.accounts {
		words := []string{a.Key.Key, a.secret}
		for _, user := range a.users {
			words = append(words, user.String())
		}
		fmt.Fprintln(lines, strings.Join(words, " "))
	}
	return errors.Join(lines.Flush(), file.Close())
}

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// concurrently does something for each of the numbers below total, on so many goroutines. After a
// fault it ends soon.
func concurrently(goroutines, total int, do func(i int) error) error {
	numbers := make(chan int)
	faults := make(chan error, goroutines)
	var working sync.WaitGroup
	for range goroutines {
		working.Go(func() {
			var fault error
			for i := range numbers {
				if fault == nil {
					fault = do(i)
				}
			}
			faults <- fault
		})
	}
	for i := range total {
		numbers <- i
	}
	close(numbers)
	working.Wait()
	close(faults)
	var all error
	for fault := range faults {
		all = errors.Join(all, fault)
	}
	return all
}

// sample is rows of the task table as tickler wrote them, so that what writes them again needs to
// know little of them.
type sample struct {
	columns []string
	rows    [][]any
}

func readSample(ctx context.Context, file string) (s sample, err error) {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return s, err
	}
	defer drop(db)
	return readTable(ctx, db, "task")
}

// readTable reads every row of a table.
func readTable(ctx context.Context, db *sql.DB, name string) (s sample, err error) {
	if s.columns, err = columnsOf(ctx, db, name); err != nil {
		return s, err
	}
	t, err := openTable(ctx, db, name, s.columns)
	if err != nil {
		return s, err
	}
	defer drop(t.rows)
	for {
		row, err := t.next()
		if row == nil || err != nil {
			return s, err
		}
		s.rows = append(s.rows, row)
	}
}

// table reads some columns of a table, row by row.
type table struct {
	rows    *sql.Rows
	columns []string
}

func openTable(ctx context.Context, db *sql.DB, name string, columns []string) (table, error) {
	rows, err := db.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+name) //nolint:rowserrcheck // next does
	return table{rows, columns}, err
}

// next returns nil after the last row.
func (t table) next() ([]any, error) {
	if !t.rows.Next() {
		return nil, t.rows.Err()
	}
	row := make([]any, len(t.columns))
	into := make([]any, len(row))
	for i := range row {
		into[i] = &row[i]
	}
	return row, t.rows.Scan(into...)
}
