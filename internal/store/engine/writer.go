package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"

	"tickler"
)

// writer is the one goroutine that writes to an SQLite file. It takes every unit that waits, runs
// each in a savepoint of its own, commits once and only then answers: many callers share the cost
// of one sync to disk, a bad unit is rolled back alone, and no unit waits for a batch to fill.
type writer struct {
	db       *sql.DB
	tx       *prepared // the connection that writes; nil until the first batch and after a fault
	log      string    // the file of the write-ahead log
	maxLog   int64     // bytes beyond which it is emptied
	requests chan writeRequest
	stopping chan struct{}
	stopped  chan struct{}
	stopOnce sync.Once
}

// writeRequest is a unit and where its outcome goes.
type writeRequest struct {
	ctx  context.Context
	run  func(ctx context.Context, tx Handle) error
	done chan error // has room for the outcome, so that the writer never waits for a caller that has gone
}

const (
	maxWaiting = 1024 // units; one more is refused, so that overload ends in a 503 and not in ever longer waits
	maxBatch   = 256  // units in one transaction
)

var errOverloaded = errors.New("too many writes are waiting")

// maxLog is how large the write-ahead log may grow, in bytes, before it is truncated. While a
// reader needs it, it grows on.
const maxLog = 64 << 20

func newWriter(db *sql.DB, path string) *writer {
	w := &writer{
		db:       db,
		log:      path + "-wal",
		maxLog:   maxLog,
		requests: make(chan writeRequest, maxWaiting),
		stopping: make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	go w.loop()
	return w
}

// write hands the unit to the writer and waits for its outcome. A caller whose context ends first
// never learns it.
func (w *writer) write(ctx context.Context, run func(context.Context, Handle) error) error {
	request := writeRequest{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case <-w.stopping:
		return errClosed
	case w.requests <- request:
	default:
		return tickler.Unavailable(retrySoon, errOverloaded)
	}
	select {
	case err := <-request.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stopped:
	}
	select { // the writer stopped: either just after it answered, or without having seen this unit
	case err := <-request.done:
		return err
	default:
		return errClosed
	}
}

// stop finishes the waiting units and ends the writer.
func (w *writer) stop() {
	w.stopOnce.Do(func() { close(w.stopping) })
	<-w.stopped
}

func (w *writer) loop() {
	defer close(w.stopped)
	defer w.disconnect()
	batch := make([]writeRequest, 0, maxBatch)
	for {
		select {
		case first := <-w.requests:
			batch = w.fill(append(batch[:0], first))
		case <-w.stopping:
			if batch = w.fill(batch[:0]); len(batch) == 0 {
				return
			}
		}
		w.commit(batch)
		w.emptyLog()
	}
}

// emptyLog truncates the write-ahead log when it has grown large, unless a reader still needs it:
// then the next batch tries again. By itself SQLite only restarts the log when there is no reader,
// and keeps the file as large as it was.
func (w *writer) emptyLog() {
	file, err := os.Stat(w.log)
	if err != nil || file.Size() <= w.maxLog || w.tx == nil {
		return
	}
	ctx := context.Background()
	for _, statement := range []string{
		`PRAGMA busy_timeout(0)`, // nobody waits for it
		`PRAGMA wal_checkpoint(TRUNCATE)`,
		`PRAGMA ` + busyTimeout,
	} {
		_, _ = w.tx.conn.ExecContext(ctx, statement) // a failure harms nobody
	}
}

// fill adds the units that already wait, up to a full batch.
func (w *writer) fill(batch []writeRequest) []writeRequest {
	for len(batch) < maxBatch {
		select {
		case request := <-w.requests:
			batch = append(batch, request)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction and tells each caller its outcome. If the transaction as a
// whole fails, nothing of the batch remains and every caller gets that fault.
func (w *writer) commit(batch []writeRequest) {
	outcomes, err := w.transact(batch)
	for i, request := range batch {
		if err != nil {
			request.done <- err
		} else {
			request.done <- outcomes[i]
		}
	}
}

func (w *writer) transact(batch []writeRequest) (outcomes []error, err error) {
	ctx := context.Background() // a caller that goes away must not tear down the others' transaction
	tx, err := w.connection(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_, _ = tx.ExecContext(ctx, `ROLLBACK`) // fails when the fault has ended the transaction already
			w.disconnect()
		}
	}()
	if _, err := tx.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return nil, err
	}
	outcomes = make([]error, len(batch))
	for i, request := range batch {
		if outcomes[i] = request.ctx.Err(); outcomes[i] != nil {
			continue
		}
		if outcomes[i], err = inSavepoint(ctx, tx, request.run); err != nil {
			return nil, err
		}
	}
	_, err = tx.ExecContext(ctx, `COMMIT`)
	return outcomes, err
}

func (w *writer) connection(ctx context.Context) (*prepared, error) {
	if w.tx == nil {
		conn, err := w.db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		w.tx = &prepared{conn: conn, release: conn.Close}
	}
	return w.tx, nil
}

func (w *writer) disconnect() {
	if w.tx != nil {
		w.tx.close()
		w.tx = nil
	}
}

// inSavepoint runs one unit so that its failure undoes it alone. Outcome is the unit's own error,
// fault one of the whole transaction.
func inSavepoint(ctx context.Context, tx Handle, run func(context.Context, Handle) error) (outcome, fault error) {
	if _, err := tx.ExecContext(ctx, `SAVEPOINT unit`); err != nil {
		return nil, err
	}
	if outcome = recovered(func() error { return run(ctx, tx) }); outcome != nil {
		if _, err := tx.ExecContext(ctx, `ROLLBACK TO unit`); err != nil {
			return nil, errors.Join(outcome, err)
		}
	}
	_, fault = tx.ExecContext(ctx, `RELEASE unit`)
	return outcome, fault
}

// recovered turns a panic into an error: one unit's bug must not stop all writing.
func recovered(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a unit of work: %v", p)
		}
	}()
	return run()
}
