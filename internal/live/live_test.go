package live_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/live"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// node is one of several nodes over one database, on the same clock.
type node struct {
	*live.Hub
	store *store.Store
}

// network is two nodes, and time that passes for both.
type network struct {
	t     *testing.T
	clock *clocktest.Clock
	nodes [2]node
}

func onTwoNodes(t *testing.T, test func(n *network)) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		n := &network{t: t, clock: clocktest.New(start)}
		for i := range n.nodes {
			s := storetest.Open(t, location)
			n.nodes[i] = node{live.New(s, n.clock, slog.New(slog.DiscardHandler)), s}
			n.nodes[i].Start(t.Context())
			t.Cleanup(n.nodes[i].Stop)
		}
		test(n)
	})
}

// pass lets time pass in steps that every node sees.
func (n *network) pass(d time.Duration) {
	const step = 100 * time.Millisecond
	for range d / step {
		n.clock.BlockUntil(len(n.nodes))
		n.clock.Advance(step)
	}
	n.clock.BlockUntil(len(n.nodes))
}

func (n *network) create(on int, account tickler.ID) {
	n.t.Helper()
	task := tickler.Task{
		ID: newID(), AccountID: account, Version: 1, Name: "Call", TypeID: newID(), OwnerID: newID(), CreatedBy: newID(), ModifiedBy: newID(),
		DueAt: start, EndAt: start, CreatedAt: start, ModifiedAt: start, CreatedVia: tickler.Origin{Kind: tickler.ViaAPI},
	}
	if err := n.nodes[on].store.CreateTask(n.t.Context(), task); err != nil {
		n.t.Fatal(err)
	}
}

func (n *network) listen(on int, account tickler.ID) *live.Page {
	n.t.Helper()
	p, err := n.nodes[on].Listen(account, newID())
	if err != nil {
		n.t.Fatal(err)
	}
	return p
}

func isTold(p *live.Page) bool {
	select {
	case <-p.Changed:
		return true
	default:
		return false
	}
}

// What one node writes is told on both within two seconds, to the pages of its account alone.
func TestPagesAreToldWithinTwoSeconds(t *testing.T) {
	onTwoNodes(t, func(n *network) {
		account := newID()
		here, there, elsewhere := n.listen(0, account), n.listen(1, account), n.listen(1, newID())
		n.pass(5 * time.Second) // all have looked once more
		for _, p := range []*live.Page{here, there, elsewhere} {
			isTold(p)
		}
		for range 3 {
			n.create(0, account)
			n.create(0, account)
			n.pass(2 * time.Second)
			if !isTold(here) || !isTold(there) || isTold(elsewhere) || isTold(here) {
				t.Fatal("not told, or not they alone, or twice")
			}
			n.pass(3 * time.Second)
			if isTold(here) || isTold(there) {
				t.Fatal("told without a change")
			}
		}
	})
}

// A page that opens while something is written elsewhere looks once more, since the other node may
// not know yet that somebody listens.
func TestAPageThatJustOpenedLooksOnceMore(t *testing.T) {
	onTwoNodes(t, func(n *network) {
		account := newID()
		p := n.listen(1, account)
		n.create(0, account)
		n.pass(4 * time.Second)
		if !isTold(p) {
			t.Error("not told")
		}
	})
}

// Pages that stay open for long are told as on the first day.
func TestListeningIsRenewed(t *testing.T) {
	onTwoNodes(t, func(n *network) {
		account := newID()
		p := n.listen(1, account)
		n.pass(3 * time.Minute)
		isTold(p)
		n.create(0, account)
		n.pass(2 * time.Second)
		if !isTold(p) {
			t.Error("not told")
		}
	})
}

func TestPagesOfAUserHaveALimit(t *testing.T) {
	h := live.New(nil, clocktest.New(start), slog.New(slog.DiscardHandler))
	account, user := newID(), newID()
	var last *live.Page
	for range live.MaxPages {
		var err error
		if last, err = h.Listen(account, user); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Listen(account, user); !errors.Is(err, live.ErrTooManyPages) {
		t.Errorf("one more: %v", err)
	}
	if _, err := h.Listen(account, newID()); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	h.Leave(last)
	if _, err := h.Listen(account, user); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}

// A page that follows hears of changes and that it is connected, and ends with the node.
func TestFollow(t *testing.T) {
	clock := clocktest.New(start)
	h := live.New(nil, clock, slog.New(slog.DiscardHandler))
	events := make(chan string)
	ended := make(chan error)
	go func() {
		ended <- h.Follow(t.Context(), newID(), newID(), func(event string) error {
			events <- event
			return nil
		})
	}()
	clock.BlockUntil(1)
	clock.Advance(25 * time.Second)
	if got := <-events; got != live.Beat {
		t.Errorf("%q after a while", got)
	}
	h.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A page asks anew after a while, so that nobody follows who has signed out.
func TestFollowingEnds(t *testing.T) {
	clock := clocktest.New(start)
	h := live.New(nil, clock, slog.New(slog.DiscardHandler))
	ended := make(chan error)
	sent := 0
	go func() {
		ended <- h.Follow(t.Context(), newID(), newID(), func(string) error { sent++; return nil })
	}()
	for range 24 {
		clock.BlockUntil(1)
		clock.Advance(25 * time.Second)
	}
	if err := <-ended; err != nil || sent != 24 {
		t.Errorf("%d events, %v", sent, err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := h.Follow(gone, newID(), newID(), nil); err != nil {
		t.Error(err)
	}
}
