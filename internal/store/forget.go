package store

import (
	"context"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// forget runs a statement that removes rows, and returns how many were removed.
func (s *Store) forget(ctx context.Context, statement string, args ...any) (int64, error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (int64, error) {
		result, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return 0, err
		}
		return result.RowsAffected()
	})
}

// forgetWith runs a statement that removes rows and returns the account and id of each, and then,
// for each of them, the statements that remove what belongs to it. It returns how many rows the
// first statement removed.
func (s *Store) forgetWith(ctx context.Context, belongings []string, statement string, args ...any) (int64, error) {
	return engine.Written(ctx, s.write, func(ctx context.Context, tx engine.Handle) (int64, error) {
		rows, err := tx.QueryContext(ctx, statement, args...)
		gone, err := engine.Collect(rows, err, func(row engine.Row) (ref [2]tickler.ID, err error) {
			return ref, row.Scan(idColumn{&ref[0]}, idColumn{&ref[1]})
		})
		if err != nil {
			return 0, err
		}
		for _, ref := range gone {
			for _, belonging := range belongings {
				if _, err := tx.ExecContext(ctx, belonging, idArg(ref[0]), idArg(ref[1])); err != nil {
					return 0, err
				}
			}
		}
		return int64(len(gone)), nil
	})
}

// ForgetDeliveries removes up to limit deliveries of subscriptions that were settled more than
// DeliveriesKept ago, with their attempts, and returns how many.
func (s *Store) ForgetDeliveries(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forgetWith(ctx, []string{`DELETE FROM delivery_attempt WHERE account_id = $1 AND delivery_id = $2`}, `
		DELETE FROM delivery WHERE (account_id, id) IN (
			SELECT account_id, id FROM delivery
			WHERE subscription_id IS NOT NULL AND settled_at IS NOT NULL AND settled_at < $1 AND state <> 0
			ORDER BY settled_at LIMIT $2)
		RETURNING account_id, id`, now.Add(-tickler.DeliveriesKept).Unix(), limit)
}

// deliveriesOfRequest selects the ids of a bulk request's deliveries: see Store.deliveries for why
// they are taken first.
const deliveriesOfRequest = `(SELECT id FROM delivery WHERE account_id = $1 AND request_id = $2)`

// ForgetBulkRequests removes up to limit bulk requests that ended more than EndedKept ago, with all
// that belongs to them, and returns how many. One whose report or webhook is still pending, or
// whose row is locked, stays.
func (s *Store) ForgetBulkRequests(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forgetWith(ctx, []string{
		`DELETE FROM bulk_row WHERE account_id = $1 AND request_id = $2`,
		`DELETE FROM bulk_body WHERE account_id = $1 AND request_id = $2`,
		`DELETE FROM delivery_attempt WHERE account_id = $1 AND delivery_id IN ` + deliveriesOfRequest,
		`DELETE FROM delivery WHERE account_id = $1 AND id IN ` + deliveriesOfRequest,
	}, fmt.Sprintf(`
		DELETE FROM bulk_request WHERE (account_id, id) IN (
			SELECT r.account_id, r.id FROM bulk_request AS r
			WHERE r.completed_at < $1 AND r.report_state <> %d AND 0 = (
				SELECT count(*) FROM delivery AS d WHERE d.account_id = r.account_id AND d.state = %d AND d.id IN (
					SELECT id FROM delivery WHERE account_id = r.account_id AND request_id = r.id))
			ORDER BY r.completed_at LIMIT $2%s)
		RETURNING account_id, id`, tickler.ReportPending, tickler.DeliveryPending, s.dialect().SkipLocked),
		now.Add(-tickler.EndedKept).Unix(), limit)
}

// ForgetNotifications removes up to limit notifications that were settled, and whose deadline
// passed, more than EndedKept ago, and returns how many. Until its deadline, one that was sent
// prevents a second for the same moment.
func (s *Store) ForgetNotifications(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forget(ctx, `
		DELETE FROM notification WHERE (account_id, id) IN (
			SELECT account_id, id FROM notification WHERE deadline < $1 AND settled_at < $1
			ORDER BY deadline LIMIT $2)`,
		now.Add(-tickler.EndedKept).Unix(), limit)
}

// ForgetDeadJobs removes up to limit jobs that died more than EndedKept ago, and returns how many.
func (s *Store) ForgetDeadJobs(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forget(ctx, `
		DELETE FROM job WHERE (account_id, id) IN (
			SELECT account_id, id FROM job WHERE state = 2 AND next_at < $1 ORDER BY next_at LIMIT $2)`,
		now.Add(-tickler.EndedKept).UnixMilli(), limit)
}
