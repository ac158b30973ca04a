package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/worker"
)

// alarmDesk is a failure mailer with fakes: a subscription, one administrator and a mail server.
type alarmDesk struct {
	worker.Store
	worker.App
	*worker.FailureMailer
	subscription tickler.Subscription
	alarm        tickler.Alarm
	gone         bool
	admin        tickler.User
	refusal      error
	storing      error // the store's error for the end of the job
	ended        int
	taken        []mail.Message
}

func newAlarmDesk(t *testing.T) *alarmDesk {
	t.Helper()
	d := &alarmDesk{
		alarm: tickler.AlarmPaused,
		admin: tickler.User{ID: ownerID, Email: "grace@example.com", FirstName: "Grace", Role: tickler.Administrator, Active: true},
		subscription: tickler.Subscription{
			ID: taskID, AccountID: account, URL: "https://example.com/hook?token=hidden", Event: tickler.TaskCreated, Description: "Dispatch\nand more",
			State: tickler.SubscriptionPaused, FailingSince: start, PauseReason: "No delivery was taken since long ago.",
		},
	}
	d.FailureMailer = worker.NewFailureMailer(worker.Deps{
		Store: d, App: d, Mail: d, Clock: clocktest.New(start), PublicURL: "https://tasks.example.com", Log: slog.New(slog.DiscardHandler),
	})
	return d
}

func (d *alarmDesk) AlarmOf(context.Context, jobs.Job) (tickler.Subscription, tickler.ID, tickler.Alarm, bool, error) {
	return d.subscription, ownerID, d.alarm, !d.gone, nil
}

func (d *alarmDesk) EndJob(ctx context.Context, job jobs.Ref) error {
	if ctx.Err() == nil && job == alarmJob.Ref && d.storing == nil {
		d.ended++
	}
	return d.storing
}

func (d *alarmDesk) Account(context.Context, tickler.ID) (app.Account, error) { return d, nil }

func (d *alarmDesk) Settings() tickler.Account { return tickler.Account{ID: account, Zone: time.UTC} }

func (d *alarmDesk) User(id tickler.ID) (tickler.User, bool) { return d.admin, id == d.admin.ID }

func (d *alarmDesk) TaskType(tickler.ID) (tickler.TaskType, bool) { return tickler.TaskType{}, false }

func (d *alarmDesk) Domain() string { return "example.com" }

func (d *alarmDesk) Send(_ context.Context, message mail.Message) (string, error) {
	if d.refusal == nil {
		d.taken = append(d.taken, message)
	}
	return "250 Ok", d.refusal
}

var alarmJob = jobs.Job{Ref: jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(taskID)}, Kind: tickler.AlarmJob, Attempt: 1, CreatedAt: start}

func TestAnAlarmSaysWhatItIsAboutAndNoSecret(t *testing.T) {
	d := newAlarmDesk(t)
	if err := d.Run(t.Context(), alarmJob); !errors.Is(err, jobs.Settled) || len(d.taken) != 1 {
		t.Fatalf("%v; mailed %v", err, d.taken)
	}
	m := d.taken[0]
	if m.To != "grace@example.com" || m.ID != taskID.String()+"@example.com" || m.Subject != "A webhook is paused: Task Create to example.com" {
		t.Errorf("mailed %q to %s as %s", m.Subject, m.To, m.ID)
	}
	for _, part := range []string{"Nothing is lost", "since Sun 1 Mar, 12:00", "Description: Dispatch and more", "Reason: No delivery was taken", "https://tasks.example.com/webhooks/" + taskID.String()} {
		if !strings.Contains(m.Text, part) {
			t.Errorf("%q is not in\n%s", part, m.Text)
		}
	}
	if strings.Contains(m.Text, "hidden") {
		t.Errorf("the mail shows a secret:\n%s", m.Text)
	}
	d.alarm = tickler.AlarmFails
	if err := d.Run(t.Context(), alarmJob); !errors.Is(err, jobs.Settled) || !strings.HasPrefix(d.taken[1].Subject, "A webhook is failing: ") || !strings.Contains(d.taken[1].Text, "If it accepts nothing for 3 days") {
		t.Errorf("%v; mailed %v", err, d.taken[1])
	}
}

func TestAnAlarmThatIsOverIsNotMailed(t *testing.T) {
	for name, end := range map[string]func(d *alarmDesk){
		"resumed":            func(d *alarmDesk) { d.subscription = d.subscription.Resumed() },
		"works again":        func(d *alarmDesk) { d.alarm, d.subscription = tickler.AlarmFails, d.subscription.Resumed() },
		"removed":            func(d *alarmDesk) { d.gone = true },
		"the admin has left": func(d *alarmDesk) { d.admin.Active = false },
	} {
		d := newAlarmDesk(t)
		end(d)
		if err := d.Run(t.Context(), alarmJob); !errors.Is(err, jobs.Settled) || len(d.taken) > 0 {
			t.Errorf("%s: %v; mailed %v", name, err, d.taken)
		}
	}
}

func TestAnAlarmThatCannotBeMailedIsTriedAgain(t *testing.T) {
	d := newAlarmDesk(t)
	d.refusal = errors.New("the mail server is away")
	if err := d.Run(t.Context(), alarmJob); !errors.Is(err, d.refusal) {
		t.Errorf("%v", err)
	}
}

// A mail that the server accepted is not sent again only because the store could not record it.
func TestAMailedAlarmThatCouldNotBeRecordedIsNotMailedAgain(t *testing.T) {
	d := newAlarmDesk(t)
	d.storing = errors.New("the database is away")
	for range 2 {
		if err := d.Run(t.Context(), alarmJob); !errors.Is(err, d.storing) {
			t.Errorf("the run gives %v", err)
		}
	}
	d.storing = nil
	d.subscription = d.subscription.Resumed() // too late
	if err := d.Run(t.Context(), alarmJob); !errors.Is(err, jobs.Settled) || len(d.taken) != 1 || d.ended != 1 {
		t.Errorf("%v; mailed %d times, ended %d times", err, len(d.taken), d.ended)
	}
}
