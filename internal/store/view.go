package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store/engine"
)

// viewContent is what a view shows, as it is stored. Its names must not change.
type viewContent struct {
	Statuses    []tickler.Status     `json:"statuses,omitempty"`
	Reader      bool                 `json:"reader,omitempty"` // owner
	OwnerID     string               `json:"owner_id,omitempty"`
	WithReports bool                 `json:"with_reports,omitempty"`
	TypeIDs     []string             `json:"type_ids,omitempty"`
	Due         tickler.DueTerm      `json:"due,omitempty"`
	From        string               `json:"from,omitempty"` // a day
	To          string               `json:"to,omitempty"`
	RelatedID   string               `json:"related_id,omitempty"`
	IsTied      *bool                `json:"is_tied,omitempty"`
	Text        string               `json:"text,omitempty"`
	Columns     []tickler.TaskColumn `json:"columns,omitempty"`
	Order       tickler.TaskColumn   `json:"order,omitempty"`
	Descending  bool                 `json:"descending,omitempty"`
}

func contentOf(v tickler.View) viewContent {
	c := viewContent{
		Statuses: v.Terms.Statuses, Reader: v.Terms.Owner.IsReader, OwnerID: idText(v.Terms.Owner.ID),
		WithReports: v.Terms.Owner.WithReports, Due: v.Terms.Due, From: dayText(v.Terms.From), To: dayText(v.Terms.To),
		RelatedID: idText(v.Terms.RelatedID), IsTied: v.Terms.IsTied, Text: v.Terms.Text,
		Columns: v.Columns, Order: v.Order, Descending: v.Descending,
	}
	for _, id := range v.Terms.TypeIDs {
		c.TypeIDs = append(c.TypeIDs, idText(id))
	}
	return c
}

func (c viewContent) fill(v *tickler.View) error {
	v.Columns, v.Order, v.Descending = c.Columns, c.Order, c.Descending
	v.Terms = tickler.TaskTerms{
		Statuses: c.Statuses, Due: c.Due, IsTied: c.IsTied, Text: c.Text,
		Owner: tickler.OwnerTerm{IsReader: c.Reader, WithReports: c.WithReports},
	}
	for _, text := range c.TypeIDs {
		id, err := tickler.ParseID(text)
		if err != nil {
			return err
		}
		v.Terms.TypeIDs = append(v.Terms.TypeIDs, id)
	}
	return errors.Join(parseIDText(c.OwnerID, &v.Terms.Owner.ID), parseIDText(c.RelatedID, &v.Terms.RelatedID),
		parseDayText(c.From, &v.Terms.From), parseDayText(c.To, &v.Terms.To))
}

func parseIDText(text string, into *tickler.ID) (err error) {
	if text != "" {
		*into, err = tickler.ParseID(text)
	}
	return err
}

func dayText(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

func parseDayText(text string, into *time.Time) (err error) {
	if text != "" {
		*into, err = civil.ParseDate(text)
	}
	return err
}

const viewColumns = `account_id, id, maker_id, name, is_shared, content, created_at, modified_at`

func scanView(row engine.Row) (v tickler.View, err error) {
	var text string
	err = row.Scan(idColumn{&v.AccountID}, idColumn{&v.ID}, idColumn{&v.MakerID}, &v.Name, &v.IsShared, &text,
		instantColumn{&v.CreatedAt}, instantColumn{&v.ModifiedAt})
	if err != nil {
		return v, err
	}
	var content viewContent
	if err := json.Unmarshal([]byte(text), &content); err != nil {
		return v, err
	}
	return v, content.fill(&v)
}

// Views lists the views that a user made, and those that are shared, the oldest first.
func (s *Store) Views(ctx context.Context, account, user tickler.ID) ([]tickler.View, error) {
	rows, err := s.engine.Reader().QueryContext(ctx, `
		SELECT `+viewColumns+` FROM task_view WHERE account_id = $1 AND (maker_id = $2 OR is_shared = 1) ORDER BY id`,
		idArg(account), idArg(user))
	return engine.Collect(rows, err, scanView)
}

// View reads and locks one view; false when there is none.
func (tx *Tx) View(ctx context.Context, account, id tickler.ID) (tickler.View, bool, error) {
	v, err := scanView(tx.db.QueryRowContext(ctx,
		`SELECT `+viewColumns+` FROM task_view WHERE account_id = $1 AND id = $2`+tx.dialect.LockRow,
		idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

// ViewCount returns how many views a user has made. Until the transaction ends, nobody else counts
// them.
func (tx *Tx) ViewCount(ctx context.Context, account, user tickler.ID) (count int, err error) {
	if tx.dialect.LockText != "" {
		if _, err := tx.db.ExecContext(ctx, tx.dialect.LockText, "views of "+user.String()); err != nil {
			return 0, err
		}
	}
	row := tx.db.QueryRowContext(ctx, `SELECT count(*) FROM task_view WHERE account_id = $1 AND maker_id = $2`,
		idArg(account), idArg(user))
	return count, row.Scan(&count)
}

// PutView stores a view, new or changed.
func (tx *Tx) PutView(ctx context.Context, v tickler.View) error {
	content, err := jsonArg(contentOf(v))
	if err != nil {
		return err
	}
	_, err = tx.db.ExecContext(ctx, `
		INSERT INTO task_view (`+viewColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (account_id, id) DO UPDATE SET name = excluded.name, is_shared = excluded.is_shared,
			content = excluded.content, modified_at = excluded.modified_at`,
		idArg(v.AccountID), idArg(v.ID), idArg(v.MakerID), v.Name, flagArg(v.IsShared), content,
		v.CreatedAt.Unix(), v.ModifiedAt.Unix())
	return err
}

// RemoveView removes a view.
func (tx *Tx) RemoveView(ctx context.Context, account, id tickler.ID) error {
	_, err := tx.db.ExecContext(ctx, `DELETE FROM task_view WHERE account_id = $1 AND id = $2`,
		idArg(account), idArg(id))
	return err
}
