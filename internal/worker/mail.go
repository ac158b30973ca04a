package worker

import (
	"context"
	"errors"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/mail"
)

// Mailer mails notifications: it is what a mail job does.
type Mailer struct {
	Deps
	sent handOvers[outcome]
}

type mailStore interface {
	NotificationOf(ctx context.Context, job jobs.Job) (n tickler.Notification, found bool, err error)
	Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error)
}

type mailApp interface {
	SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error
	NoteAttempt(ctx context.Context, n tickler.Notification) error
	// MailLinks signs the links in the mail of a notification that is handed over now.
	MailLinks(ctx context.Context, n tickler.Notification) (app.MailLinks, error)
}

// NewMailer makes a mailer. Without a mail server, notifications are kept and marked as unsent.
func NewMailer(d Deps) *Mailer { return &Mailer{Deps: d} }

// mailTimeLimit ends a hand-over to a mail server that hangs; the sender's own limit comes first.
const mailTimeLimit = time.Minute

// mailBackoff is how long a mail waits after its first, second, ... failure; the last one repeats.
var mailBackoff = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// mailPerAccount leaves connections to others, should those of one account hang at a slow mail
// server.
const mailPerAccount = mail.MaxConnections * 3 / 4

// Kind is how mail jobs are run: 1, 5, 15 and 60 minutes after a failure, then hourly, until the
// notification expires. As many at once as the sender has connections.
func (m *Mailer) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.MailJob, Workers: mail.MaxConnections, PerAccount: mailPerAccount, TimeLimit: mailTimeLimit,
		Run:     m.Run,
		Backoff: mailBackoff,
	}
}

// outcome is what has become of a notification, and why.
type outcome struct {
	state    tickler.NotificationState
	reason   string
	attempts int    // made by this run
	reply    string // of the mail server that took it
}

// Run mails the notification of a job, if it is still wanted. Everything about it is read again
// right before the hand-over.
func (m *Mailer) Run(ctx context.Context, job jobs.Job) error {
	n, found, err := m.Store.NotificationOf(ctx, job)
	if err != nil {
		return err
	}
	this := handOver{job: job.Ref}
	if !found || n.State != tickler.NotificationPending {
		m.sent.forget(this)
		return nil
	}
	return m.sent.once(this, func() (outcome, bool, error) {
		o, err := m.handOver(ctx, n)
		return o, o.state == tickler.NotificationSent, err
	}, func(o outcome) error { return m.settle(ctx, n, job, o) })
}

// handOver sees what is to become of a notification, and mails it if that is wanted. An error says
// that it stays pending.
func (m *Mailer) handOver(ctx context.Context, n tickler.Notification) (outcome, error) {
	task, found, err := m.Store.Task(ctx, n.AccountID, n.TaskID)
	if err != nil {
		return outcome{}, err
	}
	now := m.Clock.Now()
	switch {
	case !found || !n.StillWanted(task):
		return outcome{state: tickler.NotificationWithdrawn}, nil
	case n.IsExpired(task, now):
		return outcome{state: tickler.NotificationExpired, reason: n.LastError}, nil
	case m.Mail == nil:
		return outcome{state: tickler.NotificationUnsent, reason: "no mail server is configured: see --smtp-url"}, nil
	}
	if early := n.Moment.Sub(now); early > 0 { // the clock was set back since the claim
		if !sleep(ctx, m.Clock, early) {
			return outcome{}, context.Cause(ctx)
		}
		return m.handOver(ctx, n) // with all that has happened meanwhile
	}
	return m.mail(ctx, n, task)
}

// remindersOff is why the mail of somebody's reminder was withdrawn who wants none.
const remindersOff = "the owner has turned reminder mails off"

func (m *Mailer) mail(ctx context.Context, n tickler.Notification, task tickler.Task) (outcome, error) {
	account, err := m.App.Account(ctx, n.AccountID)
	if err != nil {
		return outcome{}, err
	}
	owner, found := account.User(n.OwnerID)
	if !found || !owner.Active {
		return outcome{state: tickler.NotificationFailed, reason: "the owner " + owner.Email + " is not active"}, nil
	}
	if owner.RemindersOff {
		return outcome{state: tickler.NotificationWithdrawn, reason: remindersOff}, nil
	}
	links, err := m.App.MailLinks(ctx, n)
	if err != nil {
		return outcome{}, err
	}
	message, err := reminderMessage(m.reminder(n, task, owner, account, links))
	if err != nil {
		return outcome{}, err
	}
	reply, err := m.Mail.Send(ctx, message)
	switch {
	case err == nil:
		return outcome{state: tickler.NotificationSent, attempts: 1, reply: reply}, nil
	case mail.IsPermanent(err):
		return outcome{state: tickler.NotificationFailed, reason: err.Error(), attempts: 1}, nil
	}
	n.Attempts++
	n.LastError = err.Error()
	ctx, cancel := recording(ctx)
	defer cancel()
	return outcome{}, errors.Join(err, m.App.NoteAttempt(ctx, n))
}

// reminder gathers what the message says.
func (m *Mailer) reminder(
	n tickler.Notification, task tickler.Task, owner tickler.User, account app.Account, links app.MailLinks,
) reminder {
	taskType, _ := account.TaskType(task.TypeID)
	r := reminder{
		NotificationID: n.ID, Task: task, TypeName: taskType.Name, Owner: owner,
		Times: timesOf(owner, account, m.Clock.Now()), AccountZone: account.Settings().Zone,
		PublicURL: m.PublicURL, MailDomain: m.Mail.Domain(), Links: links,
	}
	if n.IsLate(m.Clock.Now()) {
		r.Missed = n.Moment
	}
	return r
}

// settle records what has become of a notification, and ends its job with it.
func (m *Mailer) settle(ctx context.Context, n tickler.Notification, job jobs.Job, o outcome) error {
	n.State, n.LastError, n.SettledAt = o.state, o.reason, m.Clock.Now().UTC()
	n.Attempts += o.attempts
	n.Reply = o.reply
	ctx, cancel := recording(ctx)
	defer cancel()
	if err := m.App.SettleNotification(ctx, n, job.Ref); err != nil {
		return err
	}
	m.Metrics.NotificationSettled(n)
	return jobs.Settled
}
