package app_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/directory"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestMain(m *testing.M) {
	app.Hashing.Memory = 64 // KiB; what a password costs is not tested here
	goleak.VerifyTestMain(m)
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// world is an account with people of every role, and another account beside it:
//
//	admin (Administrator)
//	marketer (Marketing_User)
//	boss (Sales_User) ← seller (Sales_User) ← junior (Sales_User)
//	loner (Sales_User)
//	gone (Sales_User, inactive)
type world struct {
	*app.App
	t       *testing.T
	store   *store.Store
	clock   *clocktest.Clock
	account tickler.ID
	other   tickler.ID // the other account; its one user is its administrator, admin@example.org
	users   map[string]tickler.User
	secrets map[tickler.ID]string // of each account's access key, which belongs to its administrator
	keys    map[tickler.ID]string
	// spoken has the orders of the bulk requests that are run.
	spoken spoken
}

// onEachEngine runs a test in a world on SQLite and in one on Postgres.
func onEachEngine(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, s *store.Store) { test(t, newWorld(t, s)) })
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	w := &world{
		t: t, store: s, clock: clocktest.New(now), users: map[string]tickler.User{},
		secrets: map[tickler.ID]string{}, keys: map[tickler.ID]string{},
	}
	w.App = w.appOver(s)
	w.other, _ = w.newAccount("admin@example.org")
	var admin tickler.User
	w.account, admin = w.newAccount("admin@example.com")
	w.users["admin"] = admin
	w.hire("marketer", tickler.MarketingUser, "")
	w.hire("boss", tickler.SalesUser, "")
	w.hire("seller", tickler.SalesUser, "boss")
	w.hire("junior", tickler.SalesUser, "seller")
	w.hire("loner", tickler.SalesUser, "")
	w.hire("gone", tickler.SalesUser, "")
	w.must(s.DeactivateUser(t.Context(), w.account, w.users["gone"]))
	w.must(w.directoryOf().Refresh(t.Context()))
	return w
}

// anyStore is what an app and its directory need.
type anyStore interface {
	app.Database[*store.Tx]
	directory.Store
}

// appOver returns the use cases over a store, with their own directory.
func (w *world) appOver(s anyStore) *app.App {
	return app.New(s, directory.New(s, w.clock, slog.New(slog.DiscardHandler)), w.clock, app.Wire{Events: plainWire{}, Bulk: &w.spoken})
}

// directoryOf returns a directory that has read nothing yet.
func (w *world) directoryOf() *directory.Directory {
	return directory.New(w.store, w.clock, slog.New(slog.DiscardHandler))
}

// newAccount sets up an account with an administrator, without the cost of hashing a password.
func (w *world) newAccount(email string) (tickler.ID, tickler.User) {
	w.t.Helper()
	account := tickler.Account{ID: newID(), Zone: time.UTC, RateLimit: tickler.DefaultRateLimit, CreatedAt: now}
	admin := tickler.User{ID: newID(), AccountID: account.ID, Email: email, Role: tickler.Administrator, Active: true, CreatedAt: now}
	fresh := tickler.FreshAccount{Account: account, Admin: admin, TaskTypes: tickler.FreshTaskTypes()}
	for i := range fresh.TaskTypes {
		fresh.TaskTypes[i].ID, fresh.TaskTypes[i].AccountID, fresh.TaskTypes[i].CreatedAt = newID(), account.ID, now
	}
	w.secrets[account.ID], w.keys[account.ID] = "secret of "+account.ID.String(), "key of "+account.ID.String()
	fresh.Key = tickler.AccessKey{
		ID: newID(), AccountID: account.ID, UserID: admin.ID, Key: w.keys[account.ID],
		SecretHash: tickler.HashSecret(w.secrets[account.ID]), CreatedAt: now,
	}
	w.must(w.store.CreateAccount(w.t.Context(), fresh))
	return account.ID, admin
}

func (w *world) hire(name string, role tickler.Role, manager string) {
	w.t.Helper()
	user := tickler.User{
		ID: newID(), AccountID: w.account, Email: name + "@example.com", Role: role, Active: true,
		ManagerID: w.users[manager].ID, CreatedAt: now,
	}
	w.must(w.store.CreateUser(w.t.Context(), user, ""))
	w.users[name] = user
}

// as returns a user of the account as a caller.
func (w *world) as(name string) app.Caller {
	w.t.Helper()
	account, err := w.directoryOf().Account(w.t.Context(), w.account)
	w.must(err)
	user, ok := account.UserByEmail(name + "@example.com")
	if !ok {
		w.t.Fatalf("there is no %s", name)
	}
	return app.Caller{User: user, Account: account, Via: tickler.Origin{Kind: tickler.ViaAPI, ID: newID()}, Now: w.Now()}
}

// stranger returns the other account's administrator as a caller.
func (w *world) stranger() app.Caller {
	w.t.Helper()
	caller, err := w.Operator(w.t.Context(), w.other)
	w.must(err)
	return caller
}

// task creates a task as one user for another.
func (w *world) task(creator, owner string) tickler.Task {
	w.t.Helper()
	task, err := w.CreateTask(w.t.Context(), w.as(creator), tickler.TaskDraft{Name: creator + " for " + owner, OwnerID: w.users[owner].ID})
	w.must(err)
	return task
}

// taskCount counts the tasks of an account, whoever owns them.
func (w *world) taskCount(account tickler.ID) int {
	w.t.Helper()
	_, n, err := w.store.Tasks(w.t.Context(), tickler.TaskFilter{AccountID: account}, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 1})
	w.must(err)
	return n
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, want tickler.Kind) {
	t.Helper()
	if got := tickler.KindOf(err); got != want || (err == nil) != (want == 0) {
		t.Errorf("got the error %v of kind %d, want kind %d", err, got, want)
	}
}

// wantError compares err with the whole Error.
func wantError(t *testing.T, err error, want *tickler.Error) {
	t.Helper()
	if got, _ := errors.AsType[*tickler.Error](err); !cmp.Equal(want, got) {
		t.Errorf("got the error %v (-want +got):\n%s", err, cmp.Diff(want, got))
	}
}

func equal[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("- want, + got:\n%s", diff)
	}
}
