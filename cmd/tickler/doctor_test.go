package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
	"tickler/internal/mail/mailtest"
	"tickler/internal/store/storetest"
)

// examine runs the doctor on a place with the given clock, and returns its findings by check.
func (at place) examine(t *testing.T, clock tickler.Clock, flags ...string) (map[string]map[string]string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), slices.Concat([]string{"doctor", "--json"}, at, flags), &environment{stdout: &stdout, stderr: &stderr, clock: clock})
	if err != nil && !errors.Is(err, errUnwell) {
		t.Fatalf("doctor: %v", err)
	}
	var rows []map[string]string
	decode(t, stdout.String(), &rows)
	found := map[string]map[string]string{}
	for _, row := range rows {
		found[row["check"]] = row
	}
	return found, err
}

// wantFault checks that one check fails with its reason and advice, and no others but those named.
func wantFault(t *testing.T, found map[string]map[string]string, err error, check, detail, advice string, others ...string) {
	t.Helper()
	row := found[check]
	if !errors.Is(err, errUnwell) || row["result"] != "fails" || !strings.Contains(row["detail"], detail) || row["advice"] != advice {
		t.Errorf("%s: %v, %v\nwant %s\n%s", check, err, row, detail, advice)
	}
	for name, row := range found {
		if name != check && !slices.Contains(others, name) && (row["result"] != "ok" || row["advice"] != "") {
			t.Errorf("%s: %v", name, row)
		}
	}
}

const mailAdvice = "Check --smtp-url: host, port, tls, user and password. Then try 'tickler mail test'."

func TestDoctorFindsAllWell(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		flags := mailArgs(mailtest.Start(t, mailtest.Config{User: "u", Password: "p"}))
		found, err := at.examine(t, clock.System{}, flags...)
		for check, detail := range map[string]string{
			"database": `^answers$`, "migrations": `^up to date$`, "accounts": `^1 can be read$`, "mail": `^the mail server accepts our login and sender$`,
			"clock": `^this machine's, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$|^the database's is -?\d+(\.\d+)?m?s ahead$`,
			"disk":  `^\d+\.\d GiB free in /.+$|^the database server's: check there$`,
		} {
			if row := found[check]; row["result"] != "ok" || row["advice"] != "" || !regexp.MustCompile(detail).MatchString(row["detail"]) {
				t.Errorf("%s: %v", check, row)
			}
		}
		if err != nil || len(found) != 6 {
			t.Errorf("%v, %v", err, found)
		}
		printed := command(t, slices.Concat([]string{"doctor"}, at, flags)...).stdout
		for _, want := range []string{"CHECK ", "migrations   ok ", "the mail server accepts our login and sender"} {
			if !strings.Contains(printed, want) {
				t.Errorf("it prints\n%s", printed)
			}
		}
	})
}

func TestDoctorFindsNoDatabase(t *testing.T) {
	t.Parallel()
	flags := mailArgs(mailtest.Start(t, mailtest.Config{}))
	at := noFolder(t)
	found, err := at.examine(t, clock.System{}, flags...)
	wantFault(t, found, err, "database", "no such file", "Run 'tickler init' or 'tickler serve' first, or give another --data.", "disk")
	if _, err := os.Stat(at[1]); !os.IsNotExist(err) {
		t.Errorf("the doctor has made a data folder: %v", err)
	}
	const advice = "Check --data or --database-url, that the database runs, and that this user may open it."
	found, err = place{"--database-url", "postgres://u:hunter2@127.0.0.1:1/d"}.examine(t, clock.System{}, flags...)
	wantFault(t, found, err, "database", "127.0.0.1", advice)
	if strings.Contains(found["database"]["detail"], "hunter2") {
		t.Error("it shows the password")
	}
	found, err = place{"--database-url", "host=localhost"}.examine(t, clock.System{}, flags...)
	wantFault(t, found, err, "database", "expected postgres://", advice)
}

