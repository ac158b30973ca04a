package store

import (
	"crypto/sha256"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// Users who are signed in before the migration stay signed in.
func TestSessionsMigrationSignsNobodyOut(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, location)
			run := func(statement string, args ...any) {
				t.Helper()
				if _, err := s.engine.Database().ExecContext(t.Context(), statement, args...); err != nil {
					t.Fatal(err)
				}
			}
			script := func(file string) string {
				t.Helper()
				text, err := migrations.ReadFile("migrations/" + s.dialect().Name + "/" + file)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			run(`DROP TABLE session`)
			before, _, _ := strings.Cut(script("00005_sessions.sql"), "-- People")
			run(before)
			want := tickler.Session{
				TokenHash: sha256.Sum256([]byte("token")), AccountID: newID(), UserID: newID(), CreatedAt: time.Unix(1, 0).UTC(), ExpiresAt: time.Unix(9, 0).UTC(),
			}
			run(`INSERT INTO session (token_hash, account_id, user_id, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
				want.TokenHash[:], idArg(want.AccountID), idArg(want.UserID), []byte(`{"flashes":"[]"}`), want.CreatedAt.Unix(), want.ExpiresAt.Unix())

			run(script("00011_sessions.sql"))
			got, found, err := s.Session(t.Context(), want.TokenHash, want.CreatedAt)
			if !found || err != nil || !got.IsSignedIn() || got.UserID != want.UserID || got.AccountID != want.AccountID || !got.ExpiresAt.Equal(want.ExpiresAt) {
				t.Errorf("found %t %+v (%v), want %+v", found, got, err, want)
			}
			if err := s.ChangeMessages(t.Context(), want.TokenHash, func(waiting []tickler.Message) []tickler.Message {
				return append(waiting, tickler.Message{Text: "Saved."})
			}); err != nil {
				t.Fatal(err)
			}
			if got, _, err = s.Session(t.Context(), want.TokenHash, want.CreatedAt); !slices.Equal(got.Messages, []tickler.Message{{Text: "Saved."}}) || err != nil {
				t.Errorf("its messages are %q (%v)", got.Messages, err)
			}
		})
	}
}
