package engine

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"tickler"
)

// group batches statements for Postgres: those that wait at one moment go on one connection,
// pipelined, as one transaction. They share the round trip and the commit, which cost more than a
// statement itself. No statement waits for a batch to fill: what comes while batches are in flight
// is in the next one.
type group struct {
	db      *sql.DB
	batches int // in flight at once, at most

	mu      sync.Mutex
	waiting []*groupRequest
	running int
	runners sync.WaitGroup
}

// groupRequest is a statement and where its outcome goes.
type groupRequest struct {
	Statement
	ctx  context.Context
	done chan error // has room for the outcome, so that a batch never waits for a caller that has gone
}

// Statement is one statement that is a transaction by itself.
type Statement struct {
	Query string
	Args  []any
	// Into is where the one row that it returns is scanned to; nil when it returns none.
	Into []any
	// Row identifies the row that it locks. Batches lock rows in order, so that no two of them wait
	// for each other.
	Row tickler.ID
}

// Run executes the statement alone, for an engine that does not batch.
func (s Statement) Run(ctx context.Context, tx Handle) error {
	_, err := tx.ExecContext(ctx, s.Query, s.Args...)
	return err
}

const (
	groupBatch = 64 // statements
	// groupTimeout ends a batch that hangs. The next one may do better on another connection.
	groupTimeout = 5 * time.Second
)

func newGroup(db *sql.DB, batches int) *group { return &group{db: db, batches: batches} }

// do runs the statement and waits for its outcome. A caller whose context ends first never learns
// it.
func (g *group) do(ctx context.Context, s Statement) error {
	request := &groupRequest{Statement: s, ctx: ctx, done: make(chan error, 1)}
	if !g.add(request) {
		return tickler.Unavailable(retrySoon, errOverloaded)
	}
	select {
	case err := <-request.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// add queues the request, unless too many wait.
func (g *group) add(request *groupRequest) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) >= maxWaiting {
		return false
	}
	g.waiting = append(g.waiting, request)
	if g.running < g.batches {
		g.running++
		g.runners.Go(g.run)
	}
	return true
}

// run sends batches until nothing waits.
func (g *group) run() {
	for batch := g.next(); len(batch) > 0; batch = g.next() {
		g.send(batch)
	}
}

// next takes a batch of what waits. A runner that gets none must stop: the next request starts
// another.
func (g *group) next() []*groupRequest {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupBatch)
	batch := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	if n == 0 {
		g.running--
	}
	return batch
}

// wait returns when nothing is in flight.
func (g *group) wait() { g.runners.Wait() }

// send runs a batch and tells each caller its outcome. An error in one statement undoes all of
// them, so then each runs by itself.
func (g *group) send(batch []*groupRequest) {
	batch = slices.DeleteFunc(batch, func(r *groupRequest) bool { return r.ctx.Err() != nil }) // they have gone
	if len(batch) == 0 {
		return
	}
	slices.SortFunc(batch, func(a, b *groupRequest) int { return bytes.Compare(a.Row[:], b.Row[:]) })
	outcomes, err := g.transact(batch)
	if err != nil && len(batch) > 1 && !isLostConnection(err) && !isPostgresFault(err) {
		for _, request := range batch {
			g.send([]*groupRequest{request})
		}
		return
	}
	for i, request := range batch {
		if err != nil {
			request.done <- err
		} else {
			request.done <- outcomes[i]
		}
	}
}

// transact runs the batch as one transaction. An error means that nothing of it remains, or that
// the connection was lost and its outcome is unknown. The only error among the outcomes is
// sql.ErrNoRows.
func (g *group) transact(batch []*groupRequest) (outcomes []error, err error) {
	// a caller that goes away must not end the others' work
	ctx, cancel := context.WithTimeout(context.Background(), groupTimeout)
	defer cancel()
	conn, err := g.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	outcomes = make([]error, len(batch))
	err = conn.Raw(func(driver any) error {
		var b pgx.Batch
		for _, request := range batch {
			b.Queue(request.Query, request.Args...)
		}
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, &b)
		for i, request := range batch {
			if request.Into == nil {
				_, err = results.Exec()
			} else {
				err = results.QueryRow().Scan(request.Into...)
			}
			if outcomes[i] = err; err != nil && !errors.Is(err, sql.ErrNoRows) {
				return errors.Join(err, results.Close())
			}
		}
		return results.Close()
	})
	return outcomes, err
}
