package process_test

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
)

const bulkUpdatePath = "/v2/Task.svc/Bulk/Update"

// TestKilledWhileItChangesTasks kills the server (-9) again and again while it moves tasks by a day,
// after a random number of them. Each must be moved once for every request.
func TestKilledWhileItChangesTasks(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		const creates = 6
		ledger := newBulkLedger(t, at)
		server := at.start(t)
		ledger.plan(creates)
		ledger.send(server.URL)
		ledger.awaitEnd()
		first := at.tasks(t)
		ids := make([]string, len(first))
		for i, task := range first {
			ids[i] = `"` + task.ID.String() + `"`
		}
		body := `{"TaskIds":[` + strings.Join(ids, ",") + `],"Change":{"MoveByDays":1}}`
		rounds, interrupted := max(1, kills(t)/bulkKills), 0
		for range rounds {
			last := ledger.count(`SELECT count(*) FROM bulk_row`) + rand.IntN(len(ids)-1)
			ledger.submit(server, bulkUpdatePath, body)
			ledger.await(`SELECT count(*) FROM bulk_row`, func(rows int) bool { return rows > last })
			server.Kill()
			interrupted += ledger.count(`SELECT count(*) FROM bulk_request WHERE state = 1`)
			server = at.start(t)
		}
		ledger.awaitEnd()
		server.Stop(t, syscall.SIGTERM)
		moved := at.tasks(t)
		if len(moved) != len(first) {
			t.Fatalf("of %d tasks %d are there", len(first), len(moved))
		}
		for i, was := range first {
			is := moved[i]
			if is.ID != was.ID || is.Version != was.Version+rounds || !is.DueAt.Equal(was.DueAt.AddDate(0, 0, rounds)) {
				t.Errorf("task %d, due %v, is of version %d and due %v after %d moves by a day", i, was.DueAt, is.Version, is.DueAt, rounds)
			}
		}
		t.Logf("%d tasks, moved %d times with as many kills, of which some left %d requests between two rows", len(ids), rounds, interrupted)
	})
}
