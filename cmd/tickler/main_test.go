package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tickler"
	"tickler/client"
	"tickler/internal/api/apitest"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/pgtest"
	"tickler/internal/store/storetest"
)

func TestMain(m *testing.M) {
	for _, variable := range os.Environ() { // this machine's settings for tickler must not reach the tests'
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TICKLER_") && !strings.HasPrefix(name, "TICKLER_TEST_") {
			_ = os.Unsetenv(name)
		}
	}
	app.Hashing.Memory = 64 // KiB; what a password costs is not tested here
	goleak.VerifyTestMain(m)
}

// now is what the tests' clocks show at first.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// place is where a program keeps its data, as the flags that say so.
type place []string

// folder is a data folder for the test alone, with a database that has nothing in it yet.
func folder(t *testing.T) place {
	at := noFolder(t)
	if err := os.Mkdir(at[1], 0o700); err != nil {
		t.Fatal(err)
	}
	storetest.MigrateSQLite(t, at[1]+"/tickler.db")
	return at
}

// noFolder is a data folder for the test alone; it does not exist yet.
func noFolder(t *testing.T) place { return place{"--data", t.TempDir() + "/data"} }

// database is a Postgres database for the test alone, with nothing in its tables yet.
func database(t *testing.T) place { return place{"--database-url", storetest.MigratedPostgres(t)} }

// noTables is a Postgres database for the test alone; it is empty.
func noTables(t *testing.T) place { return place{"--database-url", pgtest.URL(t)} }

// onEachEngine runs a test at a place of each kind, in parallel with others.
func onEachEngine(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	atEach(t, folder, database, test)
}

// fromNothing runs a test at a place of each kind that nobody has been at, in parallel with others.
func fromNothing(t *testing.T, test func(t *testing.T, at place)) {
	t.Helper()
	atEach(t, noFolder, noTables, test)
}

func atEach(t *testing.T, sqlite, postgres func(t *testing.T) place, test func(t *testing.T, at place)) {
	t.Helper()
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, sqlite(t))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		test(t, postgres(t))
	})
}

// result is what a command printed and how it ended.
type result struct {
	stdout, stderr string
	err            error
}

// command runs a command to its end in this process, as a separate process would.
func command(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), args, &environment{stdout: &stdout, stderr: &stderr, clock: clocktest.New(now), fixedClock: true})
	return result{stdout.String(), stderr.String(), err}
}

// do runs a command at the place, which must succeed, and returns what it prints. Words is split at
// blanks; more is not.
func (at place) do(t *testing.T, words string, more ...string) string {
	t.Helper()
	args := append(append(strings.Fields(words), more...), at...)
	r := command(t, args...)
	if r.err != nil {
		t.Fatalf("tickler %s: %v", strings.Join(args, " "), r.err)
	}
	return r.stdout
}

// facts runs a command with --json and returns the object it prints, each value as text.
func (at place) facts(t *testing.T, words string, more ...string) map[string]string {
	t.Helper()
	facts := map[string]any{}
	decode(t, at.do(t, words+" --json", more...), &facts)
	return texts(facts)
}

// rows runs a list command with --json and returns the array it prints, each value as text.
func (at place) rows(t *testing.T, words string, more ...string) []map[string]string {
	t.Helper()
	var rows []map[string]any
	decode(t, at.do(t, words+" --json", more...), &rows)
	all := make([]map[string]string, len(rows))
	for i, row := range rows {
		all[i] = texts(row)
	}
	return all
}

// texts returns each value as text; "" for null.
func texts(object map[string]any) map[string]string {
	all := map[string]string{}
	for name, value := range object {
		all[name] = cellText(value)
	}
	return all
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// tasks reads every task of the place's database, past the program.
func (at place) tasks(t *testing.T) []tickler.Task {
	t.Helper()
	flags := databaseFlags{Data: at[1]}
	if at[0] == "--database-url" {
		flags.DatabaseURL = at[1]
	}
	s, err := flags.openExisting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	accounts, err := s.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []tickler.Task
	for _, account := range accounts {
		tasks, _, err := s.Tasks(t.Context(), tickler.TaskFilter{AccountID: account.ID}, tickler.TaskOrder{By: tickler.ByID}, tickler.Page{Limit: math.MaxInt32})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, tasks...)
	}
	return all
}

// setUp makes an account and returns its keys.
func (at place) setUp(t *testing.T, flags ...string) apitest.Keys {
	t.Helper()
	made := at.facts(t, "init", flags...)
	return apitest.Keys{AccessKey: made["accessKey"], SecretKey: made["secretKey"]}
}

