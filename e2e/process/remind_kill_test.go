package process_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/eventually"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
	"tickler/internal/store/storetest"
)

const (
	// remindersVariable says how many reminders are due in the same second.
	remindersVariable = "TICKLER_TEST_REMINDERS"
	usualReminders    = 1000
)

func reminders(t *testing.T) int {
	t.Helper()
	text := os.Getenv(remindersVariable)
	if text == "" {
		return usualReminders
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", remindersVariable, err)
	}
	return n
}

// TestKilledWhileItReminds kills the server (-9) while it mails very many reminders that are due in
// the same second, and restarts it. Each must arrive, and none before its moment. A mail that
// arrives twice has the same Message-ID, and no more arrive twice than could be in progress at the
// kill.
func TestKilledWhileItReminds(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		count := reminders(t)
		k := at.setUp(t)
		box := newMailbox(t)
		server := at.mailing(t, box)
		moment := at.dueAtOnce(t, server, k, count)

		last := count/10 + rand.IntN(count*8/10)
		box.await(func() bool { return len(box.arrivals) > last })
		server.Kill()
		killed := time.Now()
		before := len(box.all())
		server = at.mailing(t, box)
		restarted := time.Since(killed)
		at.awaitAll(t, box, count)
		server.Stop(t, syscall.SIGTERM)

		mails := box.wantAll(at, moment, count)
		repeats := len(mails) - count
		if repeats > mail.MaxConnections {
			t.Errorf("%d mails came twice, and only %d could be under way at the kill", repeats, mail.MaxConnections)
		}
		t.Logf("%d reminders due at once. Killed %v after their moment, with %d arrived; serving again after %v. All there after %v, %d of them twice.",
			count, killed.Sub(moment).Round(time.Millisecond), before, restarted.Round(time.Millisecond), mails[len(mails)-1].at.Sub(moment).Round(time.Millisecond), repeats)
		t.Logf("Lateness: %s", latenessOf(moment, mails))
	})
}

// TestANodeIsKilledWhileTwoRemind is the same with two nodes on one database, one of which is
// killed for good. The other mails what that one had claimed once the lease has run out, and
// everything else as if nothing had happened.
func TestANodeIsKilledWhileTwoRemind(t *testing.T) {
	t.Parallel()
	at, count := database(t), reminders(t)
	k := at.setUp(t)
	box := newMailbox(t)
	const first = 1 // the mail server of the node that dies
	var runner string
	box.first = func(server int, id string) {
		if server == first {
			runner = at.runnerOf(t, id)
		}
	}
	dying, living := at.mailing(t, box), at.mailing(t, box)
	moment := at.dueAtOnce(t, living, k, count)

	last := count/20 + rand.IntN(count/5)
	box.await(func() bool { return box.by[first] > last })
	dying.Kill()
	killed := time.Now()
	had := at.claimedBy(t, runner)
	at.awaitAll(t, box, count)
	living.Stop(t, syscall.SIGTERM)

	mails := box.wantAll(at, moment, count)
	repeats := len(mails) - count
	var before, own, takenOver []arrived
	for _, mail := range mails {
		switch {
		case mail.server == first:
			before = append(before, mail)
		case had[mail.id]:
			takenOver = append(takenOver, mail)
		default:
			own = append(own, mail)
		}
	}
	if repeats > mail.MaxConnections || len(takenOver) > mail.MaxConnections {
		t.Errorf("%d mails came twice, %d were taken over, and only %d could be under way at the kill", repeats, len(takenOver), mail.MaxConnections)
	}
	t.Logf("%d reminders due at once. One of two nodes was killed %v after their moment. All there after %v, %d of them twice.",
		count, killed.Sub(moment).Round(time.Millisecond), mails[len(mails)-1].at.Sub(moment).Round(time.Millisecond), repeats)
	t.Logf("Lateness at the node that died:  %s", latenessOf(moment, before))
	t.Logf("of what the other one claimed:   %s", latenessOf(moment, own))
	t.Logf("of what it took over:            %s", latenessOf(moment, takenOver))
	t.Logf("The other one's longest pause between two mails of its own: %v", longestPause(own))
}

