package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/worker"
)

// desk is a mailer with fakes: a store with one notification of one task, its owner, and a mail
// server.
type desk struct {
	worker.Store
	worker.App
	worker.Metrics
	*worker.Mailer
	t     *testing.T
	clock *clocktest.Clock

	notification tickler.Notification
	task         tickler.Task
	noTask       bool // it was deleted
	owner        tickler.User
	sender       *postbox

	noted   []tickler.Notification // attempts recorded in the store
	settled []tickler.Notification // and outcomes
	counted []tickler.Notification // outcomes counted
	storing error                  // the store's error for an outcome
}

// postbox is a mail server that keeps what it takes.
type postbox struct {
	taken   []mail.Message
	refusal error
}

func (p *postbox) Domain() string { return "example.com" }

func (p *postbox) Send(_ context.Context, message mail.Message) (string, error) {
	if p.refusal == nil {
		p.taken = append(p.taken, message)
	}
	return "250 Ok", p.refusal
}

var (
	account = tickler.ID(uuid.Must(uuid.NewV7()))
	taskID  = tickler.ID(uuid.Must(uuid.NewV7()))
	ownerID = tickler.ID(uuid.Must(uuid.NewV7()))
	mailJob = jobs.Job{Ref: jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(uuid.Must(uuid.NewV7()))}, Kind: "mail", Attempt: 1}
)

// newDesk makes a desk whose notification's moment is now.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		t: t, clock: clocktest.New(start), sender: &postbox{},
		owner: tickler.User{ID: ownerID, FirstName: "Rep", Email: "rep@example.com", Active: true},
		task: tickler.Task{
			ID: taskID, AccountID: account, OwnerID: ownerID, Name: "Call Ada back", Category: tickler.CategoryToDo, Notify: true,
			RemindAt: start, DueAt: start.Add(time.Hour), EndAt: start.Add(2 * time.Hour),
		},
	}
	d.notification = d.task.Notification(start)
	d.notification.ID = tickler.ID(uuid.Must(uuid.NewV7()))
	d.Mailer = worker.NewMailer(d.deps(d.sender))
	return d
}

func (d *desk) deps(sender worker.Sender) worker.Deps {
	return worker.Deps{
		Store: d, App: d, Mail: sender, Metrics: d, Clock: d.clock, PublicURL: "https://tasks.example.com",
		Log: slog.New(slog.DiscardHandler),
	}
}

func (d *desk) NotificationSettled(n tickler.Notification) { d.counted = append(d.counted, n) }

func (d *desk) NotificationOf(context.Context, jobs.Job) (tickler.Notification, bool, error) {
	return d.notification, !d.notification.ID.IsZero(), nil
}

func (d *desk) Task(_ context.Context, _, id tickler.ID) (tickler.Task, bool, error) {
	return d.task, !d.noTask && id == taskID, nil
}

func (d *desk) NoteAttempt(_ context.Context, n tickler.Notification) error {
	d.notification = n
	d.noted = append(d.noted, n)
	return nil
}

func (d *desk) SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error {
	if ctx.Err() != nil || job != mailJob.Ref {
		d.t.Errorf("settled for %v: %v", job, ctx.Err())
	}
	if d.storing != nil {
		return d.storing
	}
	d.notification = n
	d.settled = append(d.settled, n)
	return nil
}

func (d *desk) MailLinks(_ context.Context, n tickler.Notification) (app.MailLinks, error) {
	return app.MailLinks{Done: "done-" + n.ID.String(), Snooze: "snooze-" + n.ID.String(), Off: "off-" + n.OwnerID.String()}, nil
}

func (d *desk) Account(context.Context, tickler.ID) (app.Account, error) { return d, nil }

func (d *desk) Settings() tickler.Account {
	return tickler.Account{ID: account, Zone: time.FixedZone("Asia/Kolkata", 5*3600+1800)}
}

func (d *desk) User(id tickler.ID) (tickler.User, bool) { return d.owner, id == d.owner.ID }

func (d *desk) TaskType(tickler.ID) (tickler.TaskType, bool) {
	return tickler.TaskType{Name: "To-Do"}, true
}

