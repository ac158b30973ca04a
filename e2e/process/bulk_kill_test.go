package process_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tickler"
	"tickler/client"
	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/eventually"
	"tickler/internal/store/storetest"
)

const (
	bulkCreatePath = "/v2/Task.svc/Bulk/Create"
	bulkStatusPath = "/v2/Task.svc/Bulk/Status?id="
	deletePath     = "/v2/Task.svc/DeleteTasks"
	// bulkRequests are sent between two kills, and to two nodes.
	bulkRequests = 6
	// bulkKills is how many kills of TestKilled one kill here counts for: each interrupts many more
	// rows.
	bulkKills = 5
)

// TestKilledWhileItRunsBulkRequests kills the server (-9) again and again while it works through
// bulk requests, after a random number of rows. Every accepted request must run to its end, each
// row exactly once.
func TestKilledWhileItRunsBulkRequests(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		ledger := newBulkLedger(t, at)
		interrupted := 0
		for range max(1, kills(t)/bulkKills) {
			server := at.start(t)
			ledger.plan(bulkRequests)
			last := ledger.count(`SELECT count(*) FROM bulk_row`) + 1 + rand.IntN(bulkRequests*tickler.MaxBulkRows-1)
			var sending sync.WaitGroup
			sending.Go(func() { ledger.send(server.URL) })
			ledger.await(`SELECT count(*) FROM bulk_row`, func(rows int) bool { return rows > last })
			server.Kill()
			sending.Wait()
			interrupted += ledger.count(`SELECT count(*) FROM bulk_request WHERE state = 1`)
		}
		server := at.start(t)
		ledger.send(server.URL)
		ledger.awaitEnd()
		ledger.compare(server, at)
		server.Stop(t, syscall.SIGTERM)
		t.Logf("%d bulk requests of %d rows, worked through with %d kills, of which some left %d requests between two rows",
			len(ledger.sent), tickler.MaxBulkRows, max(1, kills(t)/bulkKills), interrupted)
	})
}

// TestANodeIsKilledWhileTwoRunBulkRequests is the same with two nodes on one database, one of which
// is killed for good.
func TestANodeIsKilledWhileTwoRunBulkRequests(t *testing.T) {
	t.Parallel()
	at := database(t)
	ledger := newBulkLedger(t, at)
	dying, living := at.start(t), at.start(t)
	ledger.plan(bulkRequests)
	var sending sync.WaitGroup
	sending.Go(func() { ledger.send(dying.URL) })
	last := rand.IntN(bulkRequests * tickler.MaxBulkRows / 2)
	ledger.await(`SELECT count(*) FROM bulk_row`, func(rows int) bool { return rows > last })
	dying.Kill()
	sending.Wait()
	ledger.plan(bulkRequests)
	ledger.send(living.URL)
	ledger.awaitEnd()
	ledger.compare(living, at)
	living.Stop(t, syscall.SIGTERM)
}

// bulkLedger sends bulk requests and records them.
type bulkLedger struct {
	t      *testing.T
	keys   apitest.Keys
	client *http.Client
	db     *sql.DB
	sent   []*bulkSending
}

type bulkSending struct {
	number int
	id     tickler.ID // zero until it is acknowledged
}

func newBulkLedger(t *testing.T, at place) *bulkLedger {
	return &bulkLedger{t: t, keys: at.setUp(t), client: apitest.NewClient(t), db: storetest.SQL(t, at.location())}
}

// plan adds requests to send.
func (l *bulkLedger) plan(count int) {
	for range count {
		l.sent = append(l.sent, &bulkSending{number: len(l.sent)})
	}
}

// send sends what is not yet acknowledged, each under its key, until the connection breaks.
func (l *bulkLedger) send(url string) {
	for _, s := range l.sent {
		if !s.id.IsZero() {
			continue
		}
		r, err := apitest.Call(context.Background(), l.client, l.keys, http.MethodPost, url+bulkCreatePath, s.body(), "Idempotency-Key", fmt.Sprint(s.number))
		if err != nil {
			return
		}
		if s.id = apitest.Created(r.Body); r.Status != http.StatusOK || s.id.IsZero() {
			l.t.Errorf("a bulk request is answered %d %s", r.Status, r.Body)
			return
		}
	}
}

