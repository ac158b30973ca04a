package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/store/engine"
)

// DueAccounts lists the accounts of up to limit tasks about which something is due, the longest due first. Tasks of the
// accounts that are left out don't count.
func (s *Store) DueAccounts(ctx context.Context, now time.Time, limit int, leftOut ...tickler.ID) ([]tickler.ID, error) {
	args := []any{now.Unix(), limit}
	rows, err := unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryContext(ctx, `
		SELECT DISTINCT account_id FROM (
			SELECT account_id FROM task WHERE wake_at <= $1`+notOf(leftOut, &args)+` ORDER BY wake_at LIMIT $2) AS due`, args...)
	return engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) })
}

// ClaimDue takes up to limit tasks about which something is due, the longest due first, and makes what follows, all in
// one transaction: the notifications of reminders with the jobs that mail them, and the deliveries that tell subscriptions. A
// task is claimed by one node, and never without them. It says how many tasks it took.
//
// Heralds are those of the accounts whose tasks may be taken, nil for an account without subscriptions; nil as a whole if
// there are no subscriptions at all. Tasks of the accounts that are left out don't count towards the limit.
//
// An error that comes with tasks that were taken says that subscriptions could not be told of some: the rows of these
// can't be read. All the rest has taken effect.
func (s *Store) ClaimDue(
	ctx context.Context, now time.Time, limit int, heralds map[tickler.ID]*tickler.Herald, leftOut ...tickler.ID,
) (claimed int, err error) {
	claim, err := engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (c dueClaim, err error) {
		args := []any{now.Unix(), limit}
		rows, err := unlessLeftOut(tx, leftOut).QueryContext(ctx, `
			SELECT account_id, id, owner_id, notify, remind_at, end_at, wake_at FROM task WHERE wake_at <= $1`+notOf(leftOut, &args)+`
			ORDER BY wake_at LIMIT $2`+s.dialect().SkipLocked, args...)
		due, err := engine.Collect(rows, err, scanDue)
		if err != nil {
			return c, err
		}
		byAccount := map[tickler.ID][]tickler.Task{}
		for _, task := range due {
			if _, known := heralds[task.AccountID]; known || heralds == nil {
				byAccount[task.AccountID] = append(byAccount[task.AccountID], task)
				c.count++
			}
		}
		for account, tasks := range byAccount {
			untold, err := s.wake(ctx, tx, account, tasks, heralds[account], now)
			if err != nil {
				return c, err
			}
			c.untold = errors.Join(c.untold, untold)
		}
		return c, nil
	})
	if err != nil {
		return 0, err
	}
	return claim.count, claim.untold
}

// dueClaim is what came of a claim: how many tasks were taken, and why subscriptions could not be told of some of them.
type dueClaim struct {
	count  int
	untold error
}

// unlessLeftOut returns the handle for a statement with accounts left out, which has many forms.
func unlessLeftOut(db engine.Handle, accounts []tickler.ID) engine.Handle {
	if len(accounts) > 0 {
		return engine.Composed(db)
	}
	return db
}

// notOf is a condition that leaves accounts out, whose ids it adds to the arguments; empty for none.
func notOf(accounts []tickler.ID, args *[]any) string {
	if len(accounts) == 0 {
		return ""
	}
	return ` AND account_id NOT IN (` + idList(accounts, args) + `)`
}

// scanDue reads of a task what tells what is due about it, and what a notification is made from. That it is open follows from
// its being armed.
func scanDue(row engine.Row) (t tickler.Task, err error) {
	return t, row.Scan(idColumn{&t.AccountID}, idColumn{&t.ID}, idColumn{&t.OwnerID}, &t.Notify, instantColumn{&t.RemindAt},
		instantColumn{&t.EndAt}, instantColumn{&t.WakeAt})
}

// wake does what is due about some tasks of one account, and arms them for what comes next. It says why subscriptions
// could not be told of some.
func (s *Store) wake(
	ctx context.Context, tx engine.Handle, account tickler.ID, tasks []tickler.Task, herald *tickler.Herald, now time.Time,
) (untold, err error) {
	var reminded []tickler.Task
	awake := make(map[int64][]any, 1) // the ids of tasks by their next instant; 0: there is none
	for _, task := range tasks {
		after, reminder, _ := task.Wake(herald.Wants())
		if reminder && task.Notify {
			reminded = append(reminded, task)
		}
		next := int64(0)
		if !after.WakeAt.IsZero() {
			next = after.WakeAt.Unix()
		}
		awake[next] = append(awake[next], idArg(task.ID))
	}
	if herald.WantsTimes() {
		if untold, err = s.tellOfTime(ctx, tx, account, tasks, herald, now); err != nil {
			return nil, err
		}
	}
	for next, ids := range awake {
		var wakeAt any
		if next != 0 {
			wakeAt = next
		}
		_, err := engine.Composed(tx).ExecContext(ctx, `UPDATE task SET wake_at = $1 WHERE account_id = $2 AND id IN (`+engine.Placeholders(3, len(ids))+`)`,
			append([]any{wakeAt, idArg(account)}, ids...)...)
		if err != nil {
			return nil, err
		}
	}
	for some := range slices.Chunk(reminded, engine.RowsAtOnce) {
		if err := notify(ctx, tx, some, now); err != nil {
			return nil, err
		}
	}
	return untold, nil
}

