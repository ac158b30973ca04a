package process_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/civil"
	"tickler/internal/store/storetest"
)

const (
	// killsVariable says how often each engine's server is killed.
	killsVariable = "TICKLER_TEST_KILLS"
	usualKills    = 20
	killClients   = 64
	// At most 2 to this power calls are acknowledged between two kills.
	killPower = 11
)

func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv(killsVariable)
	if text == "" {
		return usualKills
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", killsVariable, err)
	}
	return n
}

// TestKilled kills the server (-9) again and again at random instants while 64 clients create
// tasks. Whatever it has acknowledged must be in the store, once and whole. Half of the clients
// send an Idempotency-Key and repeat a call that got no answer until it gets one: what they sent
// must be there exactly once. The others never repeat: what got no answer may be there once or not
// at all.
func TestKilled(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t)
		seed := rand.Uint64()
		random := rand.New(rand.NewPCG(seed, 0))
		t.Logf("seed %d", seed)
		clients := make([]*killClient, killClients)
		for i := range clients {
			clients[i] = &killClient{t: t, keys: k, number: i, repeats: i%2 == 0, sent: map[string]*sending{}}
		}
		total := kills(t)
		for range total {
			server := at.start(t)
			events, last := atomic.Int64{}, 1+random.Int64N(1<<random.IntN(1+killPower)) // as often after few as after many
			happened := func() {
				if events.Add(1) == last {
					server.Strike()
				}
			}
			together(t, clients, func(c *killClient) { c.createUntilCut(server.URL, happened) })
			server.Kill()
		}
		server := at.start(t)
		together(t, clients, func(c *killClient) { c.finish(server.URL) })
		server.Stop(t, syscall.SIGTERM)
		compareWithStore(t, at, clients, total)
	})
}

