package store

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
)

// Phone numbers that were stored with a + are found by their digits after the migration. Of two
// leads whose numbers differ only in a +, the one without it keeps the number.
func TestLookupsMigrationKeepsPhonesUnique(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, location)
			account := newID()
			add := func(phone, key string) tickler.ID {
				l := tickler.Lead{ID: newID(), AccountID: account, Phone: phone + "00", CreatedBy: newID(), CreatedAt: time.Unix(1, 0), ModifiedAt: time.Unix(1, 0)}
				if err := s.CreateLead(t.Context(), l); err != nil {
					t.Fatal(err)
				}
				if _, err := s.engine.Database().ExecContext(t.Context(), `UPDATE lead SET phone = $1, phone_key = $2, phone_tail = $3 WHERE id = $4`,
					phone, key, tickler.PhoneTail(phone), idArg(l.ID)); err != nil {
					t.Fatal(err)
				}
				return l.ID
			}
			alone, plus, plain := add("+1", "+1"), add("+2", "+2"), add("2", "2")
			script, err := migrations.ReadFile("migrations/" + s.dialect().Name + "/00006_lookups.sql")
			if err != nil {
				t.Fatal(err)
			}
			_, update, _ := strings.Cut(string(script), "UPDATE ")
			if _, err := s.engine.Database().ExecContext(t.Context(), "UPDATE "+update); err != nil {
				t.Fatal(err)
			}
			for phone, want := range map[string]tickler.ID{"1": alone, "+2": plain} {
				lead, found, err := s.LeadByPhone(t.Context(), account, phone)
				if err != nil || !found || lead.ID != want {
					t.Errorf("%s: found %t %s (%v), want %s", phone, found, lead.ID, err, want)
				}
			}
			if _, found, err := s.Lead(t.Context(), account, plus); !found || err != nil {
				t.Errorf("the other lead is lost (%v)", err)
			}
		})
	}
}
