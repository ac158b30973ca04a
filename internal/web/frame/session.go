package web

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"tickler"
	"tickler/internal/app"
)

const cookieName = "tickler_session"

// What a session remembers, all of it texts.
const (
	accountKey = "account"
	userKey    = "user"
	flashesKey = "flashes" // JSON
)

// sessions are the people who are signed in. Only they have a session; it is written when it changes, and not at each page.
type sessions struct {
	*scs.SessionManager
	app    *app.App
	secure bool // the cookie goes over https only
}

func newSessions(useCases *app.App, secure bool) *sessions {
	s := &sessions{app: useCases, secure: secure}
	// Not scs.New: that starts a goroutine which nobody can end.
	s.SessionManager = &scs.SessionManager{Lifetime: tickler.SessionKept, Store: sessionStore{useCases}, Codec: textCodec{}}
	return s
}

// loadedKey is where the context has the token that the browser sent, if there is a session of it.
type loadedKey struct{}

// load reads the session that a browser's cookie names.
func (s *sessions) load(r *http.Request) (ctx context.Context, session tickler.Session, found bool, err error) {
	token := ""
	if cookie, err := r.Cookie(cookieName); err == nil {
		token = cookie.Value
	}
	if ctx, err = s.Load(r.Context(), token); err != nil {
		return r.Context(), session, false, err
	}
	ctx = context.WithValue(ctx, loadedKey{}, s.Token(ctx))
	session, err = sessionOf(func(key string) string { return s.GetString(ctx, key) })
	return ctx, session, err == nil, nil
}

// begin signs a user in, under a new token.
func (s *sessions) begin(ctx context.Context, user tickler.User) error {
	s.Put(ctx, accountKey, user.AccountID.String())
	s.Put(ctx, userKey, user.ID.String())
	return s.renew(ctx)
}

// renew goes on with the session under a new token.
func (s *sessions) renew(ctx context.Context) error {
	if err := s.RenewToken(ctx); err != nil {
		return err
	}
	s.SetDeadline(ctx, s.app.Now().Add(tickler.SessionKept)) // by our clock
	return nil
}

// keep writes the session if it has changed, and tells the browser of it.
func (s *sessions) keep(w http.ResponseWriter, p *page) error {
	ctx := p.Context()
	switch {
	case !s.isLoaded(ctx):
		return nil
	case s.Status(ctx) == scs.Modified:
		token, expiry, err := s.Commit(ctx)
		if err != nil {
			return err
		}
		s.setCookie(w, token, expiry, int(expiry.Sub(p.now).Seconds()))
	case s.Status(ctx) == scs.Destroyed:
		s.setCookie(w, "", time.Unix(1, 0), -1)
	}
	return nil
}

// isLoaded tells whether load came that far: an error before it leaves a page without a session.
func (s *sessions) isLoaded(ctx context.Context) bool { return ctx.Value(loadedKey{}) != nil }

func (s *sessions) setCookie(w http.ResponseWriter, token string, expires time.Time, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // not Secure where the service is reached by plain http
		Name: cookieName, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure,
		Expires: expires, MaxAge: maxAge,
	})
}

func (s *sessions) addFlash(ctx context.Context, f flash) {
	text, err := json.Marshal(append(s.readFlashes(ctx), f))
	if err != nil {
		panic(err) // texts can be marshalled
	}
	s.Put(ctx, flashesKey, string(text))
}

// takeFlashes gives the messages that wait to be shown, and forgets them.
func (s *sessions) takeFlashes(ctx context.Context) []flash {
	if !s.isLoaded(ctx) || !s.Exists(ctx, flashesKey) {
		return nil
	}
	flashes := s.readFlashes(ctx)
	s.Remove(ctx, flashesKey)
	return flashes
}

func (s *sessions) readFlashes(ctx context.Context) (flashes []flash) {
	if text := s.GetString(ctx, flashesKey); text != "" {
		_ = json.Unmarshal([]byte(text), &flashes) // a message that can't be read is not worth an error page
	}
	return flashes
}

// sessionOf reads whose session it is out of what it remembers.
func sessionOf(get func(key string) string) (session tickler.Session, err error) {
	var accountErr, userErr error
	session.AccountID, accountErr = tickler.ParseID(get(accountKey))
	session.UserID, userErr = tickler.ParseID(get(userKey))
	return session, errors.Join(accountErr, userErr)
}

// sessionStore keeps sessions by the use cases, for scs.
type sessionStore struct{ app *app.App }

var _ scs.CtxStore = sessionStore{}

func hashOf(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }

// FindCtx reads the session of a token.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	session, found, err := s.app.Session(ctx, hashOf(token))
	return session.Data, found, err
}

// CommitCtx keeps a session: a new one, or what is remembered of the one that was loaded. A loaded session that somebody has
// ended meanwhile does not come back by it.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	if ctx.Value(loadedKey{}) == token {
		return s.app.UpdateSession(ctx, hashOf(token), data)
	}
	_, values, err := textCodec{}.Decode(data)
	if err != nil {
		return err
	}
	session, err := sessionOf(func(key string) string { text, _ := values[key].(string); return text })
	if err != nil {
		return err
	}
	session.TokenHash, session.Data, session.ExpiresAt = hashOf(token), data, expiry
	return s.app.CreateSession(ctx, session)
}

// DeleteCtx ends a session.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.app.EndSession(ctx, hashOf(token))
}

// Find is never called: scs uses FindCtx.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is never called: scs uses CommitCtx.
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is never called: scs uses DeleteCtx.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// textCodec writes a session's texts as JSON.
type textCodec struct{}

type encodedSession struct {
	Deadline time.Time
	Values   map[string]any
}

// Encode makes the data of a session.
func (textCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(encodedSession{deadline, values})
}

// Decode reads the data of a session.
func (textCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var session encodedSession
	err := json.Unmarshal(data, &session)
	if err == nil && session.Values == nil {
		session.Values = map[string]any{}
	}
	return session.Deadline, session.Values, err
}
