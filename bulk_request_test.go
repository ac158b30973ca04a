package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
)

// rowsThat returns rows numbered from 1, one for each sign of ended: + succeeded, - failed.
func rowsThat(ended string) []tickler.BulkRow {
	rows := make([]tickler.BulkRow, len(ended))
	for i, sign := range ended {
		rows[i] = tickler.BulkRow{Number: i + 1, State: tickler.RowSucceeded}
		if sign == '-' {
			rows[i].State, rows[i].Fault = tickler.RowFailed, &tickler.RowFault{Kind: tickler.KindInvalid, Attribute: "Name", Message: "Say more."}
		}
	}
	return rows
}

func TestBulkRequestEndsWithItsLastRow(t *testing.T) {
	begun, ended := at(t, "2026-11-20 12:00:00"), at(t, "2026-11-20 12:00:05")
	tests := map[string]struct {
		ended  string
		left   int
		state  tickler.BulkState
		reason string
	}{
		"none yet":      {"", 2, tickler.BulkRunning, ""},
		"some":          {"+", 1, tickler.BulkRunning, ""},
		"some, one bad": {"-", 1, tickler.BulkRunning, "1 of 2 tasks failed"},
		"all well":      {"++", 0, tickler.BulkSucceeded, ""},
		"one bad":       {"+-", 0, tickler.BulkPartly, "1 of 2 tasks failed"},
		"all bad":       {"--", 0, tickler.BulkFailed, "2 of 2 tasks failed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tickler.BulkRequest{Rows: 2}.WithRows(nil, begun).WithRows(rowsThat(tt.ended), ended)
			if r.State != tt.state || r.Left() != tt.left || r.Processed() != 2-tt.left || r.FailureReason() != tt.reason {
				t.Errorf("%s, %d left, %d processed, %q", r.State, r.Left(), r.Processed(), r.FailureReason())
			}
			if !r.StartedAt.Equal(begun) || r.State.IsEnd() != r.CompletedAt.Equal(ended) {
				t.Errorf("started %v, completed %v", r.StartedAt, r.CompletedAt)
			}
		})
	}
}

// However its rows are split into runs, a request ends the same way; it starts with its first run
// and ends with its last.
func TestBulkRequestComesToTheSameEndInAnyRuns(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ended := rapid.StringOfN(rapid.SampledFrom([]rune("+-")), 1, 60, -1).Draw(r, "ended")
		rows := rowsThat(ended)
		start := at(t, "2026-11-20 12:00:00")
		whole := tickler.BulkRequest{Rows: len(rows)}.WithRows(rows, start)

		split, now := tickler.BulkRequest{Rows: len(rows)}, start
		for rest := rows; len(rest) > 0; now = now.Add(time.Second) {
			if split.State.IsEnd() {
				r.Fatalf("it ended as %s with %d rows left", split.State, len(rest))
			}
			n := rapid.IntRange(1, len(rest)).Draw(r, "n")
			split, rest = split.WithRows(rest[:n], now), rest[n:]
		}
		if !split.CompletedAt.Equal(now.Add(-time.Second)) || !split.State.IsEnd() {
			r.Fatalf("it is %s, completed %v, and its last run was at %v", split.State, split.CompletedAt, now.Add(-time.Second))
		}
		split.CompletedAt = whole.CompletedAt
		if diff := cmp.Diff(whole, split); diff != "" {
			r.Fatalf("(-in one run +in several):\n%s", diff)
		}
	})
}

func TestStoppedBulkRequestLeavesItsOtherRows(t *testing.T) {
	start, end := at(t, "2026-11-20 12:00:00"), at(t, "2026-11-20 12:00:05")
	tests := map[string]struct {
		ended, reason string
	}{
		"before it began": {"", "stopped by a person with 3 of 3 tasks left"},
		"after good rows": {"++", "stopped by a person with 1 of 3 tasks left"},
		"after a bad row": {"+-", "1 of 3 tasks failed; stopped by a person with 1 of 3 tasks left"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, run := tickler.BulkRequest{Rows: 3}, rowsThat(tt.ended)
			if len(run) > 0 {
				r = r.WithRows(run, start)
			}
			r.CancelAskedAt = end
			r = r.Stopped(end)
			if r.State != tickler.BulkCancelled || !r.CompletedAt.Equal(end) || r.FailureReason() != tt.reason {
				t.Errorf("%s at %v: %q", r.State, r.CompletedAt, r.FailureReason())
			}
			want := append(rowsThat(tt.ended), []tickler.BulkRow{
				{Number: 1, State: tickler.RowCancelled}, {Number: 2, State: tickler.RowCancelled}, {Number: 3, State: tickler.RowCancelled},
			}[len(run):]...)
			if diff := cmp.Diff(want, r.AllRows(run)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	running := tickler.BulkRequest{Rows: 3}.WithRows(rowsThat("+"), start)
	if rows := running.AllRows(rowsThat("+")); len(rows) != 1 {
		t.Errorf("a running request shows %d rows after one", len(rows))
	}
}

// Each value that is stored as a number has a name of its own.
func TestBulkNames(t *testing.T) {
	names := map[string]bool{}
	for _, operation := range tickler.BulkOperations {
		names[operation.String()] = true
		isRemoval := operation == tickler.BulkDelete || operation == tickler.BulkUndo
		if (operation.Job() == tickler.BulkRemovalJob) != isRemoval || (operation.Done() == "deleted") != isRemoval {
			t.Errorf("%s is the job %s, of tasks %s", operation, operation.Job(), operation.Done())
		}
	}
	for _, state := range tickler.BulkStates() {
		names[state.String()] = true
		if state.IsEnd() == (state == tickler.BulkQueued || state == tickler.BulkRunning) {
			t.Errorf("%s is an end: %t", state, state.IsEnd())
		}
	}
	if len(names) != 7+6 || names[""] {
		t.Errorf("the names are %v", names)
	}
	if tickler.BulkCreate.Done() != "created" || tickler.BulkReschedule.Done() != "updated" {
		t.Errorf("tasks are %s and %s", tickler.BulkCreate.Done(), tickler.BulkReschedule.Done())
	}
}
