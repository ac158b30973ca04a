package main

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/mail/mailtest"
)

// diagnosis gives the doctor's results by check.
func (at place) diagnosis(t *testing.T, args ...string) (results map[string]string, rows []map[string]string, err error) {
	t.Helper()
	args = append(append([]string{"doctor"}, args...), at...)
	var stdout, stderr output
	err = run(t.Context(), append(args, "--json"), &environment{stdout: &stdout, stderr: &stderr, clock: tickler.SystemClock{}})
	decode(t, stdout.String(), &rows)
	results = map[string]string{}
	for _, row := range rows {
		results[row["check"]] = row["result"]
		if (row["result"] == "ok") != (row["advice"] == "") {
			t.Errorf("the advice is %v", row)
		}
	}
	return results, rows, err
}

func TestDoctor(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		server := mailtest.Start(t, mailtest.Config{})
		want := func(when string, want map[string]string, args ...string) {
			t.Helper()
			got, rows, err := at.diagnosis(t, args...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %v (-want +got):\n%s", when, rows, diff)
			}
			well := true
			for _, result := range want {
				well = well && result == "ok"
			}
			if well != (err == nil) || (err != nil && !errors.Is(err, errUnwell)) {
				t.Errorf("%s: %v", when, err)
			}
		}
		if at[0] == "--data" {
			want("without a database", map[string]string{"database": "fails", "mail": "fails", "disk": "fails"})
			if _, err := os.Stat(at[1]); !os.IsNotExist(err) {
				t.Errorf("the doctor has made the data folder: %v", err)
			}
		} else {
			want("before a migration", map[string]string{"database": "ok", "migrations": "fails", "clock": "ok", "mail": "fails", "disk": "ok"})
		}
		at.setUp(t)
		want("without a mail server", map[string]string{"database": "ok", "migrations": "ok", "clock": "ok", "mail": "fails", "disk": "ok"})
		want("with a mail server that is not there", map[string]string{"database": "ok", "migrations": "ok", "clock": "ok", "mail": "fails", "disk": "ok"},
			"--smtp-url=smtp://127.0.0.1:1?tls=none")
		want("with all", map[string]string{"database": "ok", "migrations": "ok", "clock": "ok", "mail": "ok", "disk": "ok"}, "--smtp-url="+server.URL())
	})
}

func TestDoctorPrintsATable(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.setUp(t)
	r := command(t, append([]string{"doctor"}, at...)...)
	if r.err == nil || r.err.Error() != "something needs attention" {
		t.Errorf("it ends with %v", r.err)
	}
	lines := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if len(lines) != 6 || strings.Join(strings.Fields(lines[0]), " ") != "CHECK RESULT DETAIL ADVICE" ||
		!strings.Contains(lines[4], "no mail server is configured") || !strings.Contains(lines[4], "Give --smtp-url, or reminders stay unsent.") {
		t.Errorf("it prints %s", r.stdout)
	}
}
