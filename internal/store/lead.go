package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/composed"
	"tickler/internal/store/engine"
)

const leadColumns = `account_id, id, first_name, last_name, email, phone, attributes,
	created_by, created_at, modified_at`

func scanLead(row engine.Row) (l tickler.Lead, err error) {
	var attributes string
	err = row.Scan(&l.AutoID, idColumn{&l.AccountID}, idColumn{&l.ID}, textColumn{&l.FirstName}, textColumn{&l.LastName},
		textColumn{&l.Email}, textColumn{&l.Phone}, &attributes, idColumn{&l.CreatedBy}, instantColumn{&l.CreatedAt}, instantColumn{&l.ModifiedAt})
	if err != nil {
		return l, err
	}
	err = json.Unmarshal([]byte(attributes), &l.Attributes)
	for i, a := range l.Attributes { // not in JSON, whose escapes could be composed with what follows
		l.Attributes[i] = tickler.LeadAttribute{Name: composed.Text(a.Name), Value: composed.Text(a.Value)}
	}
	return l, err
}

// CreateLead stores a new lead. No other lead of the account may have its e-mail address or phone.
func (s *Store) CreateLead(ctx context.Context, l tickler.Lead) error {
	err := s.Write(ctx, func(ctx context.Context, tx *Tx) error { return tx.CreateLead(ctx, l) })
	return s.orSameLead(ctx, l, err)
}

// CreateLead stores a new lead. No other lead of the account may have its e-mail address or phone.
func (tx *Tx) CreateLead(ctx context.Context, l tickler.Lead) error {
	attributes, err := jsonArg(l.Attributes)
	if err != nil {
		return err
	}
	if err := checkUnique(ctx, tx.db, tx.dialect, tickler.Lead{}, l); err != nil {
		return err
	}
	_, err = tx.db.ExecContext(ctx, `
		INSERT INTO lead (`+leadColumns+`, email_key, phone_key, phone_tail, mobile_tail, words, worded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $10)`,
		idArg(l.AccountID), idArg(l.ID), l.FirstName, l.LastName, l.Email, l.Phone, attributes, idArg(l.CreatedBy),
		instantArg(l.CreatedAt), instantArg(l.ModifiedAt), textArg(address.EmailKey(l.Email)),
		textArg(tickler.PhoneDigits(l.Phone)), textArg(tickler.PhoneTail(l.Phone)),
		textArg(tickler.PhoneTail(l.Mobile())), wordsOfLead(l))
	if err != nil {
		return err
	}
	return tx.putWords(ctx, l, "")
}

// checkUnique refuses, where it differs from before, an e-mail address or a phone number that another
// lead of the account has. Writes of the same address or number are serialized, so that the second
// sees the first, however it is spelled. A number that is only spelled anew is the lead's own: somebody else's
// Mobile, which may be the same, does not keep it from being put right.
func checkUnique(
	ctx context.Context, tx engine.Handle, dialect engine.Dialect, before, l tickler.Lead,
) error {
	if l.Email != "" && l.Email != before.Email {
		if err := lockText(ctx, tx, dialect, l.AccountID.String()+" "+address.EmailKey(l.Email)); err != nil {
			return err
		}
		_, found, err := leadBy(ctx, tx, l.AccountID, hasEmail+` AND id <> $6`, append(emailArgs(l.Email), idArg(l.ID))...)
		if err != nil {
			return err
		}
		if found {
			return tickler.Refuse(tickler.FactLeadEmailTaken, tickler.FieldEmail, nil)
		}
	}
	tail := tickler.PhoneTail(l.Phone)
	if tail == "" || tickler.PhoneDigits(l.Phone) == tickler.PhoneDigits(before.Phone) {
		return nil
	}
	if err := lockText(ctx, tx, dialect, l.AccountID.String()+" "+tail); err != nil {
		return err
	}
	other, found, err := leadByPhone(ctx, tx, l.AccountID, l.Phone, l.ID)
	isOwn := tickler.SamePhone(l.Phone, before.Phone) && !tickler.SamePhone(l.Phone, other.Phone)
	if err == nil && found && !isOwn {
		err = tickler.Refuse(tickler.FactLeadPhoneTaken, tickler.FieldPhone, nil)
	}
	return err
}

// lockText keeps others from locking the same text until the transaction ends.
func lockText(ctx context.Context, tx engine.Handle, dialect engine.Dialect, text string) error {
	if dialect.LockText == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, dialect.LockText, text)
	return err
}

// orSameLead turns a violated unique key into the error about what another node wrote between our
// check and our write.
func (s *Store) orSameLead(ctx context.Context, l tickler.Lead, err error) error {
	if !engine.IsUniqueViolation(err) {
		return err
	}
	if same := checkUnique(ctx, s.engine.Reader(), s.dialect(), tickler.Lead{Phone: l.Phone}, l); same != nil {
		return same
	}
	return tickler.Refuse(tickler.FactLeadPhoneTaken, tickler.FieldPhone, nil)
}

// ChangeLead applies a rule to one lead of the account; nobody else can change it in between. A
// lead that does not exist is an error of KindUnknownEntity.
func (s *Store) ChangeLead(
	ctx context.Context, account, id tickler.ID, rule func(tickler.Lead) (tickler.Lead, error),
) error {
	var changed tickler.Lead
	err := s.Write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		changed, err = tx.changeLead(ctx, account, id, rule)
		return err
	})
	return s.orSameLead(ctx, changed, err)
}