func (s *bulkSending) body() string {
	rows := make([]string, tickler.MaxBulkRows)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"Name":%q}`, s.name(i+1))
	}
	return `{"TaskList":[` + strings.Join(rows, ",") + `]}`
}

func (s *bulkSending) name(row int) string { return fmt.Sprintf("row %d of request %d", row, s.number) }

func (l *bulkLedger) count(query string) (n int) {
	l.t.Helper()
	if err := l.db.QueryRowContext(l.t.Context(), query).Scan(&n); err != nil {
		l.t.Fatal(err)
	}
	return n
}

// await returns when a count is as wanted.
func (l *bulkLedger) await(query string, wanted func(n int) bool) {
	l.t.Helper()
	eventually.Holds(l.t, query, func() bool {
		if l.t.Failed() { // one of the requests it waits for was refused
			l.t.FailNow()
		}
		return wanted(l.count(query))
	})
}

// awaitEnd returns when every request has ended and no job is left.
func (l *bulkLedger) awaitEnd() {
	l.t.Helper()
	l.await(`SELECT count(*) FROM job`, func(n int) bool { return n == 0 })
}

// compare checks what was acknowledged against the store: each request has succeeded, and each of
// its rows is one task.
func (l *bulkLedger) compare(p *program.Process, at place) {
	l.t.Helper()
	names, made := map[tickler.ID]string{}, map[string]int{}
	for _, task := range at.tasks(l.t) {
		names[task.ID] = task.Name
		made[task.Name]++
	}
	if n := l.count(`SELECT count(*) FROM bulk_request`); n != len(l.sent) || len(names) != n*tickler.MaxBulkRows {
		l.t.Errorf("%d requests were sent, %d are there, with %d tasks", len(l.sent), n, len(names))
	}
	for _, s := range l.sent {
		status := l.status(p, s.id)
		if status.Status != "Success" || status.CreatedTasksCount != tickler.MaxBulkRows || len(status.Tasks) != tickler.MaxBulkRows {
			l.t.Errorf("request %d ended so: %+v", s.number, status)
			continue
		}
		for i, row := range status.Tasks {
			id, err := tickler.ParseID(row.UserTaskID)
			if want := s.name(i + 1); err != nil || row.RowNumber != i+1 || names[id] != want || made[want] != 1 {
				l.t.Errorf("row %d of request %d is %+v: its task is '%s', and %d have its name", i+1, s.number, row, names[id], made[want])
			}
		}
	}
}

func (l *bulkLedger) status(p *program.Process, id tickler.ID) (s client.BulkStatus) {
	l.t.Helper()
	r, err := apitest.Call(l.t.Context(), l.client, l.keys, http.MethodGet, p.URL+bulkStatusPath+id.String(), "")
	if err != nil || r.Status != http.StatusOK {
		l.t.Fatalf("the status of %s is answered %d %s, %v", id, r.Status, r.Body, err)
	}
	decode(l.t, r.Body, &s)
	return s
}

// A big delete never starves a small create: with more deletes of 5,000 tasks than run at once, a
// create that is sent after them ends before they do.
func TestABigDeleteDelaysNoCreate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		ledger := newBulkLedger(t, at)
		server := at.start(t)
		ids := strings.TrimSuffix(strings.Repeat(`"0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c",`, tickler.MaxBulkDeletes), ",")
		var last tickler.ID
		for range 6 {
			last = ledger.submit(server, deletePath, `{"TaskIds":[`+ids+`]}`)
		}
		ledger.await(`SELECT count(*) FROM bulk_row`, func(rows int) bool { return rows > 0 })
		small := ledger.submit(server, bulkCreatePath, `{"TaskList":[{"Name":"Call Ada back"}]}`)
		var created client.BulkStatus
		eventually.Holds(t, "the create has ended", func() bool {
			created = ledger.status(server, small)
			return created.Done()
		})
		// Both may have ended in the same second, before this test looks. TestRemovalsDelayNoCreate
		// holds the deletes up.
		if s := ledger.status(server, last); s.Done() && s.CompletedOn.Before(created.CompletedOn.Time) {
			t.Errorf("a create ended only after the deletes before it: at %v, and they at %v", created.CompletedOn, s.CompletedOn)
		}
	})
}

// submit sends a bulk request that must be accepted.
func (l *bulkLedger) submit(p *program.Process, path, body string) tickler.ID {
	l.t.Helper()
	r, err := apitest.Call(l.t.Context(), l.client, l.keys, http.MethodPost, p.URL+path, body)
	id := apitest.Created(r.Body)
	if err != nil || id.IsZero() {
		l.t.Fatalf("%s is answered %d %s, %v", path, r.Status, r.Body, err)
	}
	return id
}
