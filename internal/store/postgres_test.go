package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/pgtest"
	"tickler/internal/store/engine"
)

func openStore(t *testing.T, location string) *Store {
	t.Helper()
	s, err := Open(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// pooled is how many connections the store keeps.
const pooled = 24

// warm fills the store's pool with connections that have just been used.
func warm(t *testing.T, s *Store, connections int) {
	t.Helper()
	for range 2 { // a connection counts as used from its second use on
		var held []*sql.Conn
		for range connections {
			conn, err := s.engine.Database().Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			held = append(held, conn)
		}
		for _, conn := range held {
			if err := conn.Close(); err != nil { // gives it back
				t.Fatal(err)
			}
		}
	}
}

func newTask() tickler.Task {
	id := func() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }
	return tickler.Task{ID: id(), AccountID: id(), Version: 1, Name: "Call back", TypeID: id(), OwnerID: id(), CreatedBy: id(), ModifiedBy: id()}
}

func newOnce(task tickler.Task) *tickler.Once {
	return &tickler.Once{AccountID: task.AccountID, Operation: "Task.Create", Key: "key", Answer: []byte(task.ID.String()), At: time.Unix(1e9, 0)}
}

func wantTasks(t *testing.T, s *Store, account tickler.ID, want int) {
	t.Helper()
	_, got, err := s.Tasks(t.Context(), tickler.TaskFilter{AccountID: account}, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 1})
	if err != nil || got != want {
		t.Errorf("%d tasks are there (%v), want %d", got, err, want)
	}
}

func TestStoppedServerIsUnavailableUntilItIsBack(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Start(t, pgtest.Fast)
	s := openStore(t, cluster.URL())
	task := newTask()
	calls := map[string]func(ctx context.Context) error{
		"Ping":             s.Ping,
		"Now":              func(ctx context.Context) error { _, err := s.Now(ctx); return err },
		"DirectoryVersion": func(ctx context.Context) error { _, err := s.DirectoryVersion(ctx); return err },
		"CheckMigrated":    s.CheckMigrated,
		"Migrate":          func(ctx context.Context) error { _, err := s.Migrate(ctx); return err },
		"Task":             func(ctx context.Context) error { _, _, err := s.Task(ctx, task.AccountID, task.ID); return err },
		"Tasks": func(ctx context.Context) error {
			_, _, err := s.Tasks(ctx, tickler.TaskFilter{AccountID: task.AccountID}, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 1})
			return err
		},
		"Accounts":          func(ctx context.Context) error { _, err := s.Accounts(ctx); return err },
		"CreateTask":        func(ctx context.Context) error { return s.CreateTask(ctx, task) },
		"CreateTask, a key": func(ctx context.Context) error { _, err := s.MakeTask(ctx, task.Made(), newOnce(task)); return err },
		"CreateAccessKey": func(ctx context.Context) error {
			return s.CreateAccessKey(ctx, tickler.AccessKey{Key: task.ID.String(), ID: task.ID, AccountID: task.AccountID, UserID: task.OwnerID, CreatedAt: time.Unix(1e9, 0)})
		},
		"TakeCall": func(ctx context.Context) error {
			_, err := s.TakeCall(ctx, task.AccountID, tickler.DefaultRateLimit)
			return err
		},
	}
	for range 2 {
		warm(t, s, 8)
		cluster.Stop()
		for name, call := range calls {
			if err := call(t.Context()); tickler.KindOf(err) != tickler.KindUnavailable {
				t.Errorf("%s with the server stopped: %v, want one of KindUnavailable", name, err)
			}
		}
		cluster.Start()
		for name, call := range calls {
			if err := call(t.Context()); err != nil && name != "CreateAccessKey" {
				t.Errorf("%s with the server back: %v", name, err)
			}
		}
	}
	wantTasks(t, s, task.AccountID, 1)
}

// A server that restarts between two calls leaves a pool of dead connections. Repeatable writes
// still succeed.
func TestTaskIsCreatedThoughEveryPooledConnectionIsDead(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Start(t, pgtest.Fast)
	s := openStore(t, cluster.URL())
	for _, withKey := range []bool{false, true} {
		warm(t, s, pooled)
		cluster.Stop()
		cluster.Start()
		task := newTask()
		var once *tickler.Once
		if withKey {
			once = newOnce(task)
		}
		if _, err := s.MakeTask(t.Context(), task.Made(), once); err != nil {
			t.Errorf("with a key %t: %v", withKey, err)
		}
		wantTasks(t, s, task.AccountID, 1)
	}
}

