package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"tickler/internal/civil"
)

// shelf is a running server over many tasks, and the same database without it.
type shelf struct {
	*bigDatabase
	engine string
	server *server
	raw    *sql.DB // nil for a release of before
}

const (
	retrieveClients = 16
	retrievedRows   = 50
)

// retrieveCell is a place in the table.
type retrieveCell struct {
	engine string
	tasks  int
	kind   kind
}

// retrieves holds every round's figures.
type retrieves map[retrieveCell][]figures

// measureRetrieve measures one engine after the other, and of each the two sizes side by side.
func measureRetrieve(ctx context.Context, o options, releases []release, databases []*bigDatabase) (retrieves, error) {
	all := retrieves{}
	for _, name := range o.engines {
		open := openSQLiteShelves
		if name == "postgres" {
			open = openPostgresShelves
		}
		shelves, closeAll, err := open(ctx, releases, databases)
		if err == nil {
			err = all.measure(ctx, o, shelves)
		}
		if err := errors.Join(err, closeAll()); err != nil {
			return nil, fmt.Errorf("%s, retrieve: %w", name, err)
		}
	}
	return all, nil
}

func openSQLiteShelves(
	ctx context.Context, releases []release, databases []*bigDatabase,
) (shelves []*shelf, closeAll func() error, err error) {
	closeAll = func() error { return closeShelves(shelves) }
	for _, b := range databases {
		for _, r := range releases {
			s := &shelf{bigDatabase: b, engine: "SQLite" + r.suffix}
			shelves = append(shelves, s)
			if err := s.openSQLite(ctx, r); err != nil {
				return shelves, closeAll, err
			}
		}
	}
	return shelves, closeAll, nil
}

func (s *shelf) openSQLite(ctx context.Context, r release) (err error) {
	file := s.file
	if r.suffix == before {
		if file, err = s.copyTo(ctx, r, filepath.Join(filepath.Dir(file), "before")); err != nil {
			return err
		}
	}
	if err := readWhole(file); err != nil { // pages that are asked for are soon in the machine's memory
		return err
	}
	if s.server, err = startServer(ctx, r.binary, "TICKLER_DATA="+filepath.Dir(file)); err != nil ||
		r.suffix == before {
		return err
	}
	if s.raw, err = rawSQLite(file); err != nil {
		return err
	}
	s.raw.SetMaxOpenConns(runtime.GOMAXPROCS(0)) // more are slower
	s.raw.SetMaxIdleConns(runtime.GOMAXPROCS(0))
	return nil
}

func readWhole(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer drop(file)
	_, err = io.Copy(io.Discard, file)
	return err
}

func openPostgresShelves(
	ctx context.Context, releases []release, databases []*bigDatabase,
) (shelves []*shelf, closeAll func() error, err error) {
	cluster, err := startPostgres()
	if err != nil {
		return nil, func() error { return nil }, err
	}
	closeAll = func() error { return errors.Join(closeShelves(shelves), cluster.stop()) }
	for _, b := range databases {
		for i, r := range releases {
			s := &shelf{bigDatabase: b, engine: "Postgres" + r.suffix}
			shelves = append(shelves, s)
			location, err := cluster.create(ctx, fmt.Sprintf("bench_%d_%d", b.tasks, i), "")
			if err == nil {
				err = s.openPostgres(ctx, r, location)
			}
			if err != nil {
				return shelves, closeAll, err
			}
		}
	}
	return shelves, closeAll, nil
}

func (s *shelf) openPostgres(ctx context.Context, r release, location string) (err error) {
	began := time.Now()
	if err := copyToPostgres(ctx, r, s.file, location); err != nil {
		return err
	}
	progress("%d tasks written to %s in %.1f s", s.tasks, s.engine, time.Since(began).Seconds())
	if s.server, err = startServer(ctx, r.binary, "TICKLER_DATABASE_URL="+location); err != nil || r.suffix == before {
		return err
	}
	if s.raw, err = sql.Open("pgx", location); err != nil {
		return err
	}
	s.raw.SetMaxIdleConns(retrieveClients)
	return nil
}

