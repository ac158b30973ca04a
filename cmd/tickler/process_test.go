package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// binary builds the program once: static, as it is shipped, and without the race detector.
var binary = sync.OnceValues(func() (path string, err error) {
	if binaryFolder, err = os.MkdirTemp("", "tickler-test-"); err != nil {
		return "", err
	}
	path = filepath.Join(binaryFolder, "tickler")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building tickler: %w: %s", err, output)
	}
	return path, nil
})

var binaryFolder string

func removeBinary() {
	if binaryFolder != "" {
		_ = os.RemoveAll(binaryFolder)
	}
}

// program gives the path of the binary.
func program(t *testing.T) string {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// process is a program that serves in a process of its own, by the machine's clock.
type process struct {
	command *exec.Cmd
	url     string
	stdout  bytes.Buffer // to be read when it has ended
	log     *output
	lines   chan string   // the log's, until somebody stops reading them
	ended   chan struct{} // closed when the log has ended
	wait    func() error  // for its end
}

// launch starts a server's process. It is killed when the test ends.
func (at place) launch(t *testing.T) *process {
	t.Helper()
	const roomForTheLog = 1000
	p := &process{log: &output{}, lines: make(chan string, roomForTheLog), ended: make(chan struct{})}
	p.command = exec.Command(program(t), append([]string{"serve", "--listen=127.0.0.1:0", "--log-format=json"}, at...)...)
	p.command.Stdout = &p.stdout
	stderr, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		defer close(p.lines)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			fmt.Fprintln(p.log, lines.Text())
			select {
			case p.lines <- lines.Text():
			default:
			}
		}
	}()
	p.wait = sync.OnceValue(func() error {
		<-p.ended
		return p.command.Wait()
	})
	t.Cleanup(p.kill)
	return p
}

// process starts a server's process and returns when it serves.
func (at place) process(t *testing.T) *process {
	t.Helper()
	p := at.launch(t)
	for line := range p.lines {
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "tickler is serving" {
			p.url = entry.Address
			return p
		}
	}
	t.Fatalf("it does not serve: %v\n%s", p.wait(), p.log)
	return nil
}

// kill ends the process at once, wherever it is.
func (p *process) kill() {
	_ = p.command.Process.Kill() // fails if it has ended already
	_ = p.wait()                 // tells of the kill
}

// stop asks the process to end, as an operator does, and waits until it has.
func (p *process) stop(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if err := p.wait(); err != nil {
		t.Errorf("after %v: %v\n%s", signal, err, p.log)
	}
}

func TestSignalsEndTheProcessCleanly(t *testing.T) {
	t.Parallel()
	at := folder(t)
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		p := at.process(t)
		p.stop(t, signal)
		if !strings.Contains(p.log.String(), "shutting down") {
			t.Errorf("after %v the log is %s", signal, p.log)
		}
	}
}

func TestFailureIsToldOnceAndByTheExitCode(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	failing := exec.Command(program(t), "user", "list", "--data", "/nowhere")
	failing.Stdout, failing.Stderr = &stdout, &stderr
	err := failing.Run()
	const want = "tickler: there is no database in /nowhere: run 'tickler init' first, or give another --data\n"
	if failing.ProcessState.ExitCode() != 1 || stdout.Len() > 0 || stderr.String() != want {
		t.Errorf("%v, %s%s", err, &stdout, &stderr)
	}
}

// As two processes, by the machine's clock: nothing is moved along by the test.
func TestAKeyRevokedByASecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	at := folder(t)
	k := at.setUp(t, "--rate-limit=off")
	server := at.process(t)
	revoke := exec.Command(program(t), append([]string{"key", "revoke", k.access}, at...)...)
	if printed, err := revoke.CombinedOutput(); err != nil || string(printed) != "Revoked "+k.access+".\n" {
		t.Fatalf("%v: %s", err, printed)
	}
	client := newClient(t)
	for {
		r, err := call(t.Context(), client, k, http.MethodGet, server.url+whoAmIPath, "")
		if err != nil {
			t.Fatal(err)
		}
		if r.status == http.StatusUnauthorized {
			return
		}
		if r.status != http.StatusOK {
			t.Fatalf("answered %d %s", r.status, r.body)
		}
	}
}
