// Package program runs the program for tests as it is shipped: a static binary without the race
// detector, in processes of its own, on the machine's clock.
package program

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// binaryVariable names a binary that was built before, so that several packages use one.
const binaryVariable = "TICKLER_TEST_BINARY"

var binary = sync.OnceValues(func() (path string, err error) {
	if path := os.Getenv(binaryVariable); path != "" {
		return path, nil
	}
	if built, err = os.MkdirTemp("", "tickler-test-"); err != nil {
		return "", err
	}
	path = filepath.Join(built, "tickler")
	build := exec.Command("go", "build", "-o", path, "tickler/cmd/tickler")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building tickler: %w: %s", err, output)
	}
	return path, nil
})

// built is the folder of a binary that was built here.
var built string

// Path returns the path of the binary: the one that TICKLER_TEST_BINARY names, or one that is built
// once.
func Path(t testing.TB) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Main runs a package's tests and returns their exit code. What this machine's own tickler is set
// to by its variables reaches neither them nor their processes, but for settings of tests and those
// that are named. A binary that was built is removed.
func Main(m *testing.M, kept ...string) (code int) {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TICKLER_") && !strings.HasPrefix(name, "TICKLER_TEST_") &&
			!slices.Contains(kept, name) {
			_ = os.Unsetenv(name)
		}
	}
	code = m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	return code
}

// Run runs a command to its end, which must be a good one, and returns what it prints.
func Run(t testing.TB, args ...string) string {
	t.Helper()
	printed, err := exec.Command(Path(t), args...).Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("tickler %s: %v: %s", strings.Join(args, " "), err, failed.Stderr)
		}
		t.Fatal(err)
	}
	return string(printed)
}

// Process is a program that serves.
type Process struct {
	URL   string
	Log   *Log
	Lines chan string // the log's, until somebody stops reading them

	process *os.Process
	wait    func() error // for its end
}

// Log is what a running program has logged so far.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *Log) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.WriteString(line + "\n")
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Launch starts a server at a free port. It is killed when the test ends.
func Launch(t testing.TB, args ...string) *Process {
	t.Helper()
	const roomForTheLog = 1000
	p := &Process{Log: &Log{}, Lines: make(chan string, roomForTheLog)}
	command := exec.Command(Path(t), append([]string{"serve", "--listen=127.0.0.1:0", "--log-format=json"}, args...)...)
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p.process = command.Process
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.Lines)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.Log.add(lines.Text())
			select {
			case p.Lines <- lines.Text():
			default:
			}
		}
	}()
	p.wait = sync.OnceValue(func() error {
		<-read
		return command.Wait()
	})
	t.Cleanup(p.Kill)
	return p
}

// Start starts a server at a free port and returns when it serves. It is killed when the test ends.
func Start(t testing.TB, args ...string) *Process {
	t.Helper()
	p := Launch(t, args...)
	for line := range p.Lines {
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "tickler is serving" {
			p.URL = entry.Address
			return p
		}
	}
	t.Fatalf("it does not serve: %v\n%s", p.wait(), p.Log)
	return nil
}

// Kill ends the process at once, wherever it is, and returns when it has ended.
func (p *Process) Kill() {
	p.Strike()
	_ = p.wait() // tells of the kill
}

// Strike is like Kill, but does not wait for the end.
func (p *Process) Strike() {
	_ = p.process.Kill() // fails if it has ended already
}

// Stop asks the process to end, as an operator does, and returns when it has, which must go
// cleanly.
func (p *Process) Stop(t testing.TB, signal os.Signal) {
	t.Helper()
	if err := p.process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := p.wait(); err != nil {
		t.Errorf("after %v: %v\n%s", signal, err, p.Log)
	}
}
