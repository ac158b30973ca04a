package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// binary builds the program once, as it is shipped.
var binary = sync.OnceValues(func() (path string, err error) {
	if binaryFolder, err = os.MkdirTemp("", "tickler-e2e-"); err != nil {
		return "", err
	}
	path = filepath.Join(binaryFolder, "tickler")
	build := exec.Command("go", "build", "-o", path, "../cmd/tickler")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if printed, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building tickler: %w: %s", err, printed)
	}
	return path, nil
})

var binaryFolder string

func removeBinary() {
	if binaryFolder != "" {
		_ = os.RemoveAll(binaryFolder)
	}
}

// program is a tickler that serves in a process of its own, on a data folder of its own.
type program struct {
	url         string
	credentials struct{ Email, Password, AccessKey, SecretKey string }
	log         *log
}

// log is what the program tells while it runs.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(&l.text, line)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start sets up an account and returns when the program serves. It is stopped when the test ends, which must go cleanly.
func start(t *testing.T, flags ...string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{log: &log{}}
	data := "--data=" + t.TempDir()
	made, err := exec.Command(path, "init", "--json", "--rate-limit=off", data).Output()
	if err != nil {
		t.Fatalf("init: %v", err)
	}
	if err := json.Unmarshal(made, &p.credentials); err != nil {
		t.Fatalf("%v in %s", err, made)
	}
	serve := exec.Command(path, append([]string{"serve", "--listen=127.0.0.1:0", "--log-format=json", data}, flags...)...)
	stderr, err := serve.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	address, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(address)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.log.add(lines.Text())
			var entry struct{ Msg, Address string }
			if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "tickler is serving" {
				address <- entry.Address
			}
		}
	}()
	t.Cleanup(func() {
		_ = serve.Process.Signal(syscall.SIGTERM) // fails if it has ended already
		<-ended
		if err := serve.Wait(); err != nil {
			t.Errorf("the program ended with %v\n%s", err, p.log)
		}
	})
	if p.url = <-address; p.url == "" {
		t.Fatalf("it does not serve:\n%s", p.log)
	}
	return p
}
