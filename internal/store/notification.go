package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// notify makes notifications and the jobs that mail them. One that is there already becomes pending
// again if the domain says so: see [tickler.NotificationState.ComesAgain].
func (tx *Tx) notify(ctx context.Context, due []tickler.Notification) error {
	for some := range slices.Chunk(due, engine.RowsAtOnce) {
		rows := make([][]any, len(some))
		for i, n := range some {
			rows[i] = []any{
				idArg(n.AccountID), idArg(n.TaskID), n.Moment.Unix(), idArg(n.OwnerID), idArg(newID()),
				n.Deadline.Unix(), int(n.State), n.Attempts, n.LastError, n.CreatedAt.Unix(), nil, "",
			}
		}
		statement, args := engine.Insertion(`notification (`+notificationColumns+`)`, rows)
		returned, err := engine.Composed(tx.db).QueryContext(ctx, statement+pendingAgain, args...)
		pending, err := engine.Collect(returned, err, scanNotification)
		if err != nil {
			return err
		}
		if err := tx.enqueueMails(ctx, pending, some[0].CreatedAt); err != nil {
			return err
		}
	}
	return nil
}

// pendingAgain is what an insertion of notifications does when one exists already. It returns those
// that are now pending and were not before.
var pendingAgain = fmt.Sprintf(`
	ON CONFLICT (account_id, task_id, moment, owner_id) DO UPDATE
		SET state = excluded.state, deadline = excluded.deadline, settled_at = NULL
		WHERE notification.state IN (%s)
	RETURNING %s`, statesThatComeAgain(), notificationColumns)

func statesThatComeAgain() string {
	var states []string
	for _, s := range tickler.NotificationStates() {
		if s.ComesAgain() {
			states = append(states, strconv.Itoa(int(s)))
		}
	}
	return strings.Join(states, ", ")
}

// enqueueMails makes the jobs that mail notifications, due at their moments. Their payload is the
// notification's id.
func (tx *Tx) enqueueMails(ctx context.Context, pending []tickler.Notification, now time.Time) error {
	mails := make([]jobs.New, len(pending))
	for i, n := range pending {
		mails[i] = jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(n.AccountID)}, Kind: tickler.MailJob, Payload: n.ID.String(), Due: n.Moment,
			CreatedAt: now,
		}
	}
	return tx.Enqueue(ctx, mails...)
}

const notificationColumns = `account_id, task_id, moment, owner_id, id, deadline, state, attempts, last_error,
	created_at, settled_at, reply`

func scanNotification(row engine.Row) (n tickler.Notification, err error) {
	return n, row.Scan(idColumn{&n.AccountID}, idColumn{&n.TaskID}, instantColumn{&n.Moment}, idColumn{&n.OwnerID},
		idColumn{&n.ID}, instantColumn{&n.Deadline}, &n.State, &n.Attempts, &n.LastError, instantColumn{&n.CreatedAt},
		instantColumn{&n.SettledAt}, &n.Reply)
}

// NotificationOf reads the notification that a mail job is about; false when there is none.
func (s *Store) NotificationOf(ctx context.Context, job jobs.Job) (n tickler.Notification, found bool, err error) {
	id, err := tickler.ParseID(job.Payload)
	if err != nil {
		return s.notificationOfKey(ctx, job)
	}
	return s.notification(ctx, `id = $2`, job.Account[:], idArg(id))
}

// notificationOfKey reads the notification of a job that was made before the payload was the
// notification's id.
func (s *Store) notificationOfKey(ctx context.Context, job jobs.Job) (n tickler.Notification, found bool, err error) {
	var key struct {
		Task, Owner string
		Moment      int64
	}
	if err := json.Unmarshal([]byte(job.Payload), &key); err != nil {
		return n, false, jobs.Dead(err)
	}
	task, taskErr := tickler.ParseID(key.Task)
	owner, ownerErr := tickler.ParseID(key.Owner)
	if err := errors.Join(taskErr, ownerErr); err != nil {
		return n, false, jobs.Dead(err)
	}
	return s.notification(
		ctx, `task_id = $2 AND moment = $3 AND owner_id = $4`, job.Account[:], idArg(task), key.Moment, idArg(owner),
	)
}

func (s *Store) notification(
	ctx context.Context, condition string, args ...any,
) (n tickler.Notification, found bool, err error) {
	n, err = scanNotification(s.engine.Reader().QueryRowContext(ctx,
		`SELECT `+notificationColumns+` FROM notification WHERE account_id = $1 AND `+condition, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	return n, err == nil, engine.Classify(err)
}

// Notification reads one notification; false when there is none.
func (s *Store) Notification(ctx context.Context, account, id tickler.ID) (tickler.Notification, bool, error) {
	return s.notification(ctx, `id = $2`, idArg(account), idArg(id))
}

// Notification reads and locks one notification; false when there is none.
func (tx *Tx) Notification(ctx context.Context, account, id tickler.ID) (tickler.Notification, bool, error) {
	n, err := scanNotification(tx.db.QueryRowContext(ctx,
		`SELECT `+notificationColumns+` FROM notification WHERE account_id = $1 AND id = $2`+tx.dialect.LockRow,
		idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	return n, err == nil, err
}

// PutNotification updates what has become of a notification, if it is still in the state was.
func (tx *Tx) PutNotification(ctx context.Context, n tickler.Notification, was tickler.NotificationState) error {
	_, err := tx.db.ExecContext(ctx, `
		UPDATE notification SET state = $1, attempts = $2, last_error = $3, settled_at = $4, deadline = $5,
			reply = $6
		WHERE account_id = $7 AND id = $8 AND state = $9`,
		int(n.State), n.Attempts, n.LastError, instantArg(n.SettledAt), n.Deadline.Unix(), n.Reply, idArg(n.AccountID),
		idArg(n.ID), int(was))
	return err
}

// EnqueueMail makes the job that mails a notification.
func (tx *Tx) EnqueueMail(ctx context.Context, n tickler.Notification, now time.Time) error {
	return tx.enqueueMails(ctx, []tickler.Notification{n}, now)
}

// NotificationsOfTask returns what became of a task's reminders, the latest moment first.
func (s *Store) NotificationsOfTask(ctx context.Context, account, task tickler.ID) ([]tickler.Notification, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `SELECT `+notificationColumns+`
		FROM notification WHERE account_id = $1 AND task_id = $2 ORDER BY moment DESC, created_at DESC`,
		idArg(account), idArg(task))
	return engine.Collect(rows, err, scanNotification)
}

// Notifications lists an account's notifications in some states, the latest moment first; all
// states when none is named.
func (s *Store) Notifications(
	ctx context.Context, account tickler.ID, states []tickler.NotificationState, page tickler.Page,
) ([]tickler.Notification, error) {
	args := []any{idArg(account)}
	where := `account_id = $1`
	if len(states) > 0 {
		where += ` AND state IN (` + engine.Placeholders(len(args)+1, len(states)) + `)`
		for _, state := range states {
			args = append(args, int(state))
		}
	}
	rows, err := s.engine.Reader().QueryContext(ctx, fmt.Sprintf(`
		SELECT %s FROM notification WHERE %s ORDER BY moment DESC, id LIMIT $%d OFFSET $%d`,
		notificationColumns, where, len(args)+1, len(args)+2), append(args, page.Limit, page.Offset)...)
	return engine.Collect(rows, err, scanNotification)
}
