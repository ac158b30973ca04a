package store

import (
	"context"
	"database/sql"
	"errors"

	"tickler"
	"tickler/internal/store/engine"
)

const opportunityColumns = `account_id, id, lead_id, name, created_by, created_at`

// CreateOpportunity stores a new opportunity.
func (s *Store) CreateOpportunity(ctx context.Context, o tickler.Opportunity) error {
	return s.Write(ctx, func(ctx context.Context, tx *Tx) error { return tx.CreateOpportunity(ctx, o) })
}

// CreateOpportunity stores a new opportunity.
func (tx *Tx) CreateOpportunity(ctx context.Context, o tickler.Opportunity) error {
	_, err := tx.db.ExecContext(ctx,
		`INSERT INTO opportunity (`+opportunityColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`, idArg(o.AccountID),
		idArg(o.ID), idArg(o.LeadID), o.Name, idArg(o.CreatedBy), instantArg(o.CreatedAt))
	return err
}

func scanOpportunity(row engine.Row) (o tickler.Opportunity, err error) {
	err = row.Scan(
		idColumn{&o.AccountID}, idColumn{&o.ID}, idColumn{&o.LeadID}, &o.Name, idColumn{&o.CreatedBy},
		instantColumn{&o.CreatedAt},
	)
	return o, err
}

// Opportunity reads one opportunity of the account; false when there is none.
func (s *Store) Opportunity(ctx context.Context, account, id tickler.ID) (tickler.Opportunity, bool, error) {
	o, err := scanOpportunity(s.engine.Reader().QueryRowContext(ctx,
		`SELECT `+opportunityColumns+` FROM opportunity WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return o, false, nil
	}
	return o, err == nil, engine.Classify(err)
}

// OpportunitiesOfLead returns a page of the opportunities with a lead, and how many there are in
// all.
func (s *Store) OpportunitiesOfLead(
	ctx context.Context, account, lead tickler.ID, order tickler.OpportunityOrder, page tickler.Page,
) ([]tickler.Opportunity, int, error) {
	const where = ` FROM opportunity WHERE account_id = $1 AND lead_id = $2`
	var total int
	err := s.engine.Reader().QueryRowContext(ctx, `SELECT count(*)`+where, idArg(account), idArg(lead)).Scan(&total)
	if err != nil || total <= page.Offset {
		return nil, total, engine.Classify(err)
	}
	sorting := map[tickler.OpportunityColumn]string{
		tickler.OpportunitiesByCreation: "created_at", tickler.OpportunitiesByName: "name",
	}[order.By]
	if order.Descending {
		sorting += ` DESC`
	}
	rows, err := s.engine.Reader().QueryContext(ctx,
		`SELECT `+opportunityColumns+where+` ORDER BY `+sorting+`, id LIMIT $3 OFFSET $4`, idArg(account), idArg(lead),
		page.Limit, page.Offset)
	opportunities, err := engine.Collect(rows, err, scanOpportunity)
	return opportunities, total, err
}