// tellOfTime tells an account's subscriptions of what is due about its tasks, which were claimed. A task whose row can't
// be read stops nobody else's: it says why.
func (s *Store) tellOfTime(
	ctx context.Context, tx engine.Handle, account tickler.ID, due []tickler.Task, herald *tickler.Herald, now time.Time,
) (untold, err error) {
	args := []any{idArg(account)}
	for _, task := range due {
		args = append(args, idArg(task.ID))
	}
	rows, err := engine.Composed(tx).QueryContext(ctx, selectTask+` WHERE t.account_id = $1 AND t.id IN (`+engine.Placeholders(2, len(due))+`) ORDER BY t.wake_at, t.id`, args...)
	tasks, err := engine.Collect(rows, err, func(row engine.Row) (*tickler.Task, error) {
		task, err := scanTask(row)
		if err != nil {
			untold = errors.Join(untold, fmt.Errorf("subscriptions can't be told of the task %s of the account %s: %w", task.ID, account, err))
			return nil, nil //nolint:nilnil // this one is passed over
		}
		return &task, nil
	})
	if err != nil {
		return nil, err
	}
	var deliveries []tickler.Delivery
	for _, task := range tasks {
		if task == nil {
			continue
		}
		for _, occurrence := range task.Due() {
			deliveries = append(deliveries, herald.Deliveries(occurrence, now)...)
		}
	}
	return untold, announce(ctx, tx, deliveries, now)
}

// notify makes the notifications and mail jobs of tasks. One that was settled without being sent becomes pending
// again; one that is pending has its job still, and one that was sent is not sent twice.
func notify(ctx context.Context, tx engine.Handle, due []tickler.Task, now time.Time) error {
	notifications := make([][]any, len(due))
	for i, task := range due {
		n := task.Notification(now)
		n.ID = newID()
		notifications[i] = []any{
			idArg(n.AccountID), idArg(n.TaskID), n.Moment.Unix(), idArg(n.OwnerID), idArg(n.ID), n.Deadline.Unix(), int(n.State), n.Attempts,
			n.LastError, n.CreatedAt.Unix(), nil,
		}
	}
	statement, args := engine.Insertion(`notification (`+notificationColumns+`)`, notifications)
	rows, err := engine.Composed(tx).QueryContext(ctx, statement+pendingAgain, args...)
	pending, err := engine.Collect(rows, err, scanNotification)
	if err != nil || len(pending) == 0 {
		return err
	}
	return enqueueMails(ctx, tx, pending, now)
}

// pendingAgain is what an insertion of notifications does where one is there already. It returns those that are now
// pending and were not before.
var pendingAgain = fmt.Sprintf(`
	ON CONFLICT (account_id, task_id, moment, owner_id) DO UPDATE
		SET state = excluded.state, deadline = excluded.deadline, settled_at = NULL
		WHERE notification.state NOT IN (%d, %d)
	RETURNING %s`, tickler.NotificationPending, tickler.NotificationSent, notificationColumns)

// enqueueMails makes the jobs that mail notifications, at their moments.
func enqueueMails(ctx context.Context, tx engine.Handle, pending []tickler.Notification, now time.Time) error {
	mails := make([][]any, len(pending))
	for i, n := range pending {
		payload, err := jsonArg(keyOf(n))
		if err != nil {
			return err
		}
		mails[i] = jobArgs(jobs.New{
			Ref: jobs.Ref{Account: jobs.ID(n.AccountID)}, Kind: tickler.MailJob, Payload: payload, Due: n.Moment, CreatedAt: now,
		})
	}
	statement, args := engine.Insertion(jobInto, mails)
	_, err := engine.Composed(tx).ExecContext(ctx, statement, args...)
	return err
}

// NextDue returns the next instant at which something is due about a task; false when there is none. Tasks of the accounts
// that are left out don't count.
func (s *Store) NextDue(ctx context.Context, leftOut ...tickler.ID) (at time.Time, armed bool, err error) {
	var next sql.NullInt64
	var args []any
	err = unlessLeftOut(s.engine.Housekeeping(), leftOut).QueryRowContext(ctx,
		`SELECT min(wake_at) FROM task WHERE wake_at IS NOT NULL`+notOf(leftOut, &args), args...).Scan(&next)
	return time.Unix(next.Int64, 0).UTC(), next.Valid, engine.Classify(err)
}

// NotificationKey is what a notification is found by. The payload of a mail job is what it marshals to.
type NotificationKey struct {
	Account, Task, Owner string
	Moment               int64
}

