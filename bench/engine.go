package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"tickler/internal/store"
)

// engine is one kind of database with all that is measured on it. Each kind of creating has a
// database of its own, which grows as fast as its neighbours'.
type engine struct {
	name    string
	release release
	seed    *seed
	server  *server
	behind  *sql.DB      // the server's database, for counting
	store   *store.Store // nil for a release of before
	raw     *sql.DB      // the same
	// createRaw is one raw measurement.
	createRaw func(ctx context.Context, db *sql.DB, clients int, duration time.Duration) (float64, error)
	cluster   *cluster // nil on SQLite
}

// openEngines opens those that the command line names, each for every release.
func openEngines(
	ctx context.Context, o options, folder string, releases []release, seed *seed,
) (engines []*engine, err error) {
	for _, name := range o.engines {
		for _, r := range releases {
			e, err := openEngine(ctx, name, folder, r, seed)
			if err != nil {
				return nil, errors.Join(err, closeEngines(engines))
			}
			engines = append(engines, e)
		}
	}
	return engines, nil
}

// ofThisVersion leaves those of before out.
func ofThisVersion(engines []*engine) []*engine {
	return slices.DeleteFunc(slices.Clone(engines), func(e *engine) bool { return e.release.suffix == before })
}

func closeEngines(engines []*engine) (all error) {
	for _, e := range engines {
		all = errors.Join(all, e.close())
	}
	return all
}

func openEngine(ctx context.Context, name, folder string, r release, seed *seed) (e *engine, err error) {
	switch e = (&engine{release: r, seed: seed}); name {
	case "sqlite":
		err = e.openSQLite(ctx, filepath.Join(folder, "sqlite"+r.suffix))
	case "postgres":
		err = e.openPostgres(ctx)
	default:
		return nil, fmt.Errorf("-engines: there is no engine %q", name)
	}
	if err == nil {
		err = e.server.warmUp(ctx, seed.accounts)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", e.name, err), e.close())
	}
	return e, nil
}

func (e *engine) openSQLite(ctx context.Context, folder string) (err error) {
	e.name, e.createRaw = "SQLite"+e.release.suffix, e.seed.createRawSQLite
	files := map[kind]string{}
	for _, k := range e.release.kinds() {
		if files[k], err = e.seed.copyTo(ctx, e.release, filepath.Join(folder, string(k))); err != nil {
			return err
		}
	}
	if e.server, err = startServer(ctx, e.release.binary, "TICKLER_DATA="+filepath.Dir(files[overHTTP])); err != nil {
		return err
	}
	if e.behind, err = sql.Open("sqlite", files[overHTTP]); err != nil || e.release.suffix == before {
		return err
	}
	if e.store, err = store.Open(ctx, files[byStore]); err != nil {
		return err
	}
	e.raw, err = rawSQLite(files[bare])
	return err
}

func (e *engine) openPostgres(ctx context.Context) (err error) {
	e.name, e.createRaw = "Postgres"+e.release.suffix, e.seed.createRawPostgres
	if e.cluster, err = startPostgres(); err != nil {
		return err
	}
	locations := map[kind]string{}
	template := ""
	for _, k := range e.release.kinds() {
		name := "bench_" + string(k)
		if locations[k], err = e.cluster.create(ctx, name, template); err != nil {
			return err
		}
		if template == "" {
			if err := copyToPostgres(ctx, e.release, e.seed.file, locations[k]); err != nil {
				return err
			}
			template = name
		}
	}
	if e.server, err = startServer(ctx, e.release.binary, "TICKLER_DATABASE_URL="+locations[overHTTP]); err != nil {
		return err
	}
	if e.behind, err = sql.Open("pgx", locations[overHTTP]); err != nil || e.release.suffix == before {
		return err
	}
	if e.store, err = store.Open(ctx, locations[byStore]); err != nil {
		return err
	}
	if e.raw, err = sql.Open("pgx", locations[bare]); err != nil {
		return err
	}
	e.raw.SetMaxIdleConns(postgresConnections)
	return e.describe(ctx)
}

func (e *engine) describe(ctx context.Context) error {
	var version, fsync, synchronous string
	err := e.raw.QueryRowContext(ctx,
		`SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')`).
		Scan(&version, &fsync, &synchronous)
	fmt.Printf("Postgres  %s, fsync %s, synchronous_commit %s\n", version, fsync, synchronous)
	return err
}

func (e *engine) close() error {
	var all error
	for _, db := range []*sql.DB{e.behind, e.raw} {
		if db != nil {
			all = errors.Join(all, db.Close())
		}
	}
	if e.store != nil {
		all = errors.Join(all, e.store.Close())
	}
	if e.server != nil {
		all = errors.Join(all, e.server.stop())
	}
	if e.cluster != nil {
		all = errors.Join(all, e.cluster.stop())
	}
	return all
}

// measure creates tasks for a while.
func (e *engine) measure(ctx context.Context, k kind, clients int, duration time.Duration) (f figures, err error) {
	switch k {
	case overHTTP:
		return e.createOverHTTP(ctx, clients, duration)
	case byStore:
		f.rate, err = e.createByStore(ctx, clients, duration)
	case bare:
		f.rate, err = e.createRaw(ctx, e.raw, clients, duration)
	default:
		err = fmt.Errorf("-kinds: there is no kind %q", k)
	}
	return f, err
}

// createOverHTTP also looks whether every answered task is there.
func (e *engine) createOverHTTP(ctx context.Context, clients int, duration time.Duration) (figures, error) {
	before, err := e.tasks(ctx)
	if err != nil {
		return figures{}, err
	}
	sent, err := wrk(ctx, e.seed, e.server.address, "create", clients, duration)
	if err != nil {
		return figures{}, fmt.Errorf("%w\n%s", err, e.server.log.text())
	}
	after, err := e.tasks(ctx)
	if err == nil && after-before < sent.Answers {
		err = fmt.Errorf("%d creates were answered with 200 and only %d tasks are there", sent.Answers, after-before)
	}
	return sent.figures(), err
}

func (e *engine) tasks(ctx context.Context) (n int, err error) {
	err = e.behind.QueryRowContext(ctx, `SELECT count(*) FROM task`).Scan(&n)
	return n, err
}

// createByStore calls the store from as many goroutines as there are clients.
func (e *engine) createByStore(ctx context.Context, clients int, duration time.Duration) (float64, error) {
	began := time.Now()
	made := make([]int, clients)
	err := concurrently(clients, clients, func(i int) error {
		for ; time.Since(began) < duration; made[i]++ {
			if err := e.store.CreateTask(ctx, e.seed.randomTask()); err != nil {
				return err
			}
		}
		return nil
	})
	total := 0
	for _, n := range made {
		total += n
	}
	return float64(total) / time.Since(began).Seconds(), err
}