// server is a program that serves in this process.
type server struct {
	t              *testing.T
	url            string
	clock          *clocktest.Clock
	stdout, stderr *output
	client         *http.Client
	keys           apitest.Keys // for its calls
	end            context.CancelFunc
	ended          chan error
}

// output is what a running program prints.
type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// serve starts a program at a place and returns when it serves. It is stopped when the test ends.
func (at place) serve(t *testing.T, args ...string) *server {
	t.Helper()
	clock := clocktest.New(now)
	return at.serveBy(t, clock, &environment{clock: clock, fixedClock: true}, args...)
}

// serveBy is serve in an environment of the test's choice.
func (at place) serveBy(t *testing.T, clock *clocktest.Clock, env *environment, args ...string) *server {
	t.Helper()
	s, err := at.start(t, clock, env, args...)
	if err != nil {
		t.Fatalf("serve: %v\n%s", err, s.stderr)
	}
	return s
}

// start starts a program. It returns the program's error if that ends without serving.
func (at place) start(t *testing.T, clock *clocktest.Clock, env *environment, args ...string) (*server, error) {
	t.Helper()
	return at.startAs(t, "serve", clock, env, args...)
}

// startAs is start by a command that serves.
func (at place) startAs(
	t *testing.T, command string, clock *clocktest.Clock, env *environment, args ...string,
) (*server, error) {
	t.Helper()
	s := &server{t: t, clock: clock, stdout: &output{}, stderr: &output{}, ended: make(chan error, 1), client: apitest.NewClient(t)}
	ctx, end := context.WithCancel(context.Background()) // the test's own ends before its clean-up
	s.end = end
	serving := make(chan string, 1)
	env.stdout, env.stderr = s.stdout, s.stderr
	env.serving = func(address string) { serving <- address }
	args = append([]string{command}, withDefaults(args, []string{"--listen", "127.0.0.1:0"}, at)...)
	go func() { s.ended <- run(ctx, args, env) }()
	select {
	case s.url = <-serving:
	case err := <-s.ended:
		end()
		return s, err
	}
	t.Cleanup(s.stop)
	return s, nil
}

// withDefaults adds those flags, with their values, that the arguments don't have.
func withDefaults(args []string, flags ...[]string) []string {
	for _, flag := range flags {
		given := func(arg string) bool { return arg == flag[0] || strings.HasPrefix(arg, flag[0]+"=") }
		if len(flag) > 0 && !slices.ContainsFunc(args, given) {
			args = append(slices.Clone(flag), args...)
		}
	}
	return args
}

// stop stops the program and waits until it has ended, which it must do cleanly.
func (s *server) stop() {
	s.t.Helper()
	s.end()
	if err, running := <-s.ended; running {
		if err != nil {
			s.t.Errorf("serve: %v\n%s", err, s.stderr)
		}
		close(s.ended)
	}
}

var shownKeys = regexp.MustCompile(`(?s)Access key   (\S+)\n.*Secret key   (\S+)\n`)

// shown finds the keys that a first start printed.
func shown(t *testing.T, text string) apitest.Keys {
	t.Helper()
	found := shownKeys.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no keys are shown: %s", text)
	}
	return apitest.Keys{AccessKey: found[1], SecretKey: found[2]}
}

// call calls the API with the server's keys.
func (s *server) call(method, path, body string, header ...string) apitest.Reply {
	s.t.Helper()
	r, err := apitest.Call(s.t.Context(), s.client, s.keys, method, s.url+path, body, header...)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

const usersPath = "/v2/UserManagement.svc/Users.Get"

// post creates a task from a raw body and returns its ID.
func (s *server) post(body string) tickler.ID {
	s.t.Helper()
	r := s.call(http.MethodPost, apitest.CreatePath, body)
	id := apitest.Created(r.Body)
	if r.Status != http.StatusOK || id.IsZero() {
		s.t.Fatalf("create: %d %s", r.Status, r.Body)
	}
	return id
}

// api is the Go client with the server's keys.
func (s *server) api(options ...client.Option) *client.Client {
	s.t.Helper()
	c, err := client.New(s.url, s.keys.AccessKey, s.keys.SecretKey, append([]client.Option{client.HTTPClient(s.client)}, options...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// create makes a task and returns its ID.
func (s *server) create(draft client.TaskDraft) tickler.ID {
	s.t.Helper()
	text, err := s.api().CreateTask(s.t.Context(), draft)
	if err != nil {
		s.t.Fatal(err)
	}
	id, err := tickler.ParseID(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// task reads a task, which must exist.
func (s *server) task(id tickler.ID) client.Task {
	s.t.Helper()
	task, found, err := s.api().Task(s.t.Context(), id.String())
	if err != nil || !found {
		s.t.Fatalf("there is no task %s: %v", id, err)
	}
	return task
}
