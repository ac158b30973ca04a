package app_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/directory"
	"tickler/internal/store"
)

const create = "Task.svc/Create"

// onceKey is the key of a create whose body is the key itself.
func onceKey(key string) tickler.Once { return onceBody(key, key) }

func onceBody(key, body string) tickler.Once {
	return tickler.Once{Operation: create, Key: key, BodyHash: sha256.Sum256([]byte(body))}
}

// try creates a task under a key.
func (w *world) try(caller app.Caller, once tickler.Once) (answer string, replayed bool, err error) {
	w.t.Helper()
	return tryOver(w.t, w.App, w.at(caller), tickler.TaskDraft{Name: "n"}, once)
}

func tryOver(t *testing.T, a *app.App, caller app.Caller, draft tickler.TaskDraft, once tickler.Once) (answer string, replayed bool, err error) {
	t.Helper()
	id := app.NewID()
	once.Answer = []byte("made " + id.String())
	made, err := a.CreateTask(t.Context(), caller, draft, app.Options{ID: id, Once: &once})
	if made.Replay != nil {
		return string(made.Replay), true, err
	}
	return string(once.Answer), false, err
}

func (w *world) firstAnswer(caller app.Caller, once tickler.Once) string {
	w.t.Helper()
	answer, err := w.FirstAnswer(w.t.Context(), w.at(caller), once)
	w.must(err)
	return string(answer)
}

func TestCreateTaskOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		if got := w.firstAnswer(admin, onceKey("k")); got != "" {
			t.Errorf("before the first call: %q", got)
		}
		first, replayed, err := w.try(admin, onceKey("k"))
		w.must(err)
		if replayed || w.taskCount(w.account) != 1 {
			t.Errorf("the first call: replayed %t, %d tasks", replayed, w.taskCount(w.account))
		}
		id, err := tickler.ParseID(first[len("made "):])
		w.must(err)
		if _, found, err := w.Task(t.Context(), admin, id); !found || err != nil {
			t.Errorf("the answer names no task: %v", err)
		}
		if got := w.firstAnswer(admin, onceKey("k")); got != first {
			t.Errorf("the memory gives %q, want %q", got, first)
		}
		again, replayed, err := w.try(admin, onceKey("k"))
		w.must(err)
		if again != first || !replayed || w.taskCount(w.account) != 1 {
			t.Errorf("the second call: %q, replayed %t, %d tasks", again, replayed, w.taskCount(w.account))
		}
		_, replayed, err = w.try(w.as("boss"), onceKey("k")) // a key is each user's own
		w.must(err)
		if replayed || w.taskCount(w.account) != 2 {
			t.Errorf("another user's call: replayed %t, %d tasks", replayed, w.taskCount(w.account))
		}
	})
}

func TestAKeyWithAnotherBody(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		_, _, err := w.try(admin, onceBody("k", "first"))
		w.must(err)
		_, _, err = w.try(admin, onceBody("k", "second"))
		wantError(t, err, tickler.Refuse(tickler.FactReusedKey, tickler.FieldIdempotencyKey, nil))
		_, err = w.FirstAnswer(t.Context(), admin, onceBody("k", "second"))
		wantError(t, err, tickler.Refuse(tickler.FactReusedKey, tickler.FieldIdempotencyKey, nil))
		if n := w.taskCount(w.account); n != 1 {
			t.Errorf("%d tasks, want 1", n)
		}
	})
}

func TestKeysApart(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		otherOperation := onceKey("k")
		otherOperation.Operation = "Task.svc/Bulk/Create"
		for name, try := range map[string]func() (string, bool, error){
			"the key":           func() (string, bool, error) { return w.try(admin, onceKey("k")) },
			"another key":       func() (string, bool, error) { return w.try(admin, onceKey("K")) },
			"another operation": func() (string, bool, error) { return w.try(admin, otherOperation) },
			"another account":   func() (string, bool, error) { return w.try(w.stranger(), onceKey("k")) },
		} {
			if _, replayed, err := try(); replayed || err != nil {
				t.Errorf("%s: replayed %t, %v", name, replayed, err)
			}
		}
		if n, others := w.taskCount(w.account), w.taskCount(w.other); n != 3 || others != 1 {
			t.Errorf("%d tasks and %d in the other account, want 3 and 1", n, others)
		}
	})
}

func TestAKeyIsFreeAfterARefusal(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		_, _, err := tryOver(t, w.App, admin, tickler.TaskDraft{}, onceKey("k"))
		wantKind(t, err, tickler.KindMissing)
		if _, replayed, err := w.try(admin, onceBody("k", "mended")); replayed || err != nil {
			t.Errorf("replayed %t, %v", replayed, err)
		}
	})
}

func TestAKeyIsKept24Hours(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		first, _, err := w.try(admin, onceKey("k"))
		w.must(err)
		w.clock.Advance(24*time.Hour - time.Second)
		if got, replayed, err := w.try(admin, onceKey("k")); got != first || !replayed || err != nil {
			t.Errorf("after a day less a second: %q, replayed %t, %v", got, replayed, err)
		}
		w.clock.Advance(time.Second)
		if got := w.firstAnswer(admin, onceKey("k")); got != "" {
			t.Errorf("after a day the memory gives %q", got)
		}
		if _, replayed, err := w.try(admin, onceBody("k", "another")); replayed || err != nil {
			t.Errorf("after a day: replayed %t, %v", replayed, err)
		}
	})
}

func TestOneOfManyAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		const calls = 16
		type result struct {
			answer   string
			replayed bool
			err      error
		}
		admin := w.as("admin")
		results := make(chan result, calls)
		for range calls {
			go func() {
				answer, replayed, err := w.try(admin, onceKey("k"))
				results <- result{answer, replayed, err}
			}()
		}
		answers, firsts := map[string]bool{}, 0
		for range calls {
			r := <-results
			w.must(r.err)
			answers[r.answer] = true
			if !r.replayed {
				firsts++
			}
		}
		if len(answers) != 1 || firsts != 1 || w.taskCount(w.account) != 1 {
			t.Errorf("%d answers, %d calls carried out, %d tasks; want one of each", len(answers), firsts, w.taskCount(w.account))
		}
	})
}

// forgetful is a store that loses its own answer and runs again, as happens on Postgres when the
// connection breaks during the commit.
type forgetful struct{ anyStore }

func (f forgetful) WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx *store.Tx) error) error {
	if err := f.anyStore.WriteRepeatable(ctx, run); err != nil {
		return err
	}
	return f.anyStore.WriteRepeatable(ctx, run)
}

// A call that finds its own memory was the first: its answer is not marked as a replay.
func TestTheFirstCallFindsItsOwnMemory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		useCases := w.appOver(forgetful{w.store})
		answer, replayed, err := tryOver(t, useCases, w.as("admin"), tickler.TaskDraft{Name: "n"}, onceKey("k"))
		w.must(err)
		if replayed || w.taskCount(w.account) != 1 {
			t.Errorf("replayed %t, %d tasks", replayed, w.taskCount(w.account))
		}
		if got := w.firstAnswer(w.as("admin"), onceKey("k")); got != answer {
			t.Errorf("answered %q, kept %q", answer, got)
		}
	})
}

var _ directory.Store = forgetful{}
