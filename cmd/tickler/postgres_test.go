package main

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tickler"
	"tickler/client"
	"tickler/internal/api/apitest"
	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
	"tickler/internal/pgtest"
	"tickler/internal/store/storetest"
)

// Nodes that start at once on an empty database migrate it once, and one of them sets up the
// account.
func TestNodesThatStartAtOnceMakeOneAccount(t *testing.T) {
	t.Parallel()
	for _, migrated := range []bool{false, true} { // the nodes wait for each other's migrations, unless none is left
		t.Run("migrated "+strconv.FormatBool(migrated), func(t *testing.T) {
			t.Parallel()
			at := noTables(t)
			if migrated {
				at = database(t)
			}
			const count = 3
			nodes := at.startAtOnce(t, count)
			var k apitest.Keys
			shownBy := 0
			for _, node := range nodes {
				if text := node.stdout.String(); text != "" {
					k = shown(t, text)
					shownBy++
				}
			}
			if accounts := at.rows(t, "account list"); shownBy != 1 || len(accounts) != 1 {
				t.Fatalf("%d nodes show keys, and the accounts are %v", shownBy, accounts)
			}
			for _, node := range nodes {
				node.keys = k
				node.create(client.TaskDraft{Name: "on this node"})
			}
			if tasks := at.tasks(t); len(tasks) != count {
				t.Errorf("there are %d tasks", len(tasks))
			}
		})
	}
}

func (at place) startAtOnce(t *testing.T, count int) []*server {
	t.Helper()
	nodes := make([]*server, count)
	var starting sync.WaitGroup
	for i := range nodes {
		clock := clocktest.New(now)
		starting.Go(func() {
			var err error
			if nodes[i], err = at.start(t, clock, &environment{clock: clock, fixedClock: true}); err != nil {
				t.Errorf("a node does not start: %v\n%s", err, nodes[i].stderr)
			}
		})
	}
	starting.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return nodes
}

// A node whose own clock is wrong uses the database's time.
func TestANodeUsesTheDatabasesTime(t *testing.T) {
	t.Parallel()
	at := database(t)
	k := at.setUp(t)
	databaseTime := func() string {
		var text string
		err := storetest.SQL(t, at[1]).QueryRowContext(t.Context(), `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`).Scan(&text)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	before := databaseTime()
	clock := clocktest.New(time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC))
	s := at.serveBy(t, clock, &environment{clock: clock})
	s.keys = k
	task := s.task(s.create(client.TaskDraft{Name: "n"}))
	// Its own clock stands still, so its time is the instant at which it measured the database's.
	if created, after := task.CreatedOn.Format(time.DateTime), databaseTime(); created < before || created > after {
		t.Errorf("created on %s; the database's time was %s before and %s after", created, before, after)
	}
}

// Postgres goes away under load, by an immediate stop and by a crash of a backend, and comes back.
// Meanwhile clients get 503 and never 500; afterwards the service recovers by itself, and
// everything acknowledged is there exactly once.
func TestPostgresGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Start(t, pgtest.Fast)
	at := place{"--database-url", cluster.URL()}
	k := at.setUp(t, "--rate-limit=off")
	s := at.serveBy(t, nil, &environment{clock: clock.System{}})
	s.keys = k
	o := newOutage(s)
	const rounds, between = 3, 300
	for range rounds {
		o.waitForAnswers(between)

		o.goAway()
		cluster.Stop()
		o.waitForRefusals()
		cluster.Start()
		o.comeBack()
		o.waitForAnswers(between)

		crashBackend(t, cluster.URL()) // after which Postgres ends all others and restarts by itself
	}
	o.waitForAnswers(between)
	o.finish(at)
}

// outage is a set of clients that create tasks. Each repeats its call under one Idempotency-Key
// until it gets 200.
type outage struct {
	s        *server
	all      sync.WaitGroup
	running  context.Context
	stop     context.CancelFunc
	answers  chan bool // true for each 200, false for each client that gives up
	refused  chan bool // true for each client that waits for Postgres, false for each that gives up
	refusals atomic.Int64

	mu    sync.Mutex
	names map[string]tickler.ID // acknowledged
	back  chan struct{}         // closed when Postgres is back: clients that are refused meanwhile wait for it
}

