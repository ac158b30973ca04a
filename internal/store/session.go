package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// SignInUser finds the user with an e-mail address, in any case and in whatever account, and the
// hash of their password; the zero User when there is none. If several have the address, from
// before addresses were unique, it is the oldest.
func (s *Store) SignInUser(ctx context.Context, email string) (u tickler.User, passwordHash string, err error) {
	row := s.engine.Housekeeping().QueryRowContext(ctx,
		`SELECT `+userColumns+`, password_hash FROM app_user WHERE email_key IN ($1, $2, $3, $4)
		ORDER BY email_key = $2 DESC, id LIMIT 1`, emailArgs(email)...)
	u, err = scanUser(withColumn{row, &passwordHash})
	if errors.Is(err, sql.ErrNoRows) {
		return tickler.User{}, "", nil
	}
	return u, passwordHash, engine.Classify(err)
}

// withColumn is a row with one more column than the scan function knows.
type withColumn struct {
	engine.Row
	last any
}

func (w withColumn) Scan(into ...any) error { return w.Row.Scan(append(into, w.last)...) }

// PasswordHash reads the hash of a user's password; "" when they have none.
func (s *Store) PasswordHash(ctx context.Context, account, user tickler.ID) (hash string, err error) {
	err = s.engine.Housekeeping().QueryRowContext(ctx,
		`SELECT password_hash FROM app_user WHERE account_id = $1 AND id = $2`, idArg(account), idArg(user)).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", tickler.Refuse(tickler.FactNoUser, "", user)
	}
	return hash, engine.Classify(err)
}

// ChangePassword stores the hash of a user's new password in place of another one and ends all their
// sessions. It reports whether it did: nothing happens when the other one has been replaced meanwhile.
func (s *Store) ChangePassword(ctx context.Context, account, user tickler.ID, old, hash string) (changed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE app_user SET password_hash = $1 WHERE account_id = $2 AND id = $3 AND password_hash = $4`,
			hash, idArg(account), idArg(user), old)
		if err := affectedOne(result, err, errOtherPassword); err != nil {
			return err
		}
		return endSessions(ctx, tx, account, user)
	})
	if errors.Is(err, errOtherPassword) {
		return false, nil
	}
	return err == nil, err
}

var errOtherPassword = errors.New("the user has another password by now")

// SetPassword stores the hash of a user's new password and ends all their sessions.
func (s *Store) SetPassword(ctx context.Context, account, user tickler.ID, hash string) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		result, err := tx.ExecContext(ctx, `UPDATE app_user SET password_hash = $1 WHERE account_id = $2 AND id = $3`,
			hash, idArg(account), idArg(user))
		if err := affectedOne(result, err, tickler.Refuse(tickler.FactNoUser, "", user)); err != nil {
			return err
		}
		return endSessions(ctx, tx, account, user)
	})
}

const sessionColumns = `token_hash, account_id, user_id, pending, messages, created_at, expires_at`

// Session reads the session of a token that has not expired; false when there is none.
func (s *Store) Session(
	ctx context.Context, tokenHash [sha256.Size]byte, now time.Time,
) (session tickler.Session, found bool, err error) {
	session.TokenHash = tokenHash
	var hash []byte
	row := s.engine.Housekeeping().QueryRowContext(ctx,
		`SELECT `+sessionColumns+` FROM session WHERE token_hash = $1 AND expires_at > $2`,
		tokenHash[:], instantArg(now))
	err = row.Scan(&hash, idColumn{&session.AccountID}, idColumn{&session.UserID}, &session.Pending,
		messagesColumn{&session.Messages}, instantColumn{&session.CreatedAt}, instantColumn{&session.ExpiresAt})
	if errors.Is(err, sql.ErrNoRows) {
		return tickler.Session{}, false, nil
	}
	return session, err == nil, engine.Classify(err)
}

// messagesColumn scans the messages of a session: a JSON list, NULL when none waits.
type messagesColumn struct{ messages *[]tickler.Message }

func (c messagesColumn) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*c.messages = nil
		return nil
	case string:
		var all []sessionMessage
		err := json.Unmarshal([]byte(v), &all)
		*c.messages = nil
		for _, m := range all {
			*c.messages = append(*c.messages, tickler.Message(m))
		}
		return err
	default:
		return fmt.Errorf("messages of type %T", value)
	}
}

func messagesArg(messages []tickler.Message) (any, error) {
	if len(messages) == 0 {
		return nil, nil //nolint:nilnil // NULL
	}
	var all []sessionMessage
	for _, m := range messages {
		all = append(all, sessionMessage(m))
	}
	return jsonArg(all)
}

// sessionMessage is a message as it is stored: a text, as all were before some had buttons, or an
// object if it has one, or a link.
type sessionMessage tickler.Message

// messageObject is a message as an object.
type messageObject struct {
	Text      string `json:"text"`
	Label     string `json:"label"`
	Path      string `json:"path"`
	LinkLabel string `json:"link_label,omitempty"`
	LinkPath  string `json:"link_path,omitempty"`
}

func (m sessionMessage) MarshalJSON() ([]byte, error) {
	if m.Label == "" && m.LinkLabel == "" {
		return json.Marshal(m.Text)
	}
	return json.Marshal(messageObject(m))
}

func (m *sessionMessage) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return json.Unmarshal(text, &m.Text)
	}
	return json.Unmarshal(text, (*messageObject)(m))
}

// CreateSession stores a new session.
func (s *Store) CreateSession(ctx context.Context, session tickler.Session) error {
	messages, err := messagesArg(session.Messages)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO session (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			session.TokenHash[:], idArg(session.AccountID), idArg(session.UserID), session.Pending, messages,
			instantArg(session.CreatedAt), instantArg(session.ExpiresAt))
		return err
	})
}

// ChangeMessages applies a rule to the waiting messages of a session. A session that has ended
// stays ended.
func (s *Store) ChangeMessages(
	ctx context.Context, tokenHash [sha256.Size]byte, rule func(waiting []tickler.Message) []tickler.Message,
) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		var waiting []tickler.Message
		row := tx.QueryRowContext(ctx,
			`SELECT messages FROM session WHERE token_hash = $1`+s.dialect().LockRow, tokenHash[:])
		err := row.Scan(messagesColumn{&waiting})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		messages, err := messagesArg(rule(waiting))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE session SET messages = $1 WHERE token_hash = $2`, messages, tokenHash[:])
		return err
	})
}

// EndSession ends one session.
func (s *Store) EndSession(ctx context.Context, tokenHash [sha256.Size]byte) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE token_hash = $1`, tokenHash[:])
		return err
	})
}

// EndSessions ends all sessions of a user.
func (s *Store) EndSessions(ctx context.Context, account, user tickler.ID) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		return endSessions(ctx, tx, account, user)
	})
}

func endSessions(ctx context.Context, tx engine.Handle, account, user tickler.ID) error {
	_, err := tx.ExecContext(
		ctx, `DELETE FROM session WHERE account_id = $1 AND user_id = $2`, idArg(account), idArg(user),
	)
	return err
}

// ForgetSessions removes up to limit sessions that have expired, and returns how many.
func (s *Store) ForgetSessions(ctx context.Context, now time.Time, limit int) (int64, error) {
	return s.forget(ctx, `
		DELETE FROM session WHERE token_hash IN (
			SELECT token_hash FROM session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`,
		instantArg(now), limit)
}
