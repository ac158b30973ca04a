// Package live tells open pages that tasks of their account were written, by whichever node. A node
// reads the database once a second for all of them.
package live

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"tickler"
)

// Store is what the hub needs of the store.
type Store interface {
	// Listen says that pages of accounts are open here until an instant.
	Listen(ctx context.Context, accounts []tickler.ID, now, until time.Time) error
	// TellBeats writes down what was written here of accounts that are listened to, for all nodes.
	TellBeats(ctx context.Context, now time.Time, isListened func(account tickler.ID) bool) error
	// Beats returns the last beat of each account that is listened to.
	Beats(ctx context.Context, now time.Time) ([]tickler.Beat, error)
}

const (
	// readEvery is how often the beats of all nodes are read, and tellsPerRead how often ours are
	// told in that time. Together they bound how late a page learns of a change: two tellings and
	// a read.
	readEvery    = time.Second
	tellsPerRead = 3
	// listenFor is how long other nodes are asked to tell of an account, and renewed how long before
	// its end they are asked again.
	listenFor = time.Minute
	renewed   = 20 * time.Second
	// settling is how long after a page opened it looks once more: until then, other nodes may not
	// know yet that somebody listens.
	settling = 2 * time.Second
	// patience is how long one read or telling may take.
	patience = 2 * time.Second
)

// MaxPages is how many pages of one user may listen at once on a node.
const MaxPages = 20

// ErrTooManyPages is the error for a user who has too many pages open.
var ErrTooManyPages = errors.New("too many pages of this user listen")

// Hub knows the open pages of a node.
type Hub struct {
	store Store
	clock tickler.Clock
	log   *slog.Logger

	mu     sync.Mutex
	pages  map[tickler.ID]map[*Page]bool // by account
	counts map[tickler.ID]int            // by user
	closed bool

	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// Page is one open page.
type Page struct {
	// Changed receives when tasks of its account were written. It is closed when the node stops.
	Changed chan struct{}

	account, user tickler.ID
	opened        time.Time
	settled       bool
}

// New makes a hub that is not running yet.
func New(store Store, clock tickler.Clock, log *slog.Logger) *Hub {
	return &Hub{
		store: store, clock: clock, log: log, pages: map[tickler.ID]map[*Page]bool{}, counts: map[tickler.ID]int{},
	}
}

// Listen adds a page. It must be given to Leave when it is closed.
func (h *Hub) Listen(account, user tickler.ID) (*Page, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.counts[user] >= MaxPages {
		return nil, ErrTooManyPages
	}
	p := &Page{Changed: make(chan struct{}, 1), account: account, user: user, opened: h.clock.Now()}
	if h.closed {
		close(p.Changed)
		return p, nil
	}
	if h.pages[account] == nil {
		h.pages[account] = map[*Page]bool{}
	}
	h.pages[account][p] = true
	h.counts[user]++
	return p, nil
}

// Leave removes a page.
func (h *Hub) Leave(p *Page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.pages[p.account][p] {
		return
	}
	delete(h.pages[p.account], p)
	if len(h.pages[p.account]) == 0 {
		delete(h.pages, p.account)
	}
	if h.counts[p.user]--; h.counts[p.user] == 0 {
		delete(h.counts, p.user)
	}
}

// Start begins to tell pages.
func (h *Hub) Start(ctx context.Context) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	h.stopped.Go(func() { h.run(running) })
}

// Stop ends it.
func (h *Hub) Stop() {
	h.Close()
	h.stop()
	h.stopped.Wait()
}

// Close ends all pages, so that nobody waits for them.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, pages := range h.pages {
		for p := range pages {
			close(p.Changed)
		}
	}
	clear(h.pages)
	clear(h.counts)
}

func (h *Hub) run(ctx context.Context) {
	w := watch{Hub: h, until: map[tickler.ID]time.Time{}, told: map[tickler.ID]time.Time{}}
	for tick := 1; ; tick++ {
		timer, giveUp := h.clock.NewTimer(readEvery / tellsPerRead)
		select {
		case <-ctx.Done():
			giveUp()
			return
		case <-timer:
		}
		if err := w.step(ctx, tick%tellsPerRead == 0); err != nil && ctx.Err() == nil {
			h.log.Debug("open pages can't be told of changes; trying again", "error", err)
		}
	}
}

// watch is what the hub knows of the database.
type watch struct {
	*Hub
	until map[tickler.ID]time.Time // until when other nodes tell of our accounts
	told  map[tickler.ID]time.Time // the last beat of each account that is listened to on any node
}

func (w watch) step(ctx context.Context, reads bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	now := w.clock.Now()
	if err := w.listen(ctx, now); err != nil {
		return err
	}
	isListened := func(account tickler.ID) bool {
		_, listened := w.told[account]
		return listened
	}
	if err := w.store.TellBeats(ctx, now, isListened); err != nil || !reads {
		return err
	}
	return w.read(ctx, now)
}

// listen asks all nodes to tell of the accounts whose pages are open here.
func (w watch) listen(ctx context.Context, now time.Time) error {
	var asked []tickler.ID
	for _, account := range w.accounts() {
		if w.until[account].Sub(now) < renewed {
			asked = append(asked, account)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	until := now.Add(listenFor)
	if err := w.store.Listen(ctx, asked, now, until); err != nil {
		return err
	}
	for _, account := range asked {
		w.until[account] = until
	}
	return nil
}

// read tells the pages of each account whose tasks were written since they were last told.
func (w watch) read(ctx context.Context, now time.Time) error {
	beats, err := w.store.Beats(ctx, now)
	if err != nil {
		return err
	}
	listened := map[tickler.ID]bool{}
	for _, b := range beats {
		listened[b.AccountID] = true
		if before, known := w.told[b.AccountID]; !known || !before.Equal(b.At) {
			w.told[b.AccountID] = b.At
			w.changed(b.AccountID)
		}
	}
	for account := range w.told {
		if !listened[account] {
			delete(w.told, account)
			delete(w.until, account)
		}
	}
	w.settle(now)
	return nil
}

// accounts returns those of which pages are open.
func (h *Hub) accounts() []tickler.ID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.pages))
}

// settle has pages that were opened a moment ago look once more.
func (h *Hub) settle(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, pages := range h.pages {
		for p := range pages {
			if !p.settled && now.Sub(p.opened) >= settling {
				p.settled = true
				p.tell()
			}
		}
	}
}

// changed tells the pages of an account. One that has not yet looked since the last time is told
// only once.
func (h *Hub) changed(account tickler.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages[account] {
		p.tell()
	}
}

// tell has the page look, unless it is about to.
func (p *Page) tell() {
	select {
	case p.Changed <- struct{}{}:
	default:
	}
}