// wantOutcome checks the state of the notification, and how many mails were sent.
func (d *desk) wantOutcome(err error, state tickler.NotificationState, attempts int, reason string, mails int) {
	d.t.Helper()
	if !errors.Is(err, jobs.Settled) {
		d.t.Errorf("the run gives %v", err)
	}
	want := d.notification
	want.State, want.Attempts, want.LastError, want.SettledAt = state, attempts, reason, d.clock.Now()
	for what, got := range map[string][]tickler.Notification{"settled": d.settled, "counted": d.counted} {
		if diff := cmp.Diff([]tickler.Notification{want}, got); diff != "" {
			d.t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if len(d.sender.taken) != mails {
		d.t.Errorf("%d mails were sent, want %d", len(d.sender.taken), mails)
	}
}

// wantNothingYet checks that the notification still waits, and that no mail was sent.
func (d *desk) wantNothingYet() {
	d.t.Helper()
	if len(d.settled)+len(d.counted)+len(d.sender.taken) > 0 {
		d.t.Errorf("settled %v, counted %v, sent %v", d.settled, d.counted, d.sender.taken)
	}
}

func TestAReminderIsSent(t *testing.T) {
	d := newDesk(t)
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationSent, 1, "", 1)
	message := d.sender.taken[0]
	if want := d.notification.ID.String() + "@example.com"; message.ID != want || message.To != "rep@example.com" || message.ToName != "Rep" {
		t.Errorf("sent %s to %s (%s), want %s", message.ID, message.To, message.ToName, want)
	}
	if want := "Reminder: Call Ada back, due Sun 1 Mar, 18:30"; message.Subject != want {
		t.Errorf("got  %s\nwant %s", message.Subject, want)
	}
}

func TestAReminderIsInTheOwnersZoneIfThatHasOne(t *testing.T) {
	d := newDesk(t)
	d.owner.Zone = time.UTC
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationSent, 1, "", 1)
	if want := "Reminder: Call Ada back, due Sun 1 Mar, 13:00"; d.sender.taken[0].Subject != want {
		t.Errorf("got  %s\nwant %s", d.sender.taken[0].Subject, want)
	}
}

func TestAReminderThatIsNoLongerWantedIsWithdrawn(t *testing.T) {
	for name, change := range map[string]func(d *desk){
		"completed":                  func(d *desk) { d.task.State = tickler.StateCompleted },
		"cancelled":                  func(d *desk) { d.task.State = tickler.StateCancelled },
		"deleted":                    func(d *desk) { d.noTask = true },
		"handed on":                  func(d *desk) { d.task.OwnerID = account },
		"moved":                      func(d *desk) { d.task.RemindAt = start.Add(-time.Second) },
		"no longer reminded":         func(d *desk) { d.task.RemindAt = time.Time{} },
		"switched off":               func(d *desk) { d.task.Notify = false },
		"completed, and too late":    func(d *desk) { d.task.State = tickler.StateCompleted; d.clock.Advance(48 * time.Hour) },
		"completed, and not yet due": func(d *desk) { d.task.State = tickler.StateCompleted; d.clock.Advance(-time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			change(d)
			d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationWithdrawn, 0, "", 0)
		})
	}
}

func TestAReminderIsSentUntilItsDeadline(t *testing.T) {
	d := newDesk(t)
	d.clock.Set(d.notification.Deadline)
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationSent, 1, "", 1)
}

func TestAReminderExpiresAfterItsDeadline(t *testing.T) {
	d := newDesk(t)
	d.notification.Attempts, d.notification.LastError = 5, "the mail server is away"
	d.clock.Set(d.notification.Deadline.Add(time.Millisecond))
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationExpired, 5, "the mail server is away", 0)
}

func TestAReminderSaysThatItIsLateFromAMinuteOn(t *testing.T) {
	for after, want := range map[time.Duration]bool{0: false, time.Minute - time.Millisecond: false, time.Minute: true, 23 * time.Hour: true} {
		d := newDesk(t)
		d.clock.Advance(after)
		d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationSent, 1, "", 1)
		message := d.sender.taken[0]
		if late := strings.HasPrefix(message.Subject, "Late reminder: ") && strings.Contains(message.Text, "Sun 1 Mar, 17:30"); late != want {
			t.Errorf("after %v: %s\n%s", after, message.Subject, message.Text)
		}
	}
}

// A clock can be set back between the claim and the run.
func TestAReminderIsNeverEarly(t *testing.T) {
	d := newDesk(t)
	d.clock.Advance(-time.Millisecond)
	outcome := make(chan error)
	go func() { outcome <- d.Run(t.Context(), mailJob) }()
	d.clock.BlockUntil(1)
	d.wantNothingYet()
	d.clock.Advance(time.Millisecond)
	d.wantOutcome(<-outcome, tickler.NotificationSent, 1, "", 1)

	d = newDesk(t)
	d.clock.Advance(-time.Hour)
	toldToStop, stop := context.WithCancel(t.Context())
	stop()
	if err := d.Run(toldToStop, mailJob); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that is told to stop gives %v", err)
	}
	d.wantNothingYet()
}

