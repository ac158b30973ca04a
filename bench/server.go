package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// server is a running `tickler serve`.
type server struct {
	command *exec.Cmd
	address string // http://127.0.0.1:...
	log     serverLog
}

// startServer starts tickler and returns when it says that it serves.
func startServer(ctx context.Context, binary string, variables ...string) (*server, error) {
	s := &server{command: exec.CommandContext(ctx, binary, "serve", "--listen", "127.0.0.1:0")}
	s.command.Cancel = func() error { return s.command.Process.Signal(syscall.SIGTERM) }
	s.command.Env = append(withoutTickler(os.Environ()), variables...)
	output, err := s.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	address := make(chan string, 1)
	go s.log.follow(output, address)
	if s.address = <-address; s.address == "" {
		return nil, fmt.Errorf("tickler did not start: %w: %s", s.command.Wait(), s.log.text())
	}
	return s, nil
}

// withoutTickler leaves out what would configure the server behind our back.
func withoutTickler(variables []string) (kept []string) {
	for _, variable := range variables {
		if !strings.HasPrefix(variable, "TICKLER_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// stop ends the server as an operator would.
func (s *server) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.command.Wait(); err != nil {
		return fmt.Errorf("tickler ended badly: %w: %s", err, s.log.text())
	}
	return nil
}

// memory is what the server holds of the machine's (resident set size), in bytes.
func (s *server) memory() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			kilobytes, err := strconv.Atoi(fields[1])
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("/proc tells no VmRSS")
}

// processorTime is what the server has had of the processors since it started.
func (s *server) processorTime() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the program's name may have blanks in it
	const user, system = 11, 12                    // proc(5), counted from there
	fields := strings.Fields(after)
	if len(fields) <= system {
		return 0, errors.New("/proc tells no times")
	}
	inUser, err := strconv.Atoi(fields[user])
	inSystem, otherErr := strconv.Atoi(fields[system])
	const tick = 10 * time.Millisecond // of Linux on all machines that Go runs on
	return time.Duration(inUser+inSystem) * tick, errors.Join(err, otherErr)
}

// warmUp calls once for each account: from then on the server's directory knows them all, as it
// does in a service that has run for a while.
func (s *server) warmUp(ctx context.Context, accounts []account) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	return concurrently(16, len(accounts), func(i int) error {
		_, err := s.call(ctx, client, accounts[i], http.MethodGet, "/v2/Authentication.svc/UserByAccessKey.Get", "")
		return err
	})
}

// call makes one call for an account; any answer but 200 is an error.
func (s *server) call(
	ctx context.Context, client *http.Client, a account, method, path, body string,
) (text []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, s.address+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("x-LSQ-AccessKey", a.Key.Key)
	request.Header.Set("x-LSQ-SecretKey", a.secret)
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err = io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d: %s", path, answer.StatusCode, text)
	}
	return text, err
}

// serverLog keeps the first lines that a server logs: in a good run there are only a few.
type serverLog struct {
	mu    sync.Mutex
	lines []string
}

const keptLines = 50

func (l *serverLog) follow(output io.Reader, address chan<- string) {
	defer close(address)
	announced := false
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if _, rest, found := strings.Cut(lines.Text(), " address="); found && !announced {
			announced = true
			where, _, _ := strings.Cut(rest, " ")
			address <- where
		}
		l.mu.Lock()
		if len(l.lines) < keptLines {
			l.lines = append(l.lines, lines.Text())
		}
		l.mu.Unlock()
	}
}

func (l *serverLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// evict drops a file's pages from the machine's cache, so that the next read comes from the disk.
func evict(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer drop(file)
	if err := file.Sync(); err != nil { // pages not yet written can't be dropped
		return err
	}
	return dropPages(file)
}

// settle is how long a server idles before its memory is read.
const settle = 3 * time.Second
