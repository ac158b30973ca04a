package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/mail"
)

// Mailer mails notifications: it is what a mail job does.
type Mailer struct {
	store    mailStore
	accounts accounts
	sender   Sender
	clock    tickler.Clock
	// publicURL is where the links of a mail lead.
	publicURL string
	log       *slog.Logger
	// settled is told what became of each notification.
	settled func(n tickler.Notification)
	// handedOver holds the jobs whose mail the server took but the store could not record: it is not mailed again.
	handedOver sync.Map
}

type mailStore interface {
	NotificationOf(ctx context.Context, job jobs.Job) (n tickler.Notification, found bool, err error)
	SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error
	NoteAttempt(ctx context.Context, n tickler.Notification) error
	Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error)
}

// accounts finds the people and task types of an account.
type accounts interface {
	Account(ctx context.Context, id tickler.ID) (app.Account, error)
}

// Sender hands a message to a mail server. An error for which mail.IsPermanent holds can't be mended by trying again.
type Sender interface {
	Send(ctx context.Context, message mail.Message) error
	// Domain is that of the sender's address; Message-IDs end in it.
	Domain() string
}

// NewMailer makes a mailer. Without a sender, notifications are kept and marked as unsent.
func NewMailer(
	store mailStore, accounts accounts, sender Sender, clock tickler.Clock, publicURL string, log *slog.Logger, settled func(tickler.Notification),
) *Mailer {
	return &Mailer{store: store, accounts: accounts, sender: sender, clock: clock, publicURL: publicURL, log: log, settled: settled}
}

// mailTimeLimit ends a hand-over to a mail server that hangs; the sender's own limit comes first.
const mailTimeLimit = time.Minute

// mailBackoff is how long a mail waits after its first, second, ... failure; the last one repeats.
var mailBackoff = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// mailPerAccount leaves connections to others, should those of one account hang at a slow mail server.
const mailPerAccount = mail.MaxConnections * 3 / 4

// Kind is how mail jobs are run: 1, 5, 15 and 60 minutes after a failure, then hourly, until the notification expires. As
// many at once as the sender has connections.
func (m *Mailer) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.MailJob, Workers: mail.MaxConnections, PerAccount: mailPerAccount, TimeLimit: mailTimeLimit, Run: m.Run,
		Backoff: mailBackoff,
	}
}

// Run mails the notification of a job, if it is still wanted. Everything about it is read again right before the
// hand-over.
func (m *Mailer) Run(ctx context.Context, job jobs.Job) error {
	n, found, err := m.store.NotificationOf(ctx, job)
	if err != nil {
		return err
	}
	if !found || n.State != tickler.NotificationPending {
		return nil
	}
	if _, taken := m.handedOver.Load(job.Ref); taken { // whatever has become of the task since
		n.Attempts++
		return m.settle(ctx, n, job, tickler.NotificationSent, "")
	}
	task, found, err := m.store.Task(ctx, n.AccountID, n.TaskID)
	if err != nil {
		return err
	}
	now := m.clock.Now()
	switch {
	case !found || !n.StillWanted(task):
		return m.settle(ctx, n, job, tickler.NotificationWithdrawn, "")
	case n.IsExpired(task, now):
		return m.settle(ctx, n, job, tickler.NotificationExpired, n.LastError)
	case m.sender == nil:
		return m.settle(ctx, n, job, tickler.NotificationUnsent, "no mail server is configured: see --smtp-url")
	}
	if early := n.Moment.Sub(now); early > 0 { // the clock was set back since the claim
		if !sleep(ctx, m.clock, early) {
			return context.Cause(ctx)
		}
		return m.Run(ctx, job) // with all that has happened meanwhile
	}
	return m.mail(ctx, n, task, job)
}

func (m *Mailer) mail(ctx context.Context, n tickler.Notification, task tickler.Task, job jobs.Job) error {
	account, err := m.accounts.Account(ctx, n.AccountID)
	if err != nil {
		return err
	}
	owner, found := account.User(n.OwnerID)
	if !found || !owner.Active {
		return m.settle(ctx, n, job, tickler.NotificationFailed, "the owner "+owner.Email+" is not active")
	}
	message, err := reminderMessage(m.reminder(n, task, owner, account))
	if err != nil {
		return err
	}
	n.Attempts++
	err = m.sender.Send(ctx, message)
	switch {
	case err == nil:
		m.handedOver.Store(job.Ref, true)
		return m.settle(ctx, n, job, tickler.NotificationSent, "")
	case mail.IsPermanent(err):
		return m.settle(ctx, n, job, tickler.NotificationFailed, err.Error())
	}
	n.LastError = err.Error()
	ctx, cancel := recording(ctx)
	defer cancel()
	return errors.Join(err, m.store.NoteAttempt(ctx, n))
}

// reminder gathers what the message says.
func (m *Mailer) reminder(n tickler.Notification, task tickler.Task, owner tickler.User, account app.Account) reminder {
	taskType, _ := account.TaskType(task.TypeID)
	r := reminder{
		NotificationID: n.ID, Task: task, TypeName: taskType.Name, Owner: owner, Zone: owner.ZoneIn(account.Settings()),
		PublicURL: m.publicURL, MailDomain: m.sender.Domain(),
	}
	if n.IsLate(m.clock.Now()) {
		r.Missed = n.Moment
	}
	return r
}

// settle records what has become of a notification, and ends its job with it.
func (m *Mailer) settle(ctx context.Context, n tickler.Notification, job jobs.Job, state tickler.NotificationState, reason string) error {
	n.State, n.LastError, n.SettledAt = state, reason, m.clock.Now().UTC()
	ctx, cancel := recording(ctx)
	defer cancel()
	if err := m.store.SettleNotification(ctx, n, job.Ref); err != nil {
		return err
	}
	m.handedOver.Delete(job.Ref)
	m.settled(n)
	return jobs.Settled
}

// recording gives the time to record what was done, even to a run that was just told to stop.
func recording(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
}
