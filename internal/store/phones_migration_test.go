package store

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// Existing leads get the tails of their numbers, like new ones.
func TestPhonesMigrationFindsExistingNumbers(t *testing.T) {
	t.Parallel()
	numbers := []string{
		"", "none", "+91-9000000001", "1791", "+44 (0)20 7946 0000", "(555) 010.0199", "tel:+1/415/5550100", "٩٠٠٠٠٠٠٠٠١", "۹۰۰۰۰۰۰۰۰۱", "+९१ ९०००००००११",
		"１２３４５６７８", "𝟗𝟘𝟢𝟬𝟷23", "\U0001fbf1\U0001fbf2345678", "1 🗓️ 2", "%_'\"\\",
	}
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, location)
			account := newID()
			leads := map[tickler.ID]tickler.Lead{}
			for i, phone := range numbers {
				l := tickler.Lead{ID: newID(), AccountID: account, Phone: phone, CreatedBy: newID(), CreatedAt: time.Unix(1, 0), ModifiedAt: time.Unix(1, 0)}
				if i > 0 { // else there are none
					l.Attributes = []tickler.LeadAttribute{{Name: "mx_City", Value: "1"}, {Name: "MOBILE", Value: numbers[len(numbers)-i]}}
				}
				if err := s.CreateLead(t.Context(), l); err != nil && tickler.KindOf(err) != tickler.KindDuplicate {
					t.Fatal(err)
				} else if err == nil {
					leads[l.ID] = l
				}
			}
			exec := func(statement string) {
				t.Helper()
				if _, err := s.engine.Database().ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%v\n%s", err, statement)
				}
			}
			for _, statement := range []string{`DROP INDEX lead_phone_tail`, `DROP INDEX lead_mobile_tail`, `ALTER TABLE lead DROP COLUMN phone_tail`, `ALTER TABLE lead DROP COLUMN mobile_tail`} {
				exec(statement)
			}
			script, err := migrations.ReadFile("migrations/" + s.dialect().Name + "/00012_phones.sql")
			if err != nil {
				t.Fatal(err)
			}
			exec(strings.TrimPrefix(string(script), "-- +goose Up"))
			for id, l := range leads {
				var phone, mobile *string
				err := s.engine.Reader().QueryRowContext(t.Context(), `SELECT phone_tail, mobile_tail FROM lead WHERE account_id = $1 AND id = $2`,
					idArg(account), idArg(id)).Scan(&phone, &mobile)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := orEmpty(phone), tickler.PhoneTail(l.Phone); got != want {
					t.Errorf("%q has the tail %q, want %q", l.Phone, got, want)
				}
				if got, want := orEmpty(mobile), tickler.PhoneTail(l.Mobile()); got != want {
					t.Errorf("the mobile %q has the tail %q, want %q", l.Mobile(), got, want)
				}
			}
		})
	}
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
