package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"tickler"
	"tickler/internal/store/engine"
)

const leadColumns = `account_id, id, first_name, last_name, email, phone, attributes, created_by, created_at, modified_at`

func scanLead(row engine.Row) (l tickler.Lead, err error) {
	var attributes string
	err = row.Scan(&l.AutoID, idColumn{&l.AccountID}, idColumn{&l.ID}, &l.FirstName, &l.LastName, &l.Email, &l.Phone, &attributes,
		idColumn{&l.CreatedBy}, instantColumn{&l.CreatedAt}, instantColumn{&l.ModifiedAt})
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal([]byte(attributes), &l.Attributes)
}

// CreateLead keeps a new lead. Its e-mail address and phone must be no other lead's of the account.
func (s *Store) CreateLead(ctx context.Context, l tickler.Lead) error {
	attributes, err := jsonArg(l.Attributes)
	if err != nil {
		return err
	}
	err = s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		if err := checkUnique(ctx, tx, l); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO lead (`+leadColumns+`, email_key, phone_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			idArg(l.AccountID), idArg(l.ID), l.FirstName, l.LastName, l.Email, l.Phone, attributes, idArg(l.CreatedBy),
			instantArg(l.CreatedAt), instantArg(l.ModifiedAt), textArg(tickler.Fold(l.Email)), textArg(tickler.PhoneDigits(l.Phone)))
		return err
	})
	return orSameLead(err)
}

// checkUnique looks whether another lead of the account has the e-mail address or the phone number.
func checkUnique(ctx context.Context, tx engine.Handle, l tickler.Lead) error {
	for _, unique := range []struct{ column, value, message string }{
		{"email_key", tickler.Fold(l.Email), "A Lead with same Email already exists."},
		{"phone_key", tickler.PhoneDigits(l.Phone), "A Lead with same Phone already exists."},
	} {
		if unique.value == "" {
			continue
		}
		var n int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM lead WHERE account_id = $1 AND `+unique.column+` = $2 AND id <> $3`,
			idArg(l.AccountID), unique.value, idArg(l.ID)).Scan(&n)
		if err != nil {
			return err
		}
		if n > 0 {
			return duplicate(unique.message)
		}
	}
	return nil
}

// orSameLead names what another node has written between our look and our write.
func orSameLead(err error) error {
	if engine.IsUniqueViolation(err) {
		return duplicate("A Lead with same Email or Phone already exists.")
	}
	return err
}

// ChangeLead changes one lead of the account as a rule says; nobody else changes it in between. A lead that does not exist
// is an error of KindUnknownEntity.
func (s *Store) ChangeLead(ctx context.Context, account, id tickler.ID, rule func(tickler.Lead) (tickler.Lead, error)) error {
	err := s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		before, err := scanLead(tx.QueryRowContext(ctx,
			`SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1 AND id = $2`+s.dialect().LockRow, idArg(account), idArg(id)))
		if errors.Is(err, sql.ErrNoRows) {
			return tickler.UnknownEntity("leadId", "Lead Id", id.String())
		}
		if err != nil {
			return err
		}
		l, err := rule(before)
		if err != nil {
			return err
		}
		if err := checkUnique(ctx, tx, l); err != nil {
			return err
		}
		attributes, err := jsonArg(l.Attributes)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE lead SET first_name = $1, last_name = $2, email = $3, email_key = $4, phone = $5, phone_key = $6, attributes = $7, modified_at = $8
			WHERE account_id = $9 AND id = $10`,
			l.FirstName, l.LastName, l.Email, textArg(tickler.Fold(l.Email)), l.Phone, textArg(tickler.PhoneDigits(l.Phone)), attributes,
			instantArg(l.ModifiedAt), idArg(account), idArg(id))
		return err
	})
	return orSameLead(err)
}

// Lead reads one lead of the account; false when there is none.
func (s *Store) Lead(ctx context.Context, account, id tickler.ID) (tickler.Lead, bool, error) {
	return s.leadBy(ctx, account, "id", idArg(id))
}

// LeadByEmail finds the lead with an e-mail address, in any case; false when there is none.
func (s *Store) LeadByEmail(ctx context.Context, account tickler.ID, email string) (tickler.Lead, bool, error) {
	return s.leadBy(ctx, account, "email_key", tickler.Fold(email))
}

// LeadByPhone finds the lead with a phone number, by its digits; false when there is none.
func (s *Store) LeadByPhone(ctx context.Context, account tickler.ID, phone string) (tickler.Lead, bool, error) {
	return s.leadBy(ctx, account, "phone_key", tickler.PhoneDigits(phone))
}

func (s *Store) leadBy(ctx context.Context, account tickler.ID, column string, value any) (tickler.Lead, bool, error) {
	l, err := scanLead(s.engine.Reader().QueryRowContext(ctx,
		`SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1 AND `+column+` = $2`, idArg(account), value))
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, engine.Classify(err)
}