const outageClients = 16

func newOutage(s *server) *outage {
	s.t.Helper()
	o := &outage{s: s, answers: make(chan bool, 1<<20), refused: make(chan bool, 1<<20), names: map[string]tickler.ID{}, back: make(chan struct{})}
	close(o.back)
	o.running, o.stop = context.WithCancel(context.Background())
	s.t.Cleanup(o.end)
	for client := range outageClients {
		o.all.Go(func() {
			for i := 0; o.running.Err() == nil; i++ {
				if !o.create("task-" + strconv.Itoa(i) + "-of-" + strconv.Itoa(client)) {
					o.answers <- false
					o.refused <- false
					return
				}
			}
		})
	}
	return o
}

// end stops the clients.
func (o *outage) end() {
	o.stop()
	o.all.Wait()
}

// create sends a task until it is acknowledged. It returns false after an answer that it must not
// get.
func (o *outage) create(name string) bool {
	for {
		r, err := apitest.Call(context.Background(), o.s.client, o.s.keys, http.MethodPost, o.s.url+apitest.CreatePath, `{"Name":"`+name+`"}`, "Idempotency-Key", name)
		switch {
		case err == nil && r.Status == http.StatusOK:
			o.mu.Lock()
			o.names[name] = apitest.Created(r.Body)
			o.mu.Unlock()
			o.answers <- true
			return true
		case err == nil && r.Status == http.StatusServiceUnavailable && r.Header.Get("Retry-After") != "":
			o.refusals.Add(1)
			o.waitUntilBack()
			if o.s.t.Failed() { // it may never come back
				return false
			}
		default:
			o.s.t.Errorf("'%s' is answered %d %v %s, %v", name, r.Status, r.Header, r.Body, err)
			return false
		}
	}
}

func (o *outage) waitUntilBack() {
	o.mu.Lock()
	back := o.back
	o.mu.Unlock()
	select {
	case <-back:
		return
	default:
	}
	o.refused <- true
	select {
	case <-back:
	case <-o.running.Done():
	}
}

// goAway says that Postgres is about to stop: clients that are refused from now on wait.
func (o *outage) goAway() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.back = make(chan struct{})
}

// comeBack says that Postgres is back.
func (o *outage) comeBack() {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.back)
}

// waitForRefusals returns when every client has been refused.
func (o *outage) waitForRefusals() {
	o.s.t.Helper()
	for range outageClients {
		if !<-o.refused {
			o.s.t.FailNow()
		}
	}
}

// waitForAnswers returns after count more calls were answered with 200.
func (o *outage) waitForAnswers(count int) {
	o.s.t.Helper()
	for range count {
		if !<-o.answers {
			o.s.t.FailNow()
		}
	}
}

// finish stops the clients and compares what was acknowledged to them with the store.
func (o *outage) finish(at place) {
	t := o.s.t
	t.Helper()
	o.end()
	found := map[string]int{}
	ids := map[string]tickler.ID{}
	for _, task := range at.tasks(t) {
		found[task.Name]++
		ids[task.Name] = task.ID
	}
	for name, id := range o.names {
		if found[name] != 1 || ids[name] != id {
			t.Errorf("'%s' was acknowledged as %s and is there %d times, as %s", name, id, found[name], ids[name])
		}
	}
	if len(found) != len(o.names) {
		t.Errorf("%d tasks were acknowledged, and %d are there", len(o.names), len(found))
	}
	t.Logf("%d tasks acknowledged and there once each; %d calls were answered 503", len(o.names), o.refusals.Load())
}

// crashBackend kills (-9) a Postgres backend that serves the service.
func crashBackend(t *testing.T, location string) {
	t.Helper()
	var pid int
	err := storetest.SQL(t, location).QueryRowContext(t.Context(), `
		SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`).Scan(&pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}
