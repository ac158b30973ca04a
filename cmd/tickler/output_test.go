package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tickler"
)

// Output for programs is typed: numbers, booleans, times by RFC 3339, lists, and null for what is
// absent.
func TestJSONIsTyped(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	list := table{columns: []string{"id", "n", "yes", "at", "never", "late", "long", "tags", "none", "nothing"}}
	list.add(tickler.ID{15: 1}, 3, true, at, time.Time{}, 1500*time.Millisecond, minutes(time.Hour), []string{"a", "b"}, []string(nil), nil)
	var out bytes.Buffer
	if err := list.print(&out, true); err != nil {
		t.Fatal(err)
	}
	wantText(t, `
[
  {
    "at": "2026-03-01T12:00:00Z",
    "id": "<id>",
    "late": 1.5,
    "long": 3600,
    "n": 3,
    "never": null,
    "none": [],
    "nothing": null,
    "tags": [
      "a",
      "b"
    ],
    "yes": true
  }
]
`, out.String())
	out.Reset()
	empty := table{columns: []string{"id"}}
	if err := empty.print(&out, true); err != nil || out.String() != "[]\n" {
		t.Errorf("an empty list is %q, %v", out.String(), err)
	}
	out.Reset()
	if err := list.print(&out, false); err != nil || strings.Join(strings.Fields(out.String()), " ") !=
		"ID N YES AT NEVER LATE LONG TAGS NONE NOTHING 00000000-0000-0000-0000-000000000001 3 true 2026-03-01 12:00:00 1.5s 60 min a, b" {
		t.Errorf("for people it is %s, %v", out.String(), err)
	}
}

// No name that somebody has chosen can send control sequences to the terminal that lists it.
func TestNothingPrintedControlsTheTerminal(t *testing.T) {
	var out bytes.Buffer
	list := table{columns: []string{"name"}}
	list.add("\x1b[2Jgone\r\nsecond\tline\u009b\u202etxt.exe é")
	if err := list.print(&out, false); err != nil {
		t.Fatal(err)
	}
	if want := "NAME\n" + `\x1b[2Jgone\r\nsecond\tline\u009b\u202etxt.exe é` + "\n"; out.String() != want {
		t.Errorf("printed %q, want %q", out.String(), want)
	}
	out.Reset()
	if err := printFacts(&out, false, "two\nlines \x1b"); err != nil || out.String() != "two\nlines \\x1b\n" {
		t.Errorf("printed %q, %v", out.String(), err)
	}
}

func TestAnEmptyFlagIsASlip(t *testing.T) {
	t.Parallel()
	at := folder(t)
	at.setUp(t)
	for words, flag := range map[string]string{
		"account set --time-zone=":                    "--time-zone",
		"account set --rate-limit=":                   "--rate-limit",
		"account set --account=":                      "--account",
		"user add rep@example.com --time-zone=":       "--time-zone",
		"user add rep@example.com --manager=":         "--manager",
		"user password admin@example.com --password=": "--password",
		"outbox list --state=":                        "--state",
		"outbox retry --state=":                       "--state",
	} {
		r := command(t, append(strings.Fields(words), at...)...)
		if want := flag + " can't be '': give it a value, or leave it out"; r.err == nil || r.err.Error() != want {
			t.Errorf("%s: %v, want %s", words, r.err, want)
		}
	}
}

// A deactivated user comes back with 'user activate', which 'user add' of the same address points
// to.
func TestADeactivatedUserComesBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		at.setUp(t)
		at.do(t, "user add rep@example.com")
		at.do(t, "user deactivate rep@example.com")
		r := command(t, append([]string{"user", "add", "REP@example.com"}, at...)...)
		if r.err == nil || !strings.Contains(r.err.Error(), "'tickler user activate rep@example.com'") {
			t.Errorf("adding them again: %v", r.err)
		}
		at.do(t, "user activate rep@example.com")
		if users := at.rows(t, "user list"); len(users) != 2 || users[1]["active"] != "true" {
			t.Errorf("the users are %v", users)
		}
	})
}

// 'mail test' takes every flag that 'tickler serve' takes.
func TestMailTestTakesTheFlagsOfServe(t *testing.T) {
	t.Parallel()
	r := command(t, "mail", "test", "--to=ada@example.com", "--data="+t.TempDir())
	if r.err == nil || !strings.Contains(r.err.Error(), "--smtp-url") {
		t.Errorf("it ends with %v", r.err)
	}
}
