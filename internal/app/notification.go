package app

import (
	"context"
	"errors"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

type notificationStore interface {
	Notifications(
		ctx context.Context, account tickler.ID, states []tickler.NotificationState, page tickler.Page,
	) ([]tickler.Notification, error)
	NotificationsOfTask(ctx context.Context, account, task tickler.ID) ([]tickler.Notification, error)
}

type notificationTx interface {
	Notification(ctx context.Context, account, id tickler.ID) (tickler.Notification, bool, error)
	// PutNotification updates a notification, if it is still in the state was.
	PutNotification(ctx context.Context, n tickler.Notification, was tickler.NotificationState) error
	// EnqueueMail makes the job that mails a notification.
	EnqueueMail(ctx context.Context, n tickler.Notification, now time.Time) error
}

// Notifications lists the account's notifications in some states, the latest moment first; all when
// no state is named.
func (a *Reminders) Notifications(
	ctx context.Context, caller Caller, states []tickler.NotificationState, page tickler.Page,
) ([]tickler.Notification, error) {
	return a.store.Notifications(ctx, caller.Account.ID, states, page)
}

// TaskReminder is what becomes of a task's reminder, and what has become of those before it.
type TaskReminder struct {
	Fate tickler.ReminderFate
	// Told are the task's notifications, the latest moment first.
	Told []tickler.Notification
}

// Current returns the notification of the reminder as it stands; false when there is none, or none
// yet.
func (r TaskReminder) Current(task tickler.Task) (n tickler.Notification, found bool) {
	for _, n := range r.Told {
		if n.Moment.Equal(task.RemindAt) && n.OwnerID == task.OwnerID {
			return n, true
		}
	}
	return n, false
}

// ReminderOf says what becomes of the reminder of a task, which the caller has been shown.
func (a *Reminders) ReminderOf(ctx context.Context, caller Caller, task tickler.Task) (TaskReminder, error) {
	if !caller.maySee(task) {
		return TaskReminder{}, tickler.Refuse(tickler.FactNoTask, tickler.FieldTask, task.ID)
	}
	told, err := a.store.NotificationsOfTask(ctx, caller.Account.ID, task.ID)
	return TaskReminder{task.ReminderFate(told, caller.Now), told}, err
}

// ResendNotification sends a settled notification once more, if it is still wanted by then. One
// that is still pending, or that does not exist, is an error.
func (a *Reminders) ResendNotification(ctx context.Context, caller Caller, id tickler.ID) error {
	return a.write(ctx, func(ctx context.Context, tx Tx) error {
		n, found, err := tx.Notification(ctx, caller.Account.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return tickler.Refuse(tickler.FactNoNotification, "", id)
		}
		if n.State == tickler.NotificationPending {
			return tickler.Refuse(tickler.FactNotificationPending, "", id)
		}
		if err := tx.PutNotification(ctx, n.Resent(caller.Now), n.State); err != nil {
			return err
		}
		return tx.EnqueueMail(ctx, n, caller.Now)
	})
}

var errWantedAgain = errors.New("the notification is wanted again")

// SettleNotification records what has become of a pending notification and ends its job, in one
// transaction. It refuses to withdraw one that is wanted again: the task was rearmed for the same
// moment and owner since the check, and the new claim relied on the job that exists.
func (a *Reminders) SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error {
	account, err := a.directory.Account(ctx, n.AccountID)
	if err != nil {
		return err
	}
	owner, _ := account.User(n.OwnerID)
	remindersOff := owner.RemindersOff
	return a.writeRepeatable(ctx, func(ctx context.Context, tx Tx) error {
		if n.State == tickler.NotificationWithdrawn {
			task, found, err := tx.Task(ctx, n.AccountID, n.TaskID)
			if err != nil {
				return err
			}
			if found && !task.AwaitsReminder() && n.StillWanted(task) && !remindersOff {
				return errWantedAgain
			}
		}
		if err := tx.PutNotification(ctx, n, tickler.NotificationPending); err != nil {
			return err
		}
		return tx.EndJob(ctx, job)
	})
}

// NoteAttempt records a failed attempt of a notification that stays pending.
func (a *Reminders) NoteAttempt(ctx context.Context, n tickler.Notification) error {
	return a.write(ctx, func(ctx context.Context, tx Tx) error {
		return tx.PutNotification(ctx, n, tickler.NotificationPending)
	})
}