func TestLostAnswerIsSettled(t *testing.T) {
	t.Parallel()
	p, location := newProxy(t, pgtest.URL(t))
	s := openStore(t, location)
	for _, test := range []struct {
		name string
		tag  string // of the command whose answer is lost
		key  bool
		all  bool // connections are cut with it
	}{
		{"insert", "INSERT 0 1", false, false},
		{"insert, with all connections", "INSERT 0 1", false, true},
		{"insert under a key", "INSERT 0 1", true, false},
		{"begin", "BEGIN", true, false},
		{"commit", "COMMIT", true, false},
		{"commit, with all connections", "COMMIT", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			task := newTask()
			var once *tickler.Once
			if test.key {
				once = newOnce(task)
			}
			warm(t, s, pooled)
			p.cutAnswer(test.tag, test.all)
			first, err := s.MakeTask(t.Context(), task.Made(), once)
			if err != nil {
				t.Fatalf("not acknowledged: %v", err)
			}
			if p.answersCut() != 1 {
				t.Fatalf("%d answers were cut, want 1: no test", p.answersCut())
			}
			if first != nil && string(first.Answer) != task.ID.String() {
				t.Errorf("answered %q, want the task's own id", first.Answer)
			}
			wantTasks(t, s, task.AccountID, 1)
			if test.key {
				kept, err := s.Once(t.Context(), *once)
				if err != nil || kept == nil || string(kept.Answer) != string(once.Answer) {
					t.Errorf("the key's memory is %v (%v), want the answer given", kept, err)
				}
			}
		})
	}
}

func TestLostAnswerToAChangeIsSettled(t *testing.T) {
	t.Parallel()
	p, location := newProxy(t, pgtest.URL(t))
	s := openStore(t, location)
	task := newTask()
	if err := s.CreateTask(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	p.cutAnswer("COMMIT", false)
	_, changed, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) {
		return found.Complete(tickler.Actor{UserID: found.OwnerID, Now: time.Unix(1e9, 0), Zone: time.UTC})
	})
	if err != nil || !changed {
		t.Errorf("got %t and %v, want that it was changed", changed, err)
	}
	if p.answersCut() != 1 {
		t.Fatalf("%d answers were cut, want 1: no test", p.answersCut())
	}
	if history, err := s.TaskChanges(t.Context(), task.AccountID, task.ID); err != nil || len(history) != 1 {
		t.Errorf("the history is %v (%v), want one entry", history, err)
	}
}

// An undo restores a deleted task. If it runs twice, because the first answer was lost, it finds
// the task there.
func TestLostAnswerToARestoreIsSettled(t *testing.T) {
	t.Parallel()
	p, location := newProxy(t, pgtest.URL(t))
	s := openStore(t, location)
	restored := restoredTask(t, s)
	p.cutAnswer("COMMIT", false)
	if err := s.WriteRepeatable(t.Context(), applying(restored)); err != nil {
		t.Errorf("not acknowledged: %v", err)
	}
	if p.answersCut() != 1 {
		t.Fatalf("%d answers were cut, want 1: no test", p.answersCut())
	}
	wantRestored(t, s, restored)
}

func TestARestoreIsAppliedOnce(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, location)
			restored := restoredTask(t, s)
			for range 2 {
				if err := s.Write(t.Context(), applying(restored)); err != nil {
					t.Fatal(err)
				}
			}
			wantRestored(t, s, restored)
			another := restored
			change := *restored.Change
			change.Act = newID()
			another.Change = &change
			if err := s.Write(t.Context(), applying(another)); !errors.Is(err, errChangedInBetween) {
				t.Errorf("a restore by another act: %v", err)
			}
			if _, _, err := s.ChangeTask(t.Context(), restored.After.AccountID, restored.After.ID, func(found tickler.Task) (tickler.Outcome, error) {
				return found.Complete(tickler.Actor{UserID: found.OwnerID, Act: newID(), Now: time.Unix(2e9, 0), Zone: time.UTC})
			}); err != nil {
				t.Fatal(err)
			}
			if err := s.Write(t.Context(), applying(restored)); !errors.Is(err, errChangedInBetween) {
				t.Errorf("a restore of a task that was changed since: %v", err)
			}
		})
	}
}

// restoredTask makes a task and deletes it, and returns the outcome of undoing that.
func restoredTask(t *testing.T, s *Store) tickler.Outcome {
	t.Helper()
	task := newTask()
	if err := s.CreateTask(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	by := tickler.Actor{UserID: task.OwnerID, Act: newID(), Now: time.Unix(1e9, 0), Zone: time.UTC}
	var deleted tickler.Outcome
	_, _, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (o tickler.Outcome, err error) {
		deleted, err = found.Delete(by)
		return deleted, err
	})
	if err != nil {
		t.Fatal(err)
	}
	by.Act = newID()
	restored, _, err := deleted.Change.Undo(nil, nil, by)
	if err != nil {
		t.Fatal(err)
	}
	return restored
}

