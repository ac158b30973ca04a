package worker

import (
	"bytes"
	"context"
	"fmt"
	texttemplate "text/template"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/mail"
)

// FailureMailer mails an administrator that a subscription's receiver fails, or that the
// subscription is paused for it: it is what an alarm job does.
type FailureMailer struct {
	Deps
	sent handOvers[struct{}]
}

type failureApp interface {
	AlarmOf(
		ctx context.Context, job jobs.Job,
	) (s tickler.Subscription, user tickler.ID, alarm tickler.Alarm, found bool, err error)
}

type failureStore interface {
	EndJob(ctx context.Context, job jobs.Ref) error
}

// NewFailureMailer makes a failure mailer. Without a mail server, failures are only logged.
func NewFailureMailer(d Deps) *FailureMailer { return &FailureMailer{Deps: d} }

// alarmKept is for how long an alarm is tried to be mailed.
const alarmKept = 24 * time.Hour

const alarmWorkers, alarmsPerAccount = 2, 1

// Kind is how alarm jobs are run: tried again as reminders are, for a day.
func (m *FailureMailer) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.AlarmJob, Workers: alarmWorkers, PerAccount: alarmsPerAccount, TimeLimit: mailTimeLimit,
		Run:     m.Run,
		Backoff: mailBackoff,
	}
}

// Run mails the alarm of a job, if it still holds.
func (m *FailureMailer) Run(ctx context.Context, job jobs.Job) error {
	return m.sent.once(handOver{job: job.Ref}, func() (none struct{}, taken bool, err error) {
		taken, err = m.handOver(ctx, job)
		return none, taken, err
	}, func(struct{}) error {
		ctx, cancel := recording(ctx)
		defer cancel()
		if err := m.Store.EndJob(ctx, job.Ref); err != nil {
			return err
		}
		return jobs.Settled
	})
}

// handOver mails the alarm of a job and reports whether it was taken: one that holds no more, or
// that there is nobody to get, is not.
func (m *FailureMailer) handOver(ctx context.Context, job jobs.Job) (taken bool, err error) {
	s, userID, alarm, found, err := m.App.AlarmOf(ctx, job)
	if err != nil || !found || !s.Holds(alarm) {
		return false, err
	}
	account, err := m.App.Account(ctx, s.AccountID)
	if err != nil {
		return false, err
	}
	user, found := account.User(userID)
	if !found || !user.Active {
		return false, nil
	}
	m.Log.Warn("a webhook's receiver is failing", "webhook", s.ID, "alarm", string(alarm), "host", host(s.URL), "since",
		s.FailingSince)
	if m.Mail == nil {
		return false, nil
	}
	message, err := m.message(s, alarm, user, account)
	if err != nil {
		return false, jobs.Dead(err)
	}
	message.ID = tickler.ID(job.ID).String() + "@" + m.Mail.Domain()
	_, err = m.Mail.Send(ctx, message)
	if err != nil && (mail.IsPermanent(err) || m.Clock.Now().Sub(job.CreatedAt) > alarmKept) {
		return false, jobs.Dead(err)
	}
	return err == nil, err
}

var failureText = texttemplate.Must(texttemplate.ParseFS(messageTemplates, "templates/failure.txt"))

func (m *FailureMailer) message(
	s tickler.Subscription, alarm tickler.Alarm, user tickler.User, account app.Account,
) (mail.Message, error) {
	times := timesOf(user, account, m.Clock.Now())
	page := struct {
		Paused                                              bool
		Since, Event, Host, Description, Reason, Link, Zone string
	}{
		alarm == tickler.AlarmPaused, times.DatedInstant(s.FailingSince), s.Event.String(), host(s.URL),
		singleLine(s.Description),
		singleLine(s.PauseReason), m.PublicURL + "/webhooks/" + s.ID.String(), times.Zone.String(),
	}
	var text bytes.Buffer
	if err := failureText.Execute(&text, page); err != nil {
		return mail.Message{}, fmt.Errorf("writing an alarm's text: %w", err)
	}
	subject := "A webhook is failing: "
	if page.Paused {
		subject = "A webhook is paused: "
	}
	return mail.Message{
		To: user.Email, ToName: user.Name(), Subject: subject + page.Event + " to " + page.Host,
		Text: text.String(),
	}, nil
}