func TestDoctorFindsADamagedFile(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.setUp(t)
	if err := os.WriteFile(at.location(), []byte(strings.Repeat("this is no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := at.examine(t, clock.System{}, mailArgs(mailtest.Start(t, mailtest.Config{}))...)
	wantFault(t, found, err, "database", "not a database", "Check --data or --database-url, that the database runs, and that this user may open it.")
}

func TestDoctorFindsAnotherSchema(t *testing.T) {
	fromNothing(t, func(t *testing.T, at place) {
		const advice = "Run 'tickler migrate', or use the version of tickler that the database is from."
		flags := mailArgs(mailtest.Start(t, mailtest.Config{}))
		if at[0] == "--data" {
			if err := errors.Join(os.Mkdir(at[1], 0o700), os.WriteFile(filepath.Join(at[1], "tickler.db"), nil, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		found, err := at.examine(t, clock.System{}, flags...)
		wantFault(t, found, err, "migrations", "the database is not up to date", advice)
		at.do(t, "migrate")
		found, err = at.examine(t, clock.System{}, flags...)
		if err != nil {
			t.Errorf("after 'tickler migrate': %v", found)
		}
		if _, err := storetest.SQL(t, at.location()).ExecContext(t.Context(), `UPDATE schema_floor SET oldest_binary = 9999`); err != nil {
			t.Fatal(err)
		}
		found, err = at.examine(t, clock.System{}, flags...)
		wantFault(t, found, err, "migrations", "the database needs a newer tickler", advice)
	})
}

func TestDoctorFindsAccountsThatCantBeRead(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		flags := mailArgs(mailtest.Start(t, mailtest.Config{}))
		db := storetest.SQL(t, at.location())
		examine := func(detail string) {
			t.Helper()
			found, err := at.examine(t, clock.System{}, flags...)
			wantFault(t, found, err, "accounts", detail,
				"Reminders of an account that can't be read are not sent until its rows are repaired. For a time zone, use a tickler that knows it, or set another one.")
		}
		storetest.Exec(t, db, `UPDATE account SET time_zone = 'Moon/Tranquility'`)
		examine("has time zones that are unknown here and read as UTC: Moon/Tranquility")
		storetest.Exec(t, db, `UPDATE task_type SET fields = 'none of ours'`)
		examine("can't be read: invalid character")
	})
}

func TestDoctorFindsTheMailServerUnusable(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.setUp(t)
	server := mailtest.Start(t, mailtest.Config{User: "u", Password: "right"})
	for detail, url := range map[string]string{
		"did not accept user and password":           strings.Replace(server.URL(), "right", "hunter2", 1),
		"127.0.0.1:1 can't be reached":               "smtp://u:hunter2@127.0.0.1:1?tls=none",
		"it offers no STARTTLS":                      strings.Replace(server.URL(), "tls=none", "tls=starttls", 1),
		"expected a URL like smtp://user:password@m": "mail.example.com",
	} {
		found, err := at.examine(t, clock.System{}, "--smtp-url="+url)
		wantFault(t, found, err, "mail", detail, mailAdvice)
		if strings.Contains(found["mail"]["detail"], "hunter2") {
			t.Errorf("%s: it shows the password", detail)
		}
	}
	found, err := at.examine(t, clock.System{})
	wantFault(t, found, err, "mail", "no mail server is configured", "Give --smtp-url, or reminders stay unsent.")
}

// clockOff is the machine's clock, set wrong.
type clockOff struct {
	clock.System
	by time.Duration
}

func (c clockOff) Now() time.Time { return c.System.Now().Add(c.by) }

func TestDoctorFindsTheClockWrong(t *testing.T) {
	t.Parallel()
	at := database(t)
	at.setUp(t)
	flags := mailArgs(mailtest.Start(t, mailtest.Config{}))
	for _, off := range []time.Duration{-time.Hour, -6 * time.Second, 6 * time.Second, time.Hour} {
		found, err := at.examine(t, clockOff{by: off}, flags...)
		ahead, want := strings.CutPrefix(found["clock"]["detail"], "the database's is ")
		if !want || strings.HasPrefix(ahead, "-") != (off > 0) {
			t.Errorf("off by %v: %v", off, found["clock"])
		}
		wantFault(t, found, err, "clock", " ahead", "Synchronize this machine's clock (NTP).")
	}
	for _, off := range []time.Duration{-2 * time.Second, 2 * time.Second} {
		if found, err := at.examine(t, clockOff{by: off}, flags...); err != nil || !strings.HasPrefix(found["clock"]["detail"], "the database's is ") {
			t.Errorf("off by %v: %v, %v", off, err, found)
		}
	}
}

// On SQLite the node's clock is the only one there is.
func TestDoctorShowsTheClockOnSQLite(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.setUp(t)
	found, _ := at.examine(t, clocktest.New(now))
	if row := found["clock"]; row["result"] != "ok" || row["detail"] != "this machine's, 2026-03-01 12:00:00 UTC" {
		t.Errorf("%v", row)
	}
}

func TestDoctorFindsTheLogTooLarge(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.setUp(t)
	keep := storetest.SQL(t, at.location()) // the last one to close the file removes the log
	if err := keep.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, keep, `UPDATE directory_version SET n = n + 1`)
	flags := mailArgs(mailtest.Start(t, mailtest.Config{}))
	if found, err := at.examine(t, clock.System{}, flags...); err != nil {
		t.Errorf("%v, %v", found["disk"], err)
	}
	if err := os.Truncate(at.location()+"-wal", 1<<30+1); err != nil { // a hole: it takes no room
		t.Fatal(err)
	}
	found, err := at.examine(t, clock.System{}, flags...)
	wantFault(t, found, err, "disk", "tickler.db-wal has grown to 1.0 GiB",
		"Stop whatever has been reading the database for long, such as a backup: the next write frees the space.")
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
	if len(lines) != 7 || strings.Join(strings.Fields(lines[0]), " ") != "CHECK RESULT DETAIL ADVICE" ||
		!strings.Contains(lines[5], "no mail server is configured") || !strings.Contains(lines[5], "Give --smtp-url, or reminders stay unsent.") {
		t.Errorf("it prints %s", r.stdout)
	}
}

func TestDoctorWantsAGibibyteOfDisk(t *testing.T) {
	for free, want := range map[uint64]string{1 << 30: "", 1<<30 - 1: "1.0 GiB free in /data", 0: "0.0 GiB free in /data"} {
		got := finding{check: "disk"}.ofDisk(free, "/data")
		if reason := fmt.Sprint(got.err); (want == "") != (got.err == nil) || got.err != nil && reason != want {
			t.Errorf("%d bytes: %s, want %q", free, reason, want)
		}
	}
}