// together runs a function for every client at the same time, each with new connections.
func together(t *testing.T, clients []*killClient, do func(c *killClient)) {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: len(clients)}
	defer transport.CloseIdleConnections()
	var all sync.WaitGroup
	for _, c := range clients {
		c.client = &http.Client{Transport: transport}
		all.Go(func() { do(c) })
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// killClient creates tasks one by one and keeps a ledger of them.
type killClient struct {
	t       *testing.T
	client  *http.Client
	keys    apitest.Keys
	number  int
	repeats bool                // sends an Idempotency-Key, and repeats what got no answer
	sent    map[string]*sending // by name
	pending *sending            // got no answer yet
}

// sending is one task that a client sent.
type sending struct {
	name     string
	id       tickler.ID // acknowledged
	replayed bool       // made by a call that got no answer
}

// createUntilCut creates tasks until the connection breaks.
func (c *killClient) createUntilCut(url string, happened func()) {
	for {
		if c.pending == nil {
			name := fmt.Sprintf("task %d of client %d", len(c.sent), c.number)
			c.pending = &sending{name: name}
			c.sent[name] = c.pending
		}
		happened()
		if !c.send(url) {
			return
		}
		happened()
	}
}

// finish repeats what got no answer yet.
func (c *killClient) finish(url string) {
	if c.pending != nil && !c.send(url) {
		c.t.Errorf("'%s' got no answer from a server that nobody killed", c.pending.name)
	}
}

// send sends what is pending. It returns false if the connection breaks.
func (c *killClient) send(url string) bool {
	s := c.pending
	var header []string
	if c.repeats {
		header = []string{"Idempotency-Key", strings.ReplaceAll(s.name, " ", "-")}
	}
	r, err := apitest.Call(context.Background(), c.client, c.keys, http.MethodPost, url+apitest.CreatePath, killBody(s.name), header...)
	if err != nil {
		if !c.repeats {
			c.pending = nil
		}
		return false
	}
	s.id, s.replayed = apitest.Created(r.Body), r.Header.Get("Idempotency-Replayed") != ""
	if r.Status != http.StatusOK || s.id.IsZero() {
		c.t.Errorf("'%s' is answered %d %s", s.name, r.Status, r.Body)
		return false
	}
	c.pending = nil
	return true
}

// killBody sets attributes of every kind, each to a value that tells which task it belongs to.
func killBody(name string) string {
	return fmt.Sprintf(`{"Name":%q,"Description":%q,"Location":%q,"DueDate":%q,"EndDate":%q,"ReminderBeforeDays":2,"ReminderTime":"10:00:00",`+
		`"NotifyBy":1100,"TaskType":{"Name":"Document Collection"},"CustomFields":{"mx_Custom_1":%q},"Priority":"High","PercentCompleted":50,"Latitude":12.5}`,
		name, killDescription(name), name, killDue.Format(time.DateTime), killDue.Add(time.Hour).Format(time.DateTime), name)
}

func killDescription(name string) string { return strings.Repeat(name+" žluťoučký 🗓️ ", 20) }

var killDue = time.Date(2030, 6, 15, 9, 30, 0, 0, time.UTC)

// wantKillTask is the task that killBody asks for. What differs from run to run is taken from
// found.
func wantKillTask(name string, found tickler.Task) tickler.Task {
	atTen := civil.TimeOfDay(10 * 60 * 60)
	return tickler.Task{
		Version: 1, Name: name, Description: killDescription(name), Location: name, Category: tickler.CategoryToDo,
		DueAt: killDue, EndAt: killDue.Add(time.Hour), Reminder: tickler.Reminder{Rule: tickler.DaysBefore, Days: 2, At: &atTen}, Notify: true,
		RemindAt: time.Date(2030, 6, 13, 10, 0, 0, 0, time.UTC), WakeAt: time.Date(2030, 6, 13, 10, 0, 0, 0, time.UTC),
		CustomFields: map[string]string{"mx_Custom_1": name}, Priority: "High", PercentCompleted: 50, Latitude: 12.5,
		ID: found.ID, AutoID: found.AutoID, AccountID: found.AccountID, TypeID: found.TypeID, OwnerID: found.OwnerID, CreatedBy: found.OwnerID,
		ModifiedBy: found.OwnerID, CreatedVia: tickler.Origin{Kind: tickler.ViaAPI, ID: found.CreatedVia.ID}, CreatedAt: found.CreatedAt, ModifiedAt: found.CreatedAt,
	}
}

// compareWithStore compares the clients' ledgers with the store, and prints the totals.
func compareWithStore(t *testing.T, at place, clients []*killClient, kills int) {
	t.Helper()
	found := map[string][]tickler.Task{}
	for _, task := range at.tasks(t) {
		found[task.Name] = append(found[task.Name], task)
		if diff := cmp.Diff(wantKillTask(task.Name, task), task); diff != "" {
			t.Errorf("a task is not whole (-want +got):\n%s", diff)
		}
	}
	var acknowledged, replayed, unanswered, writtenUnanswered, lost, twice int
	for _, c := range clients {
		for name, s := range c.sent {
			tasks := found[name]
			delete(found, name)
			switch {
			case s.id.IsZero():
				unanswered++
				writtenUnanswered += min(1, len(tasks))
			case !slices.ContainsFunc(tasks, func(task tickler.Task) bool { return task.ID == s.id }):
				lost++
				t.Errorf("'%s' was acknowledged as %s and is not there", name, s.id)
			default:
				acknowledged++
			}
			if s.replayed {
				replayed++
			}
			if len(tasks) > 1 {
				twice++
				t.Errorf("'%s' is there %d times", name, len(tasks))
			}
			if c.repeats && s.id.IsZero() {
				t.Errorf("'%s' was repeated and never acknowledged", name)
			}
		}
	}
	for name := range found {
		t.Errorf("'%s' is there and nobody sent it", name)
	}
	t.Logf("%d kills: %d tasks acknowledged, lost %d, twice %d; %d of them were acknowledged to a repeated call and written by one without an answer; "+
		"of %d calls without an answer and not repeated, %d were written", kills, acknowledged, lost, twice, replayed, unanswered, writtenUnanswered)
	if at[0] == "--data" {
		checkIntegrity(t, filepath.Join(at[1], "tickler.db"))
	}
}

// checkIntegrity makes SQLite check the file for damage.
func checkIntegrity(t *testing.T, path string) {
	t.Helper()
	var verdict string
	if err := storetest.SQL(t, path).QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("the file is damaged: %v, %s", err, verdict)
	}
}

// A first start that is killed in the middle can be repeated. Its account is set up once; if its
// keys were not shown, the operator makes others.
func TestKilledAtItsFirstStart(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		for range 5 {
			p := program.Launch(t, at...)
			<-p.Lines // as soon as it prints anything
			p.Kill()
		}
		server := at.start(t)
		var accounts []any
		if at.show(t, &accounts, "account list"); len(accounts) != 1 {
			t.Errorf("the accounts are %v", accounts)
		}
		var made apitest.Keys
		at.show(t, &made, "key create admin@example.com")
		r, err := apitest.Call(t.Context(), apitest.NewClient(t), made, http.MethodPost, server.URL+apitest.CreatePath, `{"Name":"n"}`)
		if err != nil || r.Status != http.StatusOK {
			t.Errorf("a create is answered %d %s, %v", r.Status, r.Body, err)
		}
	})
}
