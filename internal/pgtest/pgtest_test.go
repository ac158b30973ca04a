package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tickler/internal/eventually"
)

func TestURLGivesEachCallAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	var dropped string
	t.Run("in use", func(t *testing.T) {
		dropped = URL(t)
		runtime.GC() // must not stop the server
		other := URL(t)
		run(t, dropped, `CREATE TABLE mine ()`)
		run(t, other, `CREATE TABLE mine ()`) // fails if it were the same database
	})
	if _, err := pgx.Connect(t.Context(), dropped); err == nil {
		t.Error("the database is still there after its test")
	}
}

func TestCopyGivesWhatIsInTheTemplate(t *testing.T) {
	t.Parallel()
	template, err := Template(func(location string) error {
		filled, err := url.Parse(location)
		return errors.Join(err, execute(filled, `CREATE TABLE filled ()`)) // a database with open connections can't be copied
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		location := Copy(t, template)
		if template != emptyDatabase { // see Template
			run(t, location, `SELECT FROM filled`)
		}
		run(t, location, `CREATE TABLE mine ()`)
	}
}

func TestClusterKeepsItsDataOverACrash(t *testing.T) {
	t.Parallel()
	c := Start(t)
	run(t, c.URL(), `CREATE TABLE kept ()`)
	c.Stop()
	if _, err := pgx.Connect(t.Context(), c.URL()); err == nil {
		t.Error("a stopped server answers")
	}
	c.Start()
	run(t, c.URL(), `SELECT FROM kept`)
}

func TestSettingsReachTheServer(t *testing.T) {
	t.Parallel()
	c := Start(t, Fast)
	conn := connect(t, c.URL())
	var fsync string
	if err := conn.QueryRow(t.Context(), `SHOW fsync`).Scan(&fsync); err != nil || fsync != "off" {
		t.Errorf("fsync is %q (%v), want off", fsync, err)
	}
}

func TestClusterThatCannotStart(t *testing.T) {
	t.Parallel()
	s, err := newServer("no_such_setting = 1")
	if err != nil {
		unavailable(t, err)
	}
	if err := s.start(); err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("got %v, want the server's own complaint", err)
	}
	if exists(s.folder) {
		t.Error("its folder is still there")
	}
}

// The test runs this binary again, lets it create and start a server, and kills it during that or
// later.
func TestNothingOutlivesAKilledTestBinary(t *testing.T) {
	const inner = "PGTEST_INNER"
	switch os.Getenv(inner) {
	case "making":
		s, err := newServer(Fast)
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = s.start() }()
		eventually.Holds(t, "it is being made", func() bool { return exists(filepath.Join(s.folder, "data")) })
		fmt.Println(s.folder, s.url())
		select {}
	case "running":
		c := Start(t, Fast)
		fmt.Println(c.server.folder, c.URL())
		select {}
	}
	t.Parallel()
	if _, err := programs(); err != nil {
		unavailable(t, err)
	}
	for _, state := range []string{"making", "running"} {
		binary := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		binary.Env = append(os.Environ(), inner+"="+state)
		stdout, err := binary.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := binary.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		folder, location, _ := strings.Cut(strings.TrimSpace(line), " ")
		ended := func() {}
		if state == "running" {
			conn := connect(t, location)
			ended = func() {
				if _, err := conn.WaitForNotification(t.Context()); err == nil {
					t.Error("got a notification, want the end of the server")
				}
			}
		}
		if err := binary.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = binary.Wait() // it was killed
		ended()
		eventually.Holds(t, "its folder, the last thing to go, is gone", func() bool { return !exists(folder) })
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

func TestWithoutPostgres(t *testing.T) {
	for _, test := range []struct{ ci, want string }{{"true", "fatal"}, {"", "skip"}} {
		t.Setenv("CI", test.ci)
		got := &verdict{TB: t}
		unavailable(got, errors.New("no initdb"))
		if got.word != test.want || !strings.Contains(got.message, "no initdb") {
			t.Errorf("with CI=%s: %s, %q; want %s", test.ci, got.word, got.message, test.want)
		}
	}
}

// verdict records how a test ends.
type verdict struct {
	testing.TB
	word, message string
}

func (v *verdict) Fatal(args ...any) { v.note("fatal", args) }
func (v *verdict) Skip(args ...any)  { v.note("skip", args) }

func (v *verdict) note(word string, args []any) {
	if v.word == "" { // the first ends a test
		v.word, v.message = word, args[0].(string)
	}
}

func TestMajorVersion(t *testing.T) {
	for folder, want := range map[string]int{
		"/usr/lib/postgresql/9.6/bin": 9, "/usr/lib/postgresql/15/bin": 15, "/usr/lib/postgresql/x/bin": 0,
	} {
		if got := majorVersion(folder); got != want {
			t.Errorf("majorVersion(%q) = %d, want %d", folder, got, want)
		}
	}
}

func connect(t *testing.T, location string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func run(t *testing.T, location, statement string) {
	t.Helper()
	if _, err := connect(t, location).Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
