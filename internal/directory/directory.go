// Package directory caches in memory what every call needs and few calls change: accounts, access
// keys, users, task types and subscriptions. It reads them from the store on first use and drops
// them all when the store's directory version moves, which it polls twice a second: a key revoked
// on one node, or by the command line, is soon refused everywhere.
package directory

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"tickler"
)

// Store is where the directory reads.
type Store interface {
	DirectoryVersion(ctx context.Context) (int64, error)
	Account(ctx context.Context, id tickler.ID) (tickler.Account, error)
	Users(ctx context.Context, account tickler.ID) ([]tickler.User, error)
	TaskTypes(ctx context.Context, account tickler.ID) ([]tickler.TaskType, error)
	Subscriptions(ctx context.Context, account tickler.ID) ([]tickler.Subscription, error)
	AccessKey(ctx context.Context, key string) (tickler.AccessKey, error)
}

const (
	pollInterval = 500 * time.Millisecond
	// maxFailures failed polls in a row make the directory stale: for those 5 seconds a revoked key
	// may still work.
	maxFailures = 10
	pollTimeout = pollInterval
	// maxKeys bounds how many keys the directory remembers, since strangers can make keys up.
	maxKeys = 100_000
)

var errStale = errors.New("the directory could not be read for 5 seconds")

// Directory is the cache. It is safe for use by many goroutines.
type Directory struct {
	store    Store
	clock    tickler.Clock
	log      *slog.Logger
	current  atomic.Pointer[generation]
	failures atomic.Int32
	// unreadable and unknownZones are what was found wrong with accounts and has been logged.
	unreadable   unreadable
	unknownZones sync.Map // by name
	stop         context.CancelFunc
	stopped      chan struct{}
}

// generation is everything that was read at one version. A load that takes longer than its
// generation lives ends up in a dropped one.
type generation struct {
	version  int64
	mu       sync.RWMutex
	keys     map[string]tickler.AccessKey // also unknown ones, as the zero key
	accounts map[tickler.ID]*Account
	loading  singleflight.Group
}

func newGeneration(version int64) *generation {
	return &generation{version: version, keys: map[string]tickler.AccessKey{}, accounts: map[tickler.ID]*Account{}}
}

// account returns an account that is loaded already; nil for any other.
func (g *generation) account(id tickler.ID) *Account {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.accounts[id]
}

// New makes an empty directory over a store.
func New(store Store, clock tickler.Clock, log *slog.Logger) *Directory {
	d := &Directory{store: store, clock: clock, log: log}
	d.current.Store(newGeneration(0))
	return d
}

// Start reads the version and begins to watch it until Stop.
func (d *Directory) Start(ctx context.Context) error {
	if err := d.Refresh(ctx); err != nil {
		return err
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop, d.stopped = stop, make(chan struct{})
	go d.watch(watching)
	return nil
}

// Stop ends the watch.
func (d *Directory) Stop() {
	d.stop()
	<-d.stopped
}

func (d *Directory) watch(ctx context.Context) {
	defer close(d.stopped)
	wait := pollInterval
	for {
		tick, giveUp := d.clock.NewTimer(wait)
		select {
		case <-ctx.Done():
			giveUp()
			return
		case <-tick:
		}
		began := d.clock.Now()
		if err := d.Refresh(ctx); err != nil && ctx.Err() == nil && d.failures.Load() == maxFailures {
			d.log.Error("the directory can't be read: calls are refused until it can", "error", err)
		}
		// A poll that hangs until its timeout uses up the interval, so that even then ten of them
		// take 5 seconds.
		wait = min(pollInterval, pollInterval-d.clock.Now().Sub(began))
	}
}

// Refresh reads the version now, so that whoever has just changed something sees the change.
func (d *Directory) Refresh(ctx context.Context) error {
	polling, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	version, err := d.store.DirectoryVersion(polling)
	if err != nil {
		if ctx.Err() == nil { // a caller who goes away is no sign of a directory that can't be read
			d.failures.Add(1)
		}
		return err
	}
	d.failures.Store(0)
	if d.current.Load().version != version {
		d.current.Store(newGeneration(version))
		d.unreadable.retry()
	}
	return nil
}

// Fresh returns an error of KindUnavailable when the directory is stale.
func (d *Directory) Fresh() error {
	if d.failures.Load() >= maxFailures {
		return tickler.Unavailable(time.Second, errStale)
	}
	return nil
}

// AccessKey finds an access key; the zero key when there is none. It is an error of KindUnavailable
// when the directory is stale.
func (d *Directory) AccessKey(ctx context.Context, key string) (tickler.AccessKey, error) {
	if err := d.Fresh(); err != nil {
		return tickler.AccessKey{}, err
	}
	g := d.current.Load()
	g.mu.RLock()
	found, ok := g.keys[key]
	g.mu.RUnlock()
	if ok {
		return found, nil
	}
	found, err := d.store.AccessKey(ctx, key)
	if err != nil {
		return found, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.keys) >= maxKeys {
		clear(g.keys)
	}
	g.keys[key] = found
	return found, nil
}

// Account returns an account with its users, task types and subscriptions. If its rows can't be
// read, it returns the same error for a minute, or until the directory's version moves: see
// IsFaultOfAccount.
func (d *Directory) Account(ctx context.Context, id tickler.ID) (*Account, error) {
	g := d.current.Load()
	if account := g.account(id); account != nil {
		return account, nil
	}
	if err := d.unreadable.of(id, d.clock.Now()); err != nil {
		return nil, err
	}
	// Many calls may miss at once: one loads, and is not stopped by a caller who goes away.
	loaded := g.loading.DoChan(id.String(), func() (any, error) {
		if account := g.account(id); account != nil { // another call has loaded it since we looked
			return account, nil
		}
		account, err := d.load(context.WithoutCancel(ctx), id)
		d.noteRead(id, account, err)
		if err != nil {
			return nil, err
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.accounts[id] = account
		return account, nil
	})
	select {
	case result := <-loaded:
		account, _ := result.Val.(*Account)
		return account, result.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *Directory) load(ctx context.Context, id tickler.ID) (*Account, error) {
	const loadTimeout = 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	account, err := d.store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	users, err := d.store.Users(ctx, id)
	if err != nil {
		return nil, err
	}
	types, err := d.store.TaskTypes(ctx, id)
	if err != nil {
		return nil, err
	}
	subscriptions, err := d.store.Subscriptions(ctx, id)
	if err != nil {
		return nil, err
	}
	return newAccount(account, users, types, subscriptions), nil
}
