// Package process_test tests the program from outside, as a process: what it promised holds after
// kill -9, README.md shows what it does, and it ends when told to. The harness runs without the
// race detector, as the binary does.
package process_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tickler"
	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/mail/mailtest"
	"tickler/internal/pgtest"
	"tickler/internal/store/storetest"
)

func TestMain(m *testing.M) {
	code := program.Main(m)
	if err := goleak.Find(); code == 0 && err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

// place is where a program keeps its data, as the flags that say so.
type place []string

// folder is a data folder for the test alone; it does not exist yet.
func folder(t *testing.T) place { return place{"--data", t.TempDir() + "/data"} }

// database is an empty Postgres database for the test alone.
func database(t *testing.T) place { return place{"--database-url", pgtest.URL(t)} }

// onEachEngine runs a test at a place of each kind, in parallel with others.
func onEachEngine(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, folder(t))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, database(t))
	})
}

// location is the location of the place's database.
func (at place) location() string {
	if at[0] == "--data" {
		return filepath.Join(at[1], "tickler.db")
	}
	return at[1]
}

// start starts a server at the place and returns when it serves. It is killed when the test ends.
func (at place) start(t *testing.T) *program.Process {
	t.Helper()
	return program.Start(t, at...)
}

// show runs a command with --json at the place and decodes its output.
func (at place) show(t *testing.T, into any, words string, more ...string) {
	t.Helper()
	decode(t, program.Run(t, slices.Concat(strings.Fields(words), []string{"--json"}, more, at)...), into)
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// setUp makes an account without a rate limit and returns its keys.
func (at place) setUp(t *testing.T) (made apitest.Keys) {
	t.Helper()
	at.show(t, &made, "init --rate-limit=off")
	return made
}

// tasks reads every task of the place's database, past the program.
func (at place) tasks(t *testing.T) (all []tickler.Task) {
	t.Helper()
	s := storetest.OpenAsIs(t, at.location())
	accounts, err := s.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range accounts {
		tasks, _, err := s.Tasks(t.Context(), tickler.TaskFilter{AccountID: account.ID}, tickler.TaskOrder{By: tickler.ByID}, tickler.Page{Limit: math.MaxInt32})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tasks...)
	}
	return all
}

func mailArgs(server *mailtest.Server) []string {
	return []string{"--smtp-url=" + server.URL(), "--mail-from=Tickler <reminders@example.com>"}
}

const allowPrivate = "--allow-private-webhooks"

func wireTime(at time.Time) string { return at.Format(time.DateTime) }