func applying(o tickler.Outcome) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error { return tx.Apply(ctx, o) }
}

func wantRestored(t *testing.T, s *Store, o tickler.Outcome) {
	t.Helper()
	wantTasks(t, s, o.After.AccountID, 1)
	history, err := s.TaskChanges(t.Context(), o.After.AccountID, o.After.ID)
	if err != nil || len(history) != 2 || history[1].Act != o.Change.Act {
		t.Errorf("the history is %+v (%v), want the end and the restore", history, err)
	}
}

// The connection is lost while the server is still working. The second attempt must wait until the
// first has ended.
func TestRequestThatIsStillRunningIsNotRunTwice(t *testing.T) {
	t.Parallel()
	for _, withKey := range []bool{false, true} {
		direct := pgtest.URL(t)
		p, location := newProxy(t, direct)
		s, beside := openStore(t, location), openStore(t, direct)
		s.engine.Database().SetMaxOpenConns(1) // so that there is one to cut
		barrier, err := beside.engine.Database().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer barrier.Rollback()
		if _, err := barrier.ExecContext(t.Context(), `LOCK TABLE task IN SHARE MODE`); err != nil { // no writes
			t.Fatal(err)
		}
		task := newTask()
		var once *tickler.Once
		if withKey {
			once = newOnce(task)
		}
		outcome := make(chan error, 1)
		go func() {
			_, err := s.MakeTask(t.Context(), task.Made(), once)
			outcome <- err
		}()
		pgtest.UntilWaiting(t, beside.engine.Database(), 1, outcome)
		p.cut(nil)
		pgtest.UntilWaiting(t, beside.engine.Database(), 2, outcome)
		if err := barrier.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := <-outcome; err != nil {
			t.Errorf("with a key %t: %v", withKey, err)
		}
		wantTasks(t, beside, task.AccountID, 1)
	}
}

// Two nodes look for a lead with the same address and find none. One of them creates it; the other
// gets the same answer as if it had come later.
func TestLeadMadeBetweenTheLookAndTheInsert(t *testing.T) {
	t.Parallel()
	s := openStore(t, pgtest.URL(t))
	barrier, err := s.engine.Database().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer barrier.Rollback()
	if _, err := barrier.ExecContext(t.Context(), `LOCK TABLE lead IN SHARE MODE`); err != nil { // reads, no writes
		t.Fatal(err)
	}
	outcomes := make(chan error, 2)
	account := newTask().AccountID
	for range cap(outcomes) {
		go func() {
			id := newTask().ID
			outcomes <- s.CreateLead(t.Context(), tickler.Lead{ID: id, AccountID: account, Email: "ravi@example.com", CreatedBy: id, CreatedAt: time.Unix(1, 0), ModifiedAt: time.Unix(1, 0)})
		}()
	}
	pgtest.UntilWaiting(t, s.engine.Database(), cap(outcomes), outcomes)
	if err := barrier.Commit(); err != nil {
		t.Fatal(err)
	}
	first, second := <-outcomes, <-outcomes
	if first != nil {
		first, second = second, first
	}
	if first != nil || tickler.KindOf(second) != tickler.KindDuplicate {
		t.Errorf("got %v and %v, want one lead and one duplicate", first, second)
	}
}

func TestPanicInAUnitLeavesNoTransactionOpen(t *testing.T) {
	t.Parallel()
	s := openStore(t, pgtest.URL(t))
	func() {
		defer func() { _ = recover() }() // the server's handler of panics
		_ = s.write(t.Context(), func(context.Context, engine.Handle) error { panic("a bug") })
	}()
	if n := s.engine.Database().Stats().InUse; n != 0 {
		t.Errorf("%d connections are still in use", n)
	}
}

func TestFailedUnitIsRolledBack(t *testing.T) {
	t.Parallel()
	s := openStore(t, pgtest.URL(t))
	refused := errors.New("refused")
	err := s.write(t.Context(), func(ctx context.Context, tx engine.Handle) error {
		if _, err := tx.ExecContext(ctx, `UPDATE directory_version SET n = 1000`); err != nil {
			return err
		}
		return refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v, want the unit's own error", err)
	}
	if n, err := s.DirectoryVersion(t.Context()); err != nil || n >= 1000 {
		t.Errorf("the version is %d (%v), want what it was", n, err)
	}
}