func (tx *Tx) changeLead(
	ctx context.Context, account, id tickler.ID, rule func(tickler.Lead) (tickler.Lead, error),
) (changed tickler.Lead, err error) {
	var words string
	before, err := scanLead(and{tx.db.QueryRowContext(ctx,
		`SELECT auto_id, `+leadColumns+`, words FROM lead WHERE account_id = $1 AND id = $2`+tx.dialect.LockRow,
		idArg(account), idArg(id)), &words})
	if errors.Is(err, sql.ErrNoRows) {
		return before, tickler.Refuse(tickler.FactNoLead, tickler.FieldLead, id)
	}
	if err != nil {
		return before, err
	}
	l, err := rule(before)
	if err != nil {
		return l, err
	}
	if err := checkUnique(ctx, tx.db, tx.dialect, before, l); err != nil {
		return l, err
	}
	attributes, err := jsonArg(l.Attributes)
	if err != nil {
		return l, err
	}
	_, err = tx.db.ExecContext(ctx, `
		UPDATE lead SET first_name = $1, last_name = $2, email = $3,
			email_key = CASE WHEN email = $3 THEN email_key ELSE $4 END, phone = $5, phone_key = $6,
			attributes = $7, modified_at = $8, phone_tail = $9, mobile_tail = $10, words = $11, worded_at = $8
		WHERE account_id = $12 AND id = $13`,
		l.FirstName, l.LastName, l.Email, textArg(address.EmailKey(l.Email)), l.Phone,
		textArg(tickler.PhoneDigits(l.Phone)), attributes, instantArg(l.ModifiedAt),
		textArg(tickler.PhoneTail(l.Phone)), textArg(tickler.PhoneTail(l.Mobile())), wordsOfLead(l), idArg(account), idArg(id))
	if err != nil {
		return l, err
	}
	return l, tx.putWords(ctx, l, words)
}

// Lead reads one lead of the account; false when there is none.
func (s *Store) Lead(ctx context.Context, account, id tickler.ID) (tickler.Lead, bool, error) {
	return leadBy(ctx, s.engine.Reader(), account, "id = $2", idArg(id))
}

// LeadByEmail finds the lead with an e-mail address, however it is spelled (see [address.EmailKey]);
// false when there is none. Of two that have it since before its spellings were one, it is the one
// that is spelled so, else the older one.
func (s *Store) LeadByEmail(ctx context.Context, account tickler.ID, email string) (tickler.Lead, bool, error) {
	return leadBy(ctx, s.engine.Reader(), account, hasEmail+` ORDER BY email_key = $3 DESC, auto_id`, emailArgs(email)...)
}

// hasEmail is the condition that a lead has an e-mail address, whose keys are emailArgs; $3 is that of
// the spelling.
const hasEmail = `email_key IN ($2, $3, $4, $5)`

// emailArgs returns the keys under which an e-mail address can be stored, as parameters: see
// [address.EmailKeys].
func emailArgs(email string) []any {
	keys := address.EmailKeys(email)
	return []any{keys[0], keys[1], keys[2], keys[3]}
}

// LeadByPhone finds the lead that best matches a phone number (see [tickler.Lead.PhoneMatch]), of
// several the one changed last; false when there is none.
func (s *Store) LeadByPhone(ctx context.Context, account tickler.ID, phone string) (tickler.Lead, bool, error) {
	return leadByPhone(ctx, s.engine.Reader(), account, phone, tickler.ID{})
}

func leadBy(
	ctx context.Context, db engine.Handle, account tickler.ID, condition string, args ...any,
) (tickler.Lead, bool, error) {
	l, err := scanLead(db.QueryRowContext(ctx,
		`SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1 AND `+condition,
		append([]any{idArg(account)}, args...)...))
	if errors.Is(err, sql.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, engine.Classify(err)
}

// hasTail is the condition that a lead of the account $1 has a number that ends in $2. With an OR,
// SQLite would use neither index.
const hasTail = `account_id = $1 AND id IN (
	SELECT id FROM lead WHERE account_id = $1 AND phone_tail = $2
	UNION ALL SELECT id FROM lead WHERE account_id = $1 AND mobile_tail = $2)`

// leadByPhone finds the lead, other than except, that best matches a phone number. It reads those
// with the same tail, the one changed last first. The sign before the column keeps SQLite from going
// through all leads in that order.
func leadByPhone(
	ctx context.Context, db engine.Handle, account tickler.ID, phone string, except tickler.ID,
) (lead tickler.Lead, found bool, err error) {
	rows, err := db.QueryContext(ctx, `
		SELECT auto_id, `+leadColumns+` FROM lead WHERE `+hasTail+` ORDER BY +modified_at DESC, auto_id DESC`,
		idArg(account), tickler.PhoneTail(phone))
	if err != nil {
		return lead, false, engine.Classify(err)
	}
	defer rows.Close()
	for best := 0; best < tickler.BestPhoneMatch && rows.Next(); {
		l, err := scanLead(rows)
		if err != nil {
			return lead, false, engine.Classify(err)
		}
		if match := l.PhoneMatch(phone); match > best && l.ID != except {
			lead, found, best = l, true, match
		}
	}
	return lead, found, engine.Classify(rows.Err())
}
