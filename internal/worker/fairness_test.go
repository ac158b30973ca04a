package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
	"tickler/internal/worker"
)

// town is the mail of several accounts: their tasks are in a real store, and each mail names its
// account.
type town struct {
	worker.App
	worker.Metrics
	store  *store.Store
	owners map[tickler.ID]tickler.ID // of the accounts' tasks
	// handing receives the account of each mail that is being sent, which blocks until letGo.
	handing chan tickler.ID
	letGo   chan struct{}
}

// street is the account that a message is for.
type street struct{ account, owner tickler.ID }

func (t *town) Account(_ context.Context, id tickler.ID) (app.Account, error) {
	return street{id, t.owners[id]}, nil
}

func (t *town) MailLinks(context.Context, tickler.Notification) (app.MailLinks, error) {
	return app.MailLinks{}, nil
}

func (s street) Settings() tickler.Account { return tickler.Account{ID: s.account, Zone: time.UTC} }

func (s street) User(id tickler.ID) (tickler.User, bool) {
	return tickler.User{ID: id, Email: s.account.String() + "@example.com", Active: true}, id == s.owner
}

func (s street) TaskType(tickler.ID) (tickler.TaskType, bool) { return tickler.TaskType{}, false }

func (t *town) Domain() string { return "example.com" }

func (t *town) Send(ctx context.Context, message mail.Message) (string, error) {
	id, err := tickler.ParseID(message.To[:len(message.To)-len("@example.com")])
	if err != nil {
		return "", err
	}
	t.handing <- id
	select {
	case <-t.letGo:
		return "250 Ok", nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func (t *town) NotificationSettled(tickler.Notification) {}

func (t *town) SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error {
	return t.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.PutNotification(ctx, n, tickler.NotificationPending), tx.EndJob(ctx, job))
	})
}

// settle makes an account whose tasks all have a reminder at one instant.
func (t *town) settle(tb testing.TB, tasks int, moment time.Time) (account tickler.ID) {
	tb.Helper()
	account, owner := newID(), newID()
	t.owners[account] = owner
	for range tasks {
		task := tickler.Task{
			ID: newID(), AccountID: account, TypeID: newID(), OwnerID: owner, Name: "Call back", Category: tickler.CategoryToDo, Notify: true, Version: 1,
			RemindAt: moment, WakeAt: moment, DueAt: moment.Add(time.Hour), EndAt: moment.Add(2 * time.Hour),
			CreatedAt: start, ModifiedAt: start, CreatedBy: owner, ModifiedBy: owner,
		}
		if err := t.store.CreateTask(tb.Context(), task); err != nil {
			tb.Fatal(err)
		}
	}
	return account
}

// claimDue makes notifications, and jobs that mail them, of all that is due.
func (t *town) claimDue(tb testing.TB, now time.Time) {
	tb.Helper()
	var everybody []tickler.Turn
	for account := range t.owners {
		everybody = append(everybody, tickler.Turn{AccountID: account})
	}
	for {
		claimed := 0
		err := t.store.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
			due, _, err := tx.DueTasks(ctx, now, 500, everybody)
			outcomes := make([]tickler.Outcome, len(due))
			for i, task := range due {
				outcomes[i] = task.Wake(tickler.Wants{}, now)
			}
			claimed = len(due)
			return errors.Join(err, tx.Apply(ctx, outcomes...))
		})
		if err != nil {
			tb.Fatal(err)
		}
		if claimed == 0 {
			return
		}
	}
}

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// A thousand reminders of one account, due a second earlier, delay no other account's reminders,
// not even while the mail server accepts none of them, and not with a second such account.
func TestACrowdOfRemindersDelaysNoOtherAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		const crowd = 1000
		clock := clocktest.New(start.Add(time.Second))
		w := &town{store: s, owners: map[tickler.ID]tickler.ID{}, handing: make(chan tickler.ID, mail.MaxConnections), letGo: make(chan struct{})}
		first := w.settle(t, crowd, start)
		w.claimDue(t, clock.Now())
		var mailer jobs.Kind
		for _, kind := range worker.Kinds(worker.Deps{
			Store: s, App: w, Mail: w, Metrics: w, Clock: clock, PublicURL: "https://tasks.example.com", Log: slog.New(slog.DiscardHandler),
		}) {
			if kind.Name == tickler.MailJob {
				mailer = kind
			}
		}
		runner := jobs.NewRunner(s.Jobs(), clock, slog.New(slog.DiscardHandler), "node", nil, mailer)
		runner.Start(t.Context())
		var stopping sync.Once
		stop := func() {
			stopping.Do(func() {
				now, end := context.WithCancel(context.Background())
				end()
				runner.Stop(now)
			})
		}
		defer stop()
		for range mailer.PerAccount {
			if got := <-w.handing; got != first {
				t.Errorf("a mail of %s is handed over", got)
			}
		}
		second := w.settle(t, crowd, start)
		third := w.settle(t, 1, start.Add(time.Second))
		w.claimDue(t, clock.Now())
		runner.Wake(tickler.MailJob)
		turns := []tickler.ID{<-w.handing, <-w.handing} // in the two slots that are left
		if !slices.Contains(turns, third) || !slices.Contains(turns, second) {
			t.Errorf("the next mails are of %v, and not of %s and %s", turns, second, third)
		}
		counts, err := s.Jobs().Counts(t.Context())
		if err != nil || counts[0].State != "waiting" || counts[0].Count != 2*crowd+1-mail.MaxConnections {
			t.Errorf("%+v, %v", counts, err)
		}
		stop()
	})
}
