// Package pages_test tests the pages as people see them: in a real browser, against the whole
// program in its own process.
//
// The tests themselves are the *.test.mjs files beside this one, run by Node's own runner;
// browser.mjs is what they share. Each file is run on each engine, with a program that has no data
// yet, a mail server and a receiver for what the program calls. Go does not know what they read, so
// run this package with -count=1 or -shuffle=on, or it may repeat an old result.
package pages_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tickler/e2e/program"
	"tickler/internal/mail/mailtest"
	"tickler/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(program.Main(m, "TICKLER_SCREENSHOTS")) }

// engines are the databases that every file of browser tests is run on. How a page looks does not
// depend on them, so that is checked with the first one only.
var engines = []struct {
	name  string
	place func(t *testing.T) (flag string)
	looks string
}{
	{"SQLite", func(t *testing.T) string { return "--data=" + t.TempDir() }, "checked"},
	{"Postgres", func(t *testing.T) string { return "--database-url=" + storetest.MigratedPostgres(t) }, ""},
}

// ofNoDatabase are files that the database makes no difference to: they are run with the first one.
var ofNoDatabase = []string{"docs.test.mjs", "look.test.mjs"}

// TestPages runs every file of browser tests on each engine.
func TestPages(t *testing.T) {
	chromium := need(t)
	files, err := filepath.Glob("*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests: %v", err)
	}
	browsers := make(chan struct{}, runtime.GOMAXPROCS(0)) // a token for each file that runs: one keeps a processor busy
	for _, file := range files {
		for _, engine := range engines {
			if engine.looks == "" && slices.Contains(ofNoDatabase, file) {
				continue
			}
			t.Run(strings.TrimSuffix(file, ".test.mjs")+"/"+engine.name, func(t *testing.T) {
				t.Parallel()
				browsers <- struct{}{}
				defer func() { <-browsers }()
				runFile(t, file, engine.place(t), "TICKLER_CHROMIUM="+chromium, "TICKLER_LOOKS="+engine.looks)
			})
		}
	}
}

// runFile runs a file of tests beside a program of its own, whose data is where the flag says.
func runFile(t *testing.T, file, place string, environment ...string) {
	mail := mailtest.Start(t, mailtest.Config{})
	var credentials struct{ Email, Password, AccessKey, SecretKey string }
	if err := json.Unmarshal([]byte(program.Run(t, "init", "--json", "--rate-limit=off", place)), &credentials); err != nil {
		t.Fatal(err)
	}
	p := program.Start(t, place, "--smtp-url", mail.URL(), "--allow-private-webhooks")
	runNode(t, file, append(environment,
		"TICKLER_URL="+p.URL,
		"TICKLER_EMAIL="+credentials.Email,
		"TICKLER_PASSWORD="+credentials.Password,
		"TICKLER_ACCESS_KEY="+credentials.AccessKey,
		"TICKLER_SECRET_KEY="+credentials.SecretKey,
		"TICKLER_OUTSIDE="+outside(t, mail),
	)...)
	p.Stop(t, syscall.SIGTERM)
	if t.Failed() {
		t.Logf("the program's log:\n%s", p.Log)
	}
}

// runNode runs a file of tests, and shows its output if one fails.
func runNode(t *testing.T, file string, environment ...string) {
	t.Helper()
	const hangs = 5 * time.Minute // far longer than any good run; otherwise go test's own limit would end it without output
	ctx, cancel := context.WithTimeout(t.Context(), hangs)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "--test", "--test-reporter=spec", file)
	node.Env = append(os.Environ(), environment...)
	node.Cancel = func() error { return node.Process.Signal(syscall.SIGTERM) } // so that it closes its browser
	node.WaitDelay = 10 * time.Second
	if printed, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, printed)
	}
}

// need returns the path of Chromium. Where the test can't run it skips with a message, or fails if
// CI=true.
func need(t *testing.T) (chromium string) {
	t.Helper()
	chromium, err := find()
	if err != nil {
		message := fmt.Sprintf("NOT TESTED IN A BROWSER: %v. 'make test' builds what is missing and, as root on Debian, installs it.", err)
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	return chromium
}

func find() (chromium string, err error) {
	if _, err := exec.LookPath("node"); err != nil {
		return "", err
	}
	for _, file := range []string{"../../node_modules/playwright-core", "../../internal/web/static/built/manifest.json"} {
		if _, err := os.Stat(file); err != nil {
			return "", err
		}
	}
	return exec.LookPath("chromium-headless-shell")
}
