//go:build unix

package process_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"tickler/e2e/program"
	"tickler/internal/eventually"
	"tickler/internal/pgtest"
)

// repository is the folder that README.md lies in.
const repository = "../.."

// TestReadme runs the commands of README.md's console blocks, one by one in a folder of its own,
// and compares their output with what is shown. What differs from run to run is masked, and …
// stands for anything.
func TestReadme(t *testing.T) {
	for _, name := range []string{"make", "curl"} {
		needProgram(t, name)
	}
	r := newReader(t)
	for _, section := range consoleSections(t, "README.md") {
		passed := t.Run(section.heading, func(t *testing.T) {
			for _, s := range section.steps {
				r.follow(t, s)
			}
		})
		if !passed {
			return // the rest depends on it
		}
	}
}

// reader is a person who follows README.md.
type reader struct {
	folder string
	// seen maps what README shows to what this run got: ids, keys, dates, the address.
	seen map[string]string
	// stop ends the server that was started last.
	stop func()
}

const (
	shownAddress  = "127.0.0.1:8080"
	shownDatabase = "postgres://tickler:password@localhost:5432/tickler"
)

// newReader returns a reader in a folder like a built repository: it has the program and the
// Makefile.
func newReader(t *testing.T) *reader {
	t.Helper()
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program.Path(t), filepath.Join(folder, "bin", "tickler")); err != nil {
		t.Fatal(err)
	}
	makefile, err := filepath.Abs(filepath.Join(repository, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(makefile, filepath.Join(folder, "Makefile")); err != nil {
		t.Fatal(err)
	}
	r := &reader{folder: folder, seen: map[string]string{}, stop: func() {}}
	t.Cleanup(func() { r.stop() })
	return r
}

// follow runs one step and compares its output.
func (r *reader) follow(t *testing.T, s step) {
	t.Helper()
	if strings.Contains(s.command, shownDatabase) {
		r.seen[shownDatabase] = pgtest.URL(t)
		t.Cleanup(func() { r.stop() }) // before its database is dropped
	}
	command := r.here(s.command)
	if strings.Contains(command, "/Bulk/Status") {
		r.letBulkRequestsEnd(t)
	}
	var printed string
	if strings.Contains(command, "make run") || strings.Contains(command, "tickler serve") {
		printed = r.serve(t, command)
	} else {
		output, err := r.shell(command).Output()
		if err != nil {
			t.Fatalf("%s\nends with %v", command, err)
		}
		printed = string(output)
	}
	if problem := r.compare(s.shown, printed); problem != "" {
		t.Fatalf("$ %s\n%s\n\nREADME.md shows:\n%s\n\nIt prints:\n%s", command, problem, s.shown, printed)
	}
}

// letBulkRequestsEnd waits, as a person who reads on would, until a request that failed in part has
// ended. Polling the counts spends no calls.
func (r *reader) letBulkRequestsEnd(t *testing.T) {
	t.Helper()
	eventually.Holds(t, "a bulk request has failed in part", func() bool {
		answer, err := http.Get("http://" + r.here(shownAddress) + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		counts, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(counts), `tickler_bulk_requests_total{outcome="Partial Success"} 1`)
	})
}

// here replaces what README shows with what this run got.
func (r *reader) here(text string) string {
	var pairs []string
	for shown, got := range r.seen {
		pairs = append(pairs, shown, got)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// shell returns a command without this machine's settings, whose server listens on a free port.
func (r *reader) shell(command string) *exec.Cmd {
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = r.folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.folder, "TICKLER_LISTEN=127.0.0.1:0"}
	return cmd
}

var serving = regexp.MustCompile(`msg="tickler is serving" address=http://(\S+)`)

// serve starts a server, after stopping a running one, and returns what it prints until it serves.
func (r *reader) serve(t *testing.T, command string) string {
	t.Helper()
	r.stop()
	cmd := r.shell(strings.Replace(command, "make run", "make --old-file=build run", 1)) // it is built already
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r.stop = func() {
		r.stop = func() {}
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // with what it has started
		_, _ = io.Copy(io.Discard, output)                  // until all of them have ended
		_ = cmd.Wait()                                      // make reports the signal
	}
	var printed strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		printed.WriteString(lines.Text() + "\n")
		if address := serving.FindStringSubmatch(lines.Text()); address != nil {
			r.seen[shownAddress] = address[1]
			return printed.String()
		}
	}
	t.Fatalf("$ %s\ndoes not serve:\n%s", command, printed.String())
	return ""
}

// varying finds what differs from run to run: a GUID, a secret key, an access key or password, a
// date.
var varying = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[A-Z2-7]{52}\b|\b[A-Z2-7]{26}\b|\b\d{4}-\d\d-\d\d\b`)

// compare returns how the output differs from what README shows; "" if it does not. It remembers
// what this run got for each thing that varies: equal things in README must be equal here, and
// different things different.
func (r *reader) compare(shown, printed string) string {
	shown = strings.ReplaceAll(shown, shownAddress, r.here(shownAddress))
	var pattern strings.Builder
	rest := 0
	things := varying.FindAllStringIndex(shown, -1)
	for _, at := range things {
		pattern.WriteString(literally(shown[rest:at[0]]) + "(" + varying.String() + ")")
		rest = at[1]
	}
	pattern.WriteString(literally(shown[rest:]))
	got := regexp.MustCompile(`(?s)^` + pattern.String() + `$`).FindStringSubmatch(strings.TrimSpace(printed))
	if got == nil {
		return "It prints something else."
	}
	for i, at := range things {
		thing := shown[at[0]:at[1]]
		for before, was := range r.seen {
			if (before == thing) != (was == got[i+1]) {
				return "It prints " + got[i+1] + " for " + thing + ", but it printed " + was + " for " + before + "."
			}
		}
		r.seen[thing] = got[i+1]
	}
	return ""
}

func literally(text string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".*?")
}

// section is the content under one heading.
type section struct {
	heading string
	steps   []step
}

// step is a command and what README shows of its output.
type step struct{ command, shown string }

// consoleSections reads the console blocks of a document. In them "$ " begins a command; a \ at a
// line's end goes on to the next, and so does a quote that is not closed.
func consoleSections(t *testing.T, name string) []section {
	t.Helper()
	var sections []section
	var steps []step
	heading, inside := "", false
	for line := range strings.Lines(readDocument(t, name)) {
		line = strings.TrimSuffix(line, "\n")
		last := len(steps) - 1
		switch {
		case line == "```console":
			inside, steps = true, nil
		case line == "```" && inside:
			inside, sections = false, append(sections, section{heading, steps})
		case strings.HasPrefix(line, "#") && !inside:
			heading = strings.TrimLeft(line, "# ")
		case !inside:
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: line[len("$ "):]})
		case last < 0:
			t.Fatalf("%s: a console block begins with %q and not with a command", name, line)
		case steps[last].shown == "" && goesOn(steps[last].command):
			steps[last].command += "\n" + line
		default:
			steps[last].shown = strings.TrimPrefix(steps[last].shown+"\n"+line, "\n")
		}
	}
	if len(sections) == 0 {
		t.Fatalf("%s has no console block", name)
	}
	return sections
}

func goesOn(command string) bool {
	return strings.HasSuffix(command, `\`) || strings.Count(command, "'")%2 == 1
}

// needProgram skips a test on a machine that lacks the program, or fails it if CI=true.
func needProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: %v", err)
	}
}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