func keyOf(n tickler.Notification) NotificationKey {
	return NotificationKey{n.AccountID.String(), n.TaskID.String(), n.OwnerID.String(), n.Moment.Unix()}
}

const notificationColumns = `account_id, task_id, moment, owner_id, id, deadline, state, attempts, last_error, created_at, settled_at`

func scanNotification(row engine.Row) (n tickler.Notification, err error) {
	return n, row.Scan(idColumn{&n.AccountID}, idColumn{&n.TaskID}, instantColumn{&n.Moment}, idColumn{&n.OwnerID}, idColumn{&n.ID},
		instantColumn{&n.Deadline}, &n.State, &n.Attempts, &n.LastError, instantColumn{&n.CreatedAt}, instantColumn{&n.SettledAt})
}

// NotificationOf reads the notification that a mail job is about; false when there is none.
func (s *Store) NotificationOf(ctx context.Context, job jobs.Job) (n tickler.Notification, found bool, err error) {
	var key NotificationKey
	if err := json.Unmarshal([]byte(job.Payload), &key); err != nil {
		return n, false, jobs.Dead(err)
	}
	task, taskErr := tickler.ParseID(key.Task)
	owner, ownerErr := tickler.ParseID(key.Owner)
	if err := errors.Join(taskErr, ownerErr); err != nil {
		return n, false, jobs.Dead(err)
	}
	n, err = scanNotification(s.engine.Reader().QueryRowContext(ctx, `
		SELECT `+notificationColumns+` FROM notification WHERE account_id = $1 AND task_id = $2 AND moment = $3 AND owner_id = $4`,
		job.Account[:], idArg(task), key.Moment, idArg(owner)))
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	return n, err == nil, engine.Classify(err)
}

// SettleNotification records what has become of a pending notification and removes its job, in one transaction. One that
// is to be withdrawn, but that its task has come to want again, stays as it is, and that is an error.
func (s *Store) SettleNotification(ctx context.Context, n tickler.Notification, job jobs.Ref) error {
	return s.writeRepeatable(ctx, func(ctx context.Context, tx engine.Handle) error {
		if n.State == tickler.NotificationWithdrawn {
			if err := s.checkUnwanted(ctx, tx, n); err != nil {
				return err
			}
		}
		if err := updateNotification(ctx, tx, n); err != nil {
			return err
		}
		return removeJob(ctx, tx, tickler.ID(job.Account), tickler.ID(job.ID))
	})
}

// checkUnwanted gives an error when a notification's task was armed anew, for the same moment and owner, and claimed, since
// somebody saw that it was not wanted: the claim left the notification to the job that it has.
func (s *Store) checkUnwanted(ctx context.Context, tx engine.Handle, n tickler.Notification) error {
	task, err := scanTask(tx.QueryRowContext(ctx, selectTask+` WHERE t.account_id = $1 AND t.id = $2`+s.dialect().LockRowsOf("t"),
		idArg(n.AccountID), idArg(n.TaskID)))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil && !task.AwaitsReminder() && n.StillWanted(task) {
		return errors.New("the notification is wanted again")
	}
	return err
}

// NoteAttempt records a failed attempt of a notification that stays pending.
func (s *Store) NoteAttempt(ctx context.Context, n tickler.Notification) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error { return updateNotification(ctx, tx, n) })
}

func updateNotification(ctx context.Context, tx engine.Handle, n tickler.Notification) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE notification SET state = $1, attempts = $2, last_error = $3, settled_at = $4
		WHERE account_id = $5 AND task_id = $6 AND moment = $7 AND owner_id = $8 AND state = 0`,
		int(n.State), n.Attempts, n.LastError, instantArg(n.SettledAt), idArg(n.AccountID), idArg(n.TaskID), n.Moment.Unix(), idArg(n.OwnerID))
	return err
}

// Notifications lists an account's notifications in some states, the latest moment first; all states when none is named.
func (s *Store) Notifications(ctx context.Context, account tickler.ID, states []tickler.NotificationState, page tickler.Page) ([]tickler.Notification, error) {
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

// ResendNotification has a settled notification sent once more, whatever has become of it, until a new deadline. A
// notification that is still pending, or that does not exist, is an error.
func (s *Store) ResendNotification(ctx context.Context, account, id tickler.ID, now, deadline time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		n, err := scanNotification(tx.QueryRowContext(ctx,
			`SELECT `+notificationColumns+` FROM notification WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id)))
		if errors.Is(err, sql.ErrNoRows) {
			return noSuch("Notification Id", id.String())
		}
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `
			UPDATE notification SET state = 0, settled_at = NULL, deadline = $1 WHERE account_id = $2 AND id = $3 AND state <> 0`,
			deadline.Unix(), idArg(account), idArg(id))
		err = affectedOne(result, err, &tickler.Error{
			Kind: tickler.KindInvalid, Message: "The notification '" + id.String() + "' is still pending: it is sent without being asked.",
		})
		if err != nil {
			return err
		}
		return enqueueMails(ctx, tx, []tickler.Notification{n}, now)
	})
}
