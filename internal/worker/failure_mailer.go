package worker

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	texttemplate "text/template"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/jobs"
	"tickler/internal/mail"
)

// Alarmer mails an administrator that a subscription's receiver fails, or that the subscription is paused for it: it is what an
// alarm job does.
type Alarmer struct {
	store     alarmStore
	accounts  accounts
	sender    Sender
	clock     tickler.Clock
	publicURL string
	log       *slog.Logger
}

type alarmStore interface {
	AlarmOf(ctx context.Context, job jobs.Job) (s tickler.Subscription, user tickler.ID, alarm tickler.Alarm, found bool, err error)
}

// NewAlarmer makes an alarmer. Without a sender an alarm is only logged.
func NewAlarmer(store alarmStore, accounts accounts, sender Sender, clock tickler.Clock, publicURL string, log *slog.Logger) *Alarmer {
	return &Alarmer{store: store, accounts: accounts, sender: sender, clock: clock, publicURL: publicURL, log: log}
}

// alarmKept is for how long an alarm is tried to be mailed.
const alarmKept = 24 * time.Hour

// Kind is how alarm jobs are run: tried again as reminders are, for a day.
func (a *Alarmer) Kind() jobs.Kind {
	return jobs.Kind{Name: tickler.AlarmJob, Workers: 2, PerAccount: 1, TimeLimit: mailTimeLimit, Run: a.Run, Backoff: mailBackoff}
}

// Run mails the alarm of a job, if it still holds.
func (a *Alarmer) Run(ctx context.Context, job jobs.Job) error {
	s, userID, alarm, found, err := a.store.AlarmOf(ctx, job)
	if err != nil {
		return err
	}
	if !found || !s.Holds(alarm) {
		return nil
	}
	account, err := a.accounts.Account(ctx, s.AccountID)
	if err != nil {
		return err
	}
	user, found := account.User(userID)
	if !found || !user.Active {
		return nil
	}
	a.log.Warn("a webhook's receiver fails", "webhook", s.ID, "alarm", string(alarm), "host", host(s.URL), "since", s.FailingSince)
	if a.sender == nil {
		return nil
	}
	message, err := a.message(s, alarm, user)
	if err != nil {
		return jobs.Dead(err)
	}
	message.ID = tickler.ID(job.ID).String() + "@" + a.sender.Domain()
	err = a.sender.Send(ctx, message)
	if err != nil && (mail.IsPermanent(err) || a.clock.Now().Sub(job.CreatedAt) > alarmKept) {
		return jobs.Dead(err)
	}
	return err
}

var alarmText = texttemplate.Must(texttemplate.ParseFS(messageTemplates, "templates/failure.txt"))

func (a *Alarmer) message(s tickler.Subscription, alarm tickler.Alarm, user tickler.User) (mail.Message, error) {
	page := struct {
		Paused                                        bool
		Since, Event, Host, Description, Reason, Link string
	}{
		alarm == tickler.AlarmPaused, civil.FormatInstant(s.FailingSince) + " UTC", s.Event.String(), host(s.URL), singleLine(s.Description),
		singleLine(s.PauseReason), a.publicURL + "/webhooks/" + s.ID.String(),
	}
	var text bytes.Buffer
	if err := alarmText.Execute(&text, page); err != nil {
		return mail.Message{}, fmt.Errorf("writing an alarm's text: %w", err)
	}
	subject := "A webhook fails: "
	if page.Paused {
		subject = "A webhook is paused: "
	}
	return mail.Message{To: user.Email, ToName: user.Name(), Subject: subject + page.Event + " to " + page.Host, Text: text.String()}, nil
}