func TestAReminderIsTriedAgainAfterAFailureThatMayPass(t *testing.T) {
	d := newDesk(t)
	d.sender.refusal = errors.New("the mail server is busy")
	for attempt := 1; attempt <= 3; attempt++ {
		if err := d.Run(t.Context(), mailJob); !errors.Is(err, d.sender.refusal) || errors.Is(err, jobs.Settled) {
			t.Errorf("the run gives %v", err)
		}
		d.wantNothingYet()
		last := d.noted[len(d.noted)-1]
		if len(d.noted) != attempt || last.Attempts != attempt || last.LastError != "the mail server is busy" || last.State != tickler.NotificationPending {
			t.Errorf("after attempt %d: noted %+v", attempt, d.noted)
		}
	}
	d.sender.refusal = nil
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationSent, 4, "", 1)
}

func TestAReminderFailsForGood(t *testing.T) {
	d := newDesk(t)
	d.sender.refusal = permanent(t)
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationFailed, 1, d.sender.refusal.Error(), 0)
}

// permanent returns a permanent error, made by the real sender.
func permanent(t *testing.T) error {
	t.Helper()
	sender, err := mail.New("smtp://127.0.0.1:1?tls=none", "reminders@example.com", clocktest.New(start))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sender.Close)
	_, err = sender.Send(t.Context(), mail.Message{ID: "1@example.com", To: "no address"})
	if !mail.IsPermanent(err) {
		t.Fatalf("not permanent: %v", err)
	}
	return err
}

func TestAReminderOfAnOwnerWhoLeft(t *testing.T) {
	d := newDesk(t)
	d.owner.Active = false
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationFailed, 0, "the owner rep@example.com is not active", 0)
}

func TestAReminderOfAnOwnerWhoWantsNoMailIsWithdrawn(t *testing.T) {
	d := newDesk(t)
	d.owner.RemindersOff = true
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationWithdrawn, 0, "the owner has turned reminder mails off", 0)
}

func TestAReminderStaysUnsentWithoutAMailServer(t *testing.T) {
	d := newDesk(t)
	d.Mailer = worker.NewMailer(d.deps(nil))
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationUnsent, 0, "no mail server is configured: see --smtp-url", 0)
}

func TestASettledReminderIsNotSentAgain(t *testing.T) {
	for _, state := range tickler.NotificationStates() {
		if state == tickler.NotificationPending {
			continue
		}
		d := newDesk(t)
		d.notification.State = state
		if err := d.Run(t.Context(), mailJob); err != nil { // and whoever runs the job finishes it
			t.Errorf("%s: the run gives %v", state, err)
		}
		d.wantNothingYet()
	}
}

func TestAJobWithoutItsNotificationEnds(t *testing.T) {
	d := newDesk(t)
	d.notification.ID = tickler.ID{}
	if err := d.Run(t.Context(), mailJob); err != nil {
		t.Errorf("the run gives %v", err)
	}
	d.wantNothingYet()
}

// A mail that the server accepted is not sent again only because the store could not record it.
func TestASentReminderThatCouldNotBeRecordedIsNotSentAgain(t *testing.T) {
	d := newDesk(t)
	d.storing = errors.New("the database is away")
	for range 2 {
		if err := d.Run(t.Context(), mailJob); !errors.Is(err, d.storing) {
			t.Errorf("the run gives %v", err)
		}
	}
	if len(d.sender.taken) != 1 || len(d.counted) > 0 {
		t.Errorf("sent %v, counted %v", d.sender.taken, d.counted)
	}
	d.storing = nil
	d.task.State = tickler.StateCompleted // too late to withdraw it
	d.wantOutcome(d.Run(t.Context(), mailJob), tickler.NotificationSent, 1, "", 1)
}

// A run that is told to stop while it mails still records what it has sent.
func TestASentReminderIsRecordedByARunThatIsToldToStop(t *testing.T) {
	d := newDesk(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	d.wantOutcome(d.Run(ctx, mailJob), tickler.NotificationSent, 1, "", 1)
}

func TestMailIsRetriedAfterLongerAndLongerWaits(t *testing.T) {
	kind := newDesk(t).Kind()
	want := []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}
	if diff := cmp.Diff(want, kind.Backoff); diff != "" || kind.Name != "mail" || kind.Workers != 8 || kind.PerAccount != 6 {
		t.Errorf("%+v", kind)
	}
}
