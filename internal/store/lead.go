package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"tickler"
)

const leadColumns = `account_id, id, first_name, last_name, email, phone, attributes, created_by, created_at, modified_at`

func scanLead(row scanner) (l tickler.Lead, err error) {
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
	err = s.write(ctx, func(ctx context.Context, tx handle) error {
		for _, unique := range []struct{ column, value, message string }{
			{"email_key", tickler.Fold(l.Email), "A Lead with same Email already exists."},
			{"phone_key", phoneKey(l.Phone), "A Lead with same Phone already exists."},
		} {
			taken, err := hasLead(ctx, tx, l.AccountID, unique.column, unique.value)
			if err != nil {
				return err
			}
			if taken {
				return duplicate(unique.message)
			}
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO lead (`+leadColumns+`, email_key, phone_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			idArg(l.AccountID), idArg(l.ID), l.FirstName, l.LastName, l.Email, l.Phone, attributes, idArg(l.CreatedBy),
			instantArg(l.CreatedAt), instantArg(l.ModifiedAt), textArg(tickler.Fold(l.Email)), textArg(phoneKey(l.Phone)))
		return err
	})
	if isUniqueViolation(err) { // made by another node between the look and the insert
		return duplicate("A Lead with same Email or Phone already exists.")
	}
	return err
}

func hasLead(ctx context.Context, tx handle, account tickler.ID, column, value string) (bool, error) {
	if value == "" {
		return false, nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM lead WHERE account_id = $1 AND `+column+` = $2`, idArg(account), value).Scan(&n)
	return n > 0, err
}

// Lead reads one lead of the account; false when there is none.
func (s *Store) Lead(ctx context.Context, account, id tickler.ID) (tickler.Lead, bool, error) {
	return s.leadBy(ctx, account, "id", idArg(id))
}

// LeadByEmail finds the lead with an e-mail address, in any case; false when there is none.
func (s *Store) LeadByEmail(ctx context.Context, account tickler.ID, email string) (tickler.Lead, bool, error) {
	return s.leadBy(ctx, account, "email_key", tickler.Fold(email))
}

func (s *Store) leadBy(ctx context.Context, account tickler.ID, column string, value any) (tickler.Lead, bool, error) {
	l, err := scanLead(s.engine.reader().QueryRowContext(ctx,
		`SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1 AND `+column+` = $2`, idArg(account), value))
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, classify(err)
}

// phoneKey is the form in which phone numbers are compared: the digits.
func phoneKey(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
}
