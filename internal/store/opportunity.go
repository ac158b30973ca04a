package store

import (
	"context"
	"database/sql"
	"errors"

	"tickler"
)

const opportunityColumns = `account_id, id, lead_id, name, created_by, created_at`

// CreateOpportunity keeps a new opportunity.
func (s *Store) CreateOpportunity(ctx context.Context, o tickler.Opportunity) error {
	return s.write(ctx, func(ctx context.Context, tx handle) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO opportunity (`+opportunityColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
			idArg(o.AccountID), idArg(o.ID), idArg(o.LeadID), o.Name, idArg(o.CreatedBy), instantArg(o.CreatedAt))
		return err
	})
}

// Opportunity reads one opportunity of the account; false when there is none.
func (s *Store) Opportunity(ctx context.Context, account, id tickler.ID) (o tickler.Opportunity, found bool, err error) {
	err = s.engine.reader().QueryRowContext(ctx,
		`SELECT `+opportunityColumns+` FROM opportunity WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id)).
		Scan(idColumn{&o.AccountID}, idColumn{&o.ID}, idColumn{&o.LeadID}, &o.Name, idColumn{&o.CreatedBy}, instantColumn{&o.CreatedAt})
	if errors.Is(err, sql.ErrNoRows) {
		return o, false, nil
	}
	return o, err == nil, classify(err)
}