func closeShelves(shelves []*shelf) (all error) {
	for _, s := range shelves {
		if s.raw != nil {
			all = errors.Join(all, s.raw.Close())
		}
		if s.server != nil {
			all = errors.Join(all, s.server.stop())
		}
	}
	return all
}

// measure lets each size and each kind have its turn in every round.
func (all retrieves) measure(ctx context.Context, o options, shelves []*shelf) error {
	for _, s := range shelves {
		if err := errors.Join(s.server.warmUp(ctx, s.accounts), s.check(ctx)); err != nil {
			return err
		}
	}
	for round := range o.rounds {
		for _, s := range inTurn(shelves, round) {
			if err := all.measureShelf(ctx, o, s, round); err != nil {
				return err
			}
		}
	}
	return nil
}

func (all retrieves) measureShelf(ctx context.Context, o options, s *shelf, round int) error {
	sent, err := wrk(ctx, s.seed, s.server.address, "retrieve", retrieveClients, o.duration,
		strconv.FormatInt(s.first.Unix(), 10), strconv.Itoa(s.tasksPerOwner()))
	if err != nil {
		return fmt.Errorf("%w\n%s", err, s.server.log.text())
	}
	all.add(s, overHTTP, sent.figures())
	words := fmt.Sprintf("http %.0f/s", sent.figures().rate)
	if s.raw != nil {
		raw, err := s.readRaw(ctx, o.duration)
		if err != nil {
			return err
		}
		all.add(s, bare, raw)
		words += fmt.Sprintf(", raw %.0f/s", raw.rate)
	}
	progress("round %d of %d, %s, retrieve among %d tasks: %s", round+1, o.rounds, s.engine, s.tasks, words)
	return nil
}

func (all retrieves) add(s *shelf, k kind, f figures) {
	at := retrieveCell{s.engine, s.tasks, k}
	all[at] = append(all[at], f)
}

// check looks whether a call finds what it should.
func (s *shelf) check(ctx context.Context) error {
	from, to := s.dueRange()
	text, err := s.server.call(ctx, http.DefaultClient, s.accounts[0], http.MethodPost, "/v2/Task.svc/Retrieve",
		fmt.Sprintf(
			`{"Parameter":{"LookupName":"OwnerId","LookupValue":"%s","FromDate":"%s","ToDate":"%s"},`+
				`"Paging":{"Offset":0,"RowCount":%d}}`,
			s.accounts[0].users[0], civil.FormatInstant(from), civil.FormatInstant(to), retrievedRows))
	if err != nil {
		return err
	}
	var page struct {
		RecordCount int
		List        []json.RawMessage
	}
	if err := json.Unmarshal(text, &page); err != nil {
		return err
	}
	if page.RecordCount != matchingTasks || len(page.List) != retrievedRows {
		return fmt.Errorf("a call found %d tasks and gave %d", page.RecordCount, len(page.List))
	}
	return nil
}

// dueRange is one in which each owner has as many tasks as are to be found.
func (s *shelf) dueRange() (from, to time.Time) {
	from = s.first.Add(time.Duration(rand.IntN(s.tasksPerOwner()-matchingTasks+1)) * time.Hour)
	return from, from.Add((matchingTasks - 1) * time.Hour)
}

// The two statements of a Retrieve.
const (
	rawMatching = ` FROM task AS t WHERE t.account_id = $1 AND t.owner_id = $2 AND t.due_at >= $3 AND t.due_at <= $4`
	rawCount    = `SELECT count(*)` + rawMatching
	rawPage     = `
		SELECT t.*, CASE t.related_kind
			WHEN 1 THEN (SELECT l.first_name || ' ' || l.last_name FROM lead AS l
				WHERE l.account_id = t.account_id AND l.id = t.related_id)
			WHEN 5 THEN (SELECT o.name FROM opportunity AS o WHERE o.account_id = t.account_id AND o.id = t.related_id)
		END` + rawMatching + ` ORDER BY t.due_at, t.id LIMIT $5 OFFSET $6`
)

