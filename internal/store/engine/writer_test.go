package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tickler"
	"tickler/internal/eventually"
)

// newLiteEngine opens a file with a table of unique notes. The statements are run on the connection
// that the writer takes over, to set what applies to a connection.
func newLiteEngine(t *testing.T, path string, statements ...string) *sqliteEngine {
	t.Helper()
	e, err := openSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	e.writeDB.SetMaxOpenConns(1)
	for _, statement := range append([]string{`CREATE TABLE IF NOT EXISTS note (text TEXT NOT NULL UNIQUE) STRICT`}, statements...) {
		if _, err := e.writeDB.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func tempFile(t *testing.T) string { return filepath.Join(t.TempDir(), "tickler.db") }

// note is a unit that writes one row.
func note(text string) func(context.Context, Handle) error {
	return func(ctx context.Context, tx Handle) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO note (text) VALUES ($1)`, text)
		return err
	}
}

func notes(t *testing.T, e *sqliteEngine) map[string]bool {
	t.Helper()
	rows, err := e.Reader().QueryContext(t.Context(), `SELECT text FROM note`)
	all, err := Collect(rows, err, func(row Row) (text string, err error) { return text, row.Scan(&text) })
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, text := range all {
		found[text] = true
	}
	return found
}

// hold keeps the writer busy with a unit of its own until released, so that what is queued
// meanwhile becomes one batch.
func hold(t *testing.T, w *writer) (release func()) {
	t.Helper()
	started, released := make(chan struct{}), make(chan struct{})
	queue(t.Context(), w, func(context.Context, Handle) error {
		close(started)
		<-released
		return nil
	})
	<-started
	return func() { close(released) }
}

// queue is write without waiting for the outcome.
func queue(ctx context.Context, w *writer, run func(context.Context, Handle) error) (outcome <-chan error) {
	done := make(chan error, 1)
	w.requests <- writeRequest{ctx: ctx, run: run, done: done}
	return done
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	if err := Classify(err); tickler.KindOf(err) != tickler.KindUnavailable {
		t.Errorf("got %v, want one of KindUnavailable", err)
	}
}

func TestEveryAcknowledgedWriteIsThere(t *testing.T) {
	t.Parallel()
	const callers, each = 64, 20
	path := tempFile(t)
	e := newLiteEngine(t, path)
	var all sync.WaitGroup
	for caller := range callers {
		all.Go(func() {
			for i := range each {
				if err := e.Write(t.Context(), Unit{Run: note(fmt.Sprint(caller, " ", i))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := len(notes(t, newLiteEngine(t, path))); n != callers*each { // as another process sees it
		t.Errorf("%d rows are there, want %d", n, callers*each)
	}
}

func TestBadUnitOfABatchIsRolledBackAlone(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t))
	release := hold(t, e.writer)
	refused := errors.New("refused")
	goneCtx, goAway := context.WithCancel(t.Context())
	inOneBatch := func(context.Context, Handle) error {
		if seen := notes(t, e); len(seen) != 0 {
			return fmt.Errorf("a reader sees %v before the batch is committed", seen)
		}
		return nil
	}
	then := func(run func(context.Context, Handle) error, end func() error) func(context.Context, Handle) error {
		return func(ctx context.Context, tx Handle) error {
			if err := run(ctx, tx); err != nil {
				return err
			}
			return end()
		}
	}
	first := queue(t.Context(), e.writer, note("first"))
	failing := queue(t.Context(), e.writer, then(note("failing"), func() error { return refused }))
	again := queue(t.Context(), e.writer, note("first"))
	panicking := queue(t.Context(), e.writer, then(note("panicking"), func() error { panic("a bug") }))
	gone := queue(goneCtx, e.writer, note("gone"))
	freed := queue(t.Context(), e.writer, note("failing")) // what the bad unit wrote is not in the way
	last := queue(t.Context(), e.writer, then(note("last"), func() error { return inOneBatch(t.Context(), nil) }))
	goAway()
	release()

	for _, good := range []<-chan error{first, freed, last} {
		if err := <-good; err != nil {
			t.Errorf("a good unit beside bad ones: %v", err)
		}
	}
	if err := <-failing; !errors.Is(err, refused) {
		t.Errorf("the failing unit: %v, want its own error", err)
	}
	if err := <-again; !IsUniqueViolation(err) {
		t.Errorf("the same note again: %v, want a unique violation", err)
	}
	if err := <-panicking; err == nil || !strings.Contains(err.Error(), "a bug") {
		t.Errorf("the panicking unit: %v, want an error with what it said", err)
	}
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the unit whose caller has gone: %v, want its context's error", err)
	}
	if got := notes(t, e); len(got) != 3 || !got["first"] || !got["failing"] || !got["last"] {
		t.Errorf("%v are there, want first, failing and last", got)
	}
}

// A race for the race detector to find: the caller has left while the unit still makes its result.
func TestACallerWhoLeavesSharesNothingWithARunningUnit(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t))
	write := func(ctx context.Context, run func(context.Context, Handle) error) error {
		return e.Write(ctx, Unit{Run: run})
	}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan struct{})
	given, err := Written(ctx, write, func(context.Context, Handle) (int, error) {
		leave()
		<-left
		return 1, nil
	})
	close(left)
	if given != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("got %d, %v, want nothing and the context's error", given, err)
	}
	if given, err := Written(t.Context(), write, func(context.Context, Handle) (int, error) { return 2, nil }); given != 2 || err != nil {
		t.Errorf("the next one: %d, %v, want 2", given, err)
	}
}

func TestACallerWaitsNoLongerThanTheirContext(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t))
	release := hold(t, e.writer)
	ctx, cancel := context.WithCancel(t.Context())
	returned := make(chan error)
	go func() { returned <- e.Write(ctx, Unit{Run: note("late")}) }()
	cancel()
	if err := <-returned; !errors.Is(err, context.Canceled) { // while the writer is still held
		t.Errorf("got %v, want the context's error", err)
	}
	release()
	if err := e.Write(t.Context(), Unit{Run: note("next")}); err != nil {
		t.Error(err)
	}
	if got := notes(t, e); len(got) != 1 || !got["next"] {
		t.Errorf("%v are there, want next only", got)
	}
}

func TestFullQueueRefuses(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t))
	release := hold(t, e.writer)
	var queued []<-chan error
	for i := range cap(e.writer.requests) {
		queued = append(queued, queue(t.Context(), e.writer, note(fmt.Sprint(i))))
	}
	wantUnavailable(t, e.Write(t.Context(), Unit{Run: note("one too many")}))
	release()
	for _, outcome := range queued {
		if err := <-outcome; err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Write(t.Context(), Unit{Run: note("afterwards")}); err != nil {
		t.Error(err)
	}
	if got := notes(t, e); len(got) != len(queued)+1 || got["one too many"] {
		t.Errorf("%d rows are there, want %d, and not the refused one", len(got), len(queued)+1)
	}
}

func TestClosedWriterRefuses(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t))
	if err := e.Write(t.Context(), Unit{Run: note("before")}); err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	for range 2 * cap(e.writer.requests) { // more than could wait
		wantUnavailable(t, e.Write(t.Context(), Unit{Run: note("after")}))
	}
}

func TestClosingAnswersEveryCaller(t *testing.T) {
	t.Parallel()
	for range 20 {
		path := tempFile(t)
		e := newLiteEngine(t, path)
		var acknowledged sync.Map
		var all sync.WaitGroup
		for caller := range 8 {
			all.Go(func() {
				for i := 0; ; i++ {
					text := fmt.Sprint(caller, " ", i)
					if err := e.Write(t.Context(), Unit{Run: note(text)}); err != nil {
						wantUnavailable(t, err)
						return
					}
					acknowledged.Store(text, true)
				}
			})
		}
		eventually.Holds(t, "it is at work", func() bool { return len(e.writer.requests) > 0 })
		e.writer.stop()
		all.Wait()

		kept := notes(t, newLiteEngine(t, path))
		acknowledged.Range(func(text, _ any) bool {
			if !kept[text.(string)] {
				t.Errorf("%q was acknowledged and is not there", text)
			}
			delete(kept, text.(string))
			return true
		})
		if len(kept) != 0 {
			t.Errorf("%v were refused and are there", kept)
		}
	}
}

// When the answer and the end of the writer come at the same time, the answer wins.
func TestAnswerThatComesWithTheEndCounts(t *testing.T) {
	t.Parallel()
	for range 50 { // a select among several is left to chance
		w := &writer{requests: make(chan writeRequest, 1), stopped: make(chan struct{})}
		go func() {
			request := <-w.requests
			request.done <- nil
			close(w.stopped)
		}()
		if err := w.write(doneAsked{t.Context(), w.stopped}, nil); err != nil {
			t.Fatalf("got %v, want the unit's own outcome", err)
		}
	}
}

// doneAsked is a context whose Done blocks until something else has happened.
type doneAsked struct {
	context.Context
	happened <-chan struct{}
}

func (c doneAsked) Done() <-chan struct{} {
	<-c.happened
	return c.Context.Done()
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t), `PRAGMA max_page_count = 40`)
	big := strings.Repeat("x", 16<<10)
	kept := 0
	var err error
	for ; kept < 40 && err == nil; kept++ {
		err = e.Write(t.Context(), Unit{Run: note(fmt.Sprint(kept, big))})
	}
	kept-- // the one that failed
	wantUnavailable(t, err)

	release := hold(t, e.writer)
	neighbour := queue(t.Context(), e.writer, note("small"))
	failing := queue(t.Context(), e.writer, note(fmt.Sprint("another", big)))
	release()
	wantUnavailable(t, <-failing)
	if err := <-neighbour; err == nil {
		kept++
	} else { // SQLite may abandon the whole transaction
		wantUnavailable(t, err)
	}
	if n := len(notes(t, e)); n != kept {
		t.Errorf("%d rows are there, want the %d acknowledged ones", n, kept)
	}

	if _, err := e.writeDB.ExecContext(t.Context(), `PRAGMA max_page_count = 1000`); err != nil { // the fault has set the connection free
		t.Fatal(err)
	}
	if err := e.Write(t.Context(), Unit{Run: note(fmt.Sprint("afterwards", big))}); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if n := len(notes(t, e)); n != kept+1 {
		t.Errorf("%d rows are there, want %d", n, kept+1)
	}
}

func TestLockedDatabase(t *testing.T) {
	t.Parallel()
	path := tempFile(t)
	other, err := newLiteEngine(t, path).writeDB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	e := newLiteEngine(t, path, `PRAGMA busy_timeout = 0`)
	for _, statement := range []string{`BEGIN IMMEDIATE`, `ROLLBACK`} {
		if _, err := other.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		err := e.Write(t.Context(), Unit{Run: note("note")})
		if statement == `BEGIN IMMEDIATE` {
			wantUnavailable(t, err)
		} else if err != nil {
			t.Errorf("with the lock gone: %v", err)
		}
	}
	if got := notes(t, e); len(got) != 1 {
		t.Errorf("%v are there, want one", got)
	}
}

func TestPreparedStatementsAreBounded(t *testing.T) {
	t.Parallel()
	e := newLiteEngine(t, tempFile(t))
	for i := range maxPrepared + 10 {
		for range 2 {
			var got int
			if err := e.reads.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT %d`, i)).Scan(&got); err != nil || got != i {
				t.Fatalf("got %d and %v, want %d", got, err, i)
			}
		}
	}
	if n := len(e.reads.statements); n != maxPrepared {
		t.Errorf("%d statements are kept, want %d", n, maxPrepared)
	}
}
