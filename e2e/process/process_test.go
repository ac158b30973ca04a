package process_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/eventually"
)

func TestSignalsEndTheProcessCleanly(t *testing.T) {
	t.Parallel()
	at := folder(t)
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		p := program.Start(t, at...)
		p.Stop(t, signal)
		if !strings.Contains(p.Log.String(), "shutting down") {
			t.Errorf("after %v the log is %s", signal, p.Log)
		}
	}
}

func TestAFailureIsPrintedOnceAndSetsTheExitCode(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	failing := exec.Command(program.Path(t), "user", "list", "--data", "/nowhere")
	failing.Stdout, failing.Stderr = &stdout, &stderr
	err := failing.Run()
	const want = "tickler: there is no database in /nowhere: run 'tickler init' first, or give another --data\n"
	if failing.ProcessState.ExitCode() != 1 || stdout.Len() > 0 || stderr.String() != want {
		t.Errorf("%v, %s%s", err, &stdout, &stderr)
	}
}

// With two processes and the machine's own clock: the test moves nothing along.
func TestAKeyRevokedByASecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	at := folder(t)
	k := at.setUp(t)
	server := program.Start(t, at...)
	revoke := exec.Command(program.Path(t), append([]string{"key", "revoke", k.AccessKey}, at...)...)
	if printed, err := revoke.CombinedOutput(); err != nil || string(printed) != "Revoked "+k.AccessKey+".\n" {
		t.Fatalf("%v: %s", err, printed)
	}
	client := apitest.NewClient(t)
	eventually.Holds(t, "the key is refused", func() bool {
		r, err := apitest.Call(t.Context(), client, k, http.MethodGet, server.URL+apitest.WhoAmIPath, "")
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != http.StatusOK && r.Status != http.StatusUnauthorized {
			t.Fatalf("answered %d %s", r.Status, r.Body)
		}
		return r.Status == http.StatusUnauthorized
	})
}