// readRaw reads counts and pages by bare database/sql, in as many goroutines as there are clients
// over HTTP.
func (s *shelf) readRaw(ctx context.Context, duration time.Duration) (f figures, err error) {
	ctx = context.WithoutCancel(ctx) // or the driver would watch it during each statement
	count, err := s.raw.PrepareContext(ctx, rawCount)
	if err != nil {
		return f, err
	}
	defer drop(count)
	page, err := s.raw.PrepareContext(ctx, rawPage)
	if err != nil {
		return f, err
	}
	defer drop(page)
	var reads atomic.Int64
	began := time.Now()
	err = concurrently(retrieveClients, retrieveClients, func(int) error {
		for ; time.Since(began) < duration; reads.Add(1) {
			if err := s.readRawPage(ctx, count, page); err != nil {
				return err
			}
		}
		return nil
	})
	f.rate = float64(reads.Load()) / time.Since(began).Seconds()
	return f, err
}

func (s *shelf) readRawPage(ctx context.Context, count, page *sql.Stmt) error {
	a := &s.accounts[rand.IntN(len(s.accounts))]
	from, to := s.dueRange()
	args := []any{a.Account.ID[:], a.users[0][:], from.Unix(), to.Unix()}
	var total int
	if err := count.QueryRowContext(ctx, args...).Scan(&total); err != nil {
		return err
	}
	rows, err := page.QueryContext(ctx, append(args, retrievedRows, 0)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	row, read := make([]any, len(s.sample.columns)+2), 0 // and the task's number and the name of what it is tied to
	into := make([]any, len(row))
	for i := range row {
		into[i] = &row[i]
	}
	for ; rows.Next(); read++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	if total != matchingTasks || read != retrievedRows {
		return fmt.Errorf("raw statements found %d tasks and gave %d", total, read)
	}
	return rows.Err()
}

// The aims of Retrieve.
const (
	aimedRetrieve = 0.5 // of the raw rate
	aimedGrowth   = 1.3 // times as long with ten times the tasks
)

func printRetrieve(o options, all retrieves) {
	sizes := o.sizes()
	fmt.Printf(
		"\nRetrieve of %d tasks of the %d that one owner has in a time, %d clients: medians of %d rounds of %s\n\n",
		retrievedRows, matchingTasks, retrieveClients, o.rounds, o.duration)
	fmt.Println("| Engine          |    Tasks | HTTP/s | p50 ms | p99 ms |  Raw/s | HTTP/raw |")
	fmt.Println("|-----------------|---------:|-------:|-------:|-------:|-------:|---------:|")
	for _, engine := range rowNames {
		for _, tasks := range sizes {
			if http, raw := all[retrieveCell{engine, tasks, overHTTP}],
				all[retrieveCell{engine, tasks, bare}]; http != nil {
				fmt.Printf("| %-15s | %8d | %6s | %6s | %6s | %6s | %8s |\n", engine, tasks, rateText(http),
					timeText(http, func(f figures) time.Duration { return f.p50 }),
					timeText(http, func(f figures) time.Duration { return f.p99 }),
					rateText(raw), ratioText(http, raw))
			}
		}
	}
	fmt.Println()
	for _, engine := range engineNames {
		few, many := all[retrieveCell{engine, sizes[0], overHTTP}], all[retrieveCell{engine, sizes[1], overHTTP}]
		if many == nil {
			continue
		}
		for _, tasks := range sizes {
			ratio := ratioOf(all[retrieveCell{engine, tasks, overHTTP}], all[retrieveCell{engine, tasks, bare}])
			printAgainst(fmt.Sprintf("%s, retrieve, %d tasks", engine, tasks),
				all[retrieveCell{engine, tasks, overHTTP}],
				all[retrieveCell{engine + before, tasks, overHTTP}])
			printAim(fmt.Sprintf("%s, retrieve, %d tasks: HTTP/raw", engine, tasks), fmt.Sprintf("%.2f", ratio),
				fmt.Sprintf("at least %.2f", aimedRetrieve), ratio >= aimedRetrieve)
		}
		growth := ratioOf(few, many)
		printAim(fmt.Sprintf("%s, retrieve: %d/%d tasks' time", engine, sizes[1], sizes[0]),
			fmt.Sprintf("%.2f", growth),
			fmt.Sprintf("at most %.2f", aimedGrowth), growth <= aimedGrowth)
	}
}