// mailing starts a process that mails into the mailbox through its own mail server.
func (at place) mailing(t *testing.T, box *mailbox) *program.Process {
	t.Helper()
	return program.Start(t, slices.Concat(at, mailArgs(box.open()))...)
}

// dueAtOnce makes tasks whose reminders are all due in the same second, a few seconds from now, and
// returns that instant. On a machine too busy to arm them in time they are due as soon as they are
// armed.
func (at place) dueAtOnce(t *testing.T, server *program.Process, k apitest.Keys, count int) time.Time {
	t.Helper()
	const ahead = 3 * time.Second
	remind(t, server, k, count)
	moment := time.Now().Truncate(time.Second).Add(ahead) // however long it took to make them
	at.arm(t, moment, count)
	return moment
}

// remind makes tasks that remind at an instant far ahead.
func remind(t *testing.T, p *program.Process, k apitest.Keys, count int) {
	t.Helper()
	const clients = 32
	body := `{"Name":"Call Ada back","DueDate":"` + wireTime(farAhead) + `","Reminder":0,"NotifyBy":"1100"}`
	client := apitest.NewClient(t)
	var making sync.WaitGroup
	for number := range clients {
		making.Go(func() {
			for range (count + number) / clients { // to reach the count
				r, err := apitest.Call(context.Background(), client, k, http.MethodPost, p.URL+apitest.CreatePath, body)
				if err != nil || r.Status != http.StatusOK {
					t.Errorf("create: %d %s %v", r.Status, r.Body, err)
					return
				}
			}
		})
	}
	making.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// arm sets the moment of tasks directly in the database, all at once: there are many, due far
// ahead.
func (at place) arm(t *testing.T, moment time.Time, count int) {
	t.Helper()
	done, err := storetest.SQL(t, at.location()).ExecContext(t.Context(),
		`UPDATE task SET due_at = $1, remind_at = $1, wake_at = $1 WHERE wake_at > $2`, moment.Unix(), farAhead.Add(-time.Second).Unix())
	if err != nil {
		t.Fatal(err)
	}
	if armed, err := done.RowsAffected(); err != nil || armed != int64(count) {
		t.Fatalf("armed %d of %d: %v", armed, count, err)
	}
}

var farAhead = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// jobsOf is the beginning of a statement about the running mail jobs, on Postgres.
const jobsOf = ` FROM notification AS n JOIN job AS j ON j.account_id = n.account_id AND j.payload = CAST(n.id AS text)
	WHERE j.state = 1 AND `

// runnerOf returns the runner that mails a notification.
func (at place) runnerOf(t *testing.T, id string) (runner string) {
	t.Helper()
	if err := storetest.SQL(t, at.location()).QueryRowContext(t.Context(), `SELECT j.runner`+jobsOf+`n.id = $1`, id).Scan(&runner); err != nil {
		t.Error(err)
	}
	return runner
}

// claimedBy returns the notifications that a runner has claimed.
func (at place) claimedBy(t *testing.T, runner string) map[string]bool {
	t.Helper()
	var ids []byte
	err := storetest.SQL(t, at.location()).QueryRowContext(t.Context(), `SELECT coalesce(json_agg(n.id), '[]')`+jobsOf+`j.runner = $1`, runner).Scan(&ids)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	decode(t, string(ids), &list)
	claimed := map[string]bool{}
	for _, id := range list {
		claimed[id] = true
	}
	return claimed
}

// awaitAll returns when count mails have arrived and nothing is left to mail.
func (at place) awaitAll(t *testing.T, box *mailbox, count int) {
	t.Helper()
	box.await(func() bool { return len(box.known) >= count })
	db := storetest.SQL(t, at.location())
	eventually.Holds(t, "nothing is left to be mailed", func() (none bool) { // for the lease of what arrived without being recorded to run out
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) = 0 FROM job`).Scan(&none); err != nil {
			t.Fatal(err)
		}
		return none
	})
}

// mailbox records what some mail servers get, and when.
type mailbox struct {
	t       *testing.T
	changed chan struct{}

	mu       sync.Mutex
	servers  int
	arrivals []arrived
	sample   mailtest.Message // the last one
	known    map[string]bool  // the ids that have arrived
	by       map[int]int      // how many came to each server
	// first, if not nil, is called with the first mail that each server gets, before it is
	// answered.
	first func(server int, id string)
}

type arrived struct {
	id     string // of the notification
	server int    // the number of the one it came to, from 1
	at     time.Time
}

func newMailbox(t *testing.T) *mailbox {
	return &mailbox{t: t, changed: make(chan struct{}, 1), known: map[string]bool{}, by: map[int]int{}}
}

// open starts one more mail server.
func (b *mailbox) open() *mailtest.Server {
	b.servers++
	server := b.servers
	return mailtest.Start(b.t, mailtest.Config{Data: func(m mailtest.Message) error {
		_, rest, _ := bytes.Cut(m.Raw, []byte("Message-ID: <"))
		id, _, _ := bytes.Cut(rest, []byte("@"))
		b.take(m, arrived{string(id), server, time.Now()})
		return nil
	}})
}

func (b *mailbox) take(m mailtest.Message, mail arrived) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.first != nil && b.by[mail.server] == 0 {
		b.first(mail.server, mail.id)
	}
	b.arrivals = append(b.arrivals, mail)
	b.sample = m
	b.known[mail.id] = true
	b.by[mail.server]++
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// all returns what has arrived so far.
func (b *mailbox) all() []arrived {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.arrivals)
}

// forget empties the mailbox.
func (b *mailbox) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrivals = nil
	clear(b.known)
	clear(b.by)
}

// await returns when wanted does.
func (b *mailbox) await(wanted func() bool) {
	b.t.Helper()
	const patience = 5 * time.Minute
	timeout := time.After(patience)
	for {
		b.mu.Lock()
		came := wanted()
		b.mu.Unlock()
		if came {
			return
		}
		select {
		case <-b.changed:
		case <-timeout:
			b.t.Fatalf("after %v only %d mails have come", patience, len(b.all()))
		}
	}
}

// wantAll compares the arrivals with the outbox: each notification is recorded as sent and has
// arrived, none before its moment.
func (b *mailbox) wantAll(at place, moment time.Time, count int) []arrived {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	missing := 0
	var rows []struct{ ID, State string }
	at.show(b.t, &rows, "outbox list", "--limit="+strconv.Itoa(count+1))
	for _, row := range rows {
		if row.State != "sent" || !b.known[row.ID] {
			missing++
			b.t.Logf("not mailed: %v", row)
		}
	}
	if missing > 0 || len(rows) != count || len(b.known) != count {
		b.t.Errorf("%d reminders were due; there are %d notifications, of which %d were not mailed, and %d came", count, len(rows), missing, len(b.known))
	}
	for _, mail := range b.arrivals {
		if mail.at.Before(moment) {
			b.t.Errorf("%s came %v before its moment", mail.id, moment.Sub(mail.at))
		}
	}
	return b.arrivals
}

// latenessOf summarizes how long after their moment mails arrived.
func latenessOf(moment time.Time, mails []arrived) string {
	if len(mails) == 0 {
		return "none"
	}
	bounds := []time.Duration{
		100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second,
		3 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, time.Hour,
	}
	counts := make([]int, len(bounds))
	longest := time.Duration(0)
	for _, mail := range mails {
		late := mail.at.Sub(moment)
		longest = max(longest, late)
		i, _ := slices.BinarySearch(bounds, late)
		counts[i]++
	}
	var text strings.Builder
	for i, bound := range bounds {
		if counts[i] > 0 {
			fmt.Fprintf(&text, "≤%v: %d, ", bound, counts[i])
		}
	}
	return fmt.Sprintf("%slongest %v", &text, longest.Round(time.Millisecond))
}

// longestPause is the longest time between a mail and the next.
func longestPause(mails []arrived) (longest time.Duration) {
	for i := range len(mails) - 1 {
		longest = max(longest, mails[i+1].at.Sub(mails[i].at))
	}
	return longest.Round(time.Millisecond)
}
