package directory_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/directory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	start   = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	errDown = errors.New("the database is down")
)

// id returns a tickler.ID of one byte.
func id(n byte) tickler.ID { return tickler.ID{n} }

// store is one account's rows in memory. Each part can be made to fail or to wait.
type store struct {
	mu      sync.Mutex
	version int64
	keys    map[string]tickler.AccessKey
	users   []tickler.User
	zone    *time.Location
	err     error
	// broken has the reasons why the rows of accounts can't be read.
	broken map[tickler.ID]error
	asked  map[string]int // by method
	// onPoll and onLoad run during a read, after its outcome stands.
	onPoll, onLoad func(ctx context.Context)
}

func newStore() *store {
	return &store{version: 1, keys: map[string]tickler.AccessKey{}, asked: map[string]int{}}
}

// change changes the rows as a command does: with a new version.
func (s *store) change(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.version++
}

// set changes how the store behaves.
func (s *store) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *store) timesAsked(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[method]
}

func read[T any](ctx context.Context, s *store, method string, value func() T, then func() func(context.Context)) (T, error) {
	s.mu.Lock()
	s.asked[method]++
	result, err, after := value(), s.err, then()
	s.mu.Unlock()
	if after != nil {
		after(ctx)
	}
	if err != nil { // the database's, not an account's own
		var none T
		return none, tickler.Unavailable(time.Second, err)
	}
	return result, nil
}

func (s *store) DirectoryVersion(ctx context.Context) (int64, error) {
	return read(ctx, s, "version", func() int64 { return s.version }, func() func(context.Context) { return s.onPoll })
}

func (s *store) AccessKey(ctx context.Context, key string) (tickler.AccessKey, error) {
	return read(ctx, s, "key", func() tickler.AccessKey { return s.keys[key] }, func() func(context.Context) { return s.onLoad })
}

func (s *store) Account(ctx context.Context, account tickler.ID) (tickler.Account, error) {
	zone := time.UTC
	if s.zone != nil {
		zone = s.zone
	}
	return read(ctx, s, "account", func() tickler.Account { return tickler.Account{ID: account, Zone: zone} }, func() func(context.Context) { return nil })
}

func (s *store) Users(ctx context.Context, _ tickler.ID) ([]tickler.User, error) {
	return read(ctx, s, "users", func() []tickler.User { return s.users }, func() func(context.Context) { return s.onLoad })
}

func (s *store) TaskTypes(_ context.Context, account tickler.ID) ([]tickler.TaskType, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return nil, s.broken[account]
}

func (s *store) Subscriptions(context.Context, tickler.ID) ([]tickler.Subscription, error) {
	return nil, nil
}

// watched starts a directory over the store. It is stopped when the test ends.
func watched(t *testing.T, s directory.Store, clock tickler.Clock, log *slog.Logger) *directory.Directory {
	t.Helper()
	d := directory.New(s, clock, log)
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Stop)
	return d
}

// poll makes the directory poll once and returns when it has.
func poll(clock *clocktest.Clock) {
	clock.BlockUntil(1)
	clock.Advance(directory.PollInterval)
	clock.BlockUntil(1)
}

func key(t *testing.T, d *directory.Directory, name string) tickler.AccessKey {
	t.Helper()
	found, err := d.AccessKey(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func users(t *testing.T, d *directory.Directory) int {
	t.Helper()
	account, err := d.Account(t.Context(), id(1))
	if err != nil {
		t.Fatal(err)
	}
	return len(account.Users())
}

func TestReadsOnceAndAgainAfterAChange(t *testing.T) {
	s, clock := newStore(), clocktest.New(start)
	s.keys["k"] = tickler.AccessKey{ID: id(1), Key: "k"}
	s.users = []tickler.User{{ID: id(1)}}
	d := watched(t, s, clock, slog.New(slog.DiscardHandler))
	look := func(wantUsers int, wantRevoked bool) {
		t.Helper()
		for range 3 {
			if n := users(t, d); n != wantUsers {
				t.Errorf("%d users, want %d", n, wantUsers)
			}
			if k := key(t, d, "k"); k.RevokedAt.IsZero() == wantRevoked {
				t.Errorf("the key was revoked %v", k.RevokedAt)
			}
		}
	}
	look(1, false)
	poll(clock)
	look(1, false)
	if s.timesAsked("key") != 1 || s.timesAsked("account") != 1 {
		t.Errorf("without a change the store was asked %v", s.asked)
	}
	s.change(func() {
		s.users = append(s.users, tickler.User{ID: id(2)})
		s.keys["k"] = tickler.AccessKey{ID: id(1), Key: "k", RevokedAt: start}
	})
	look(1, false) // no poll has happened yet
	poll(clock)
	look(2, true)
	if s.timesAsked("key") != 2 || s.timesAsked("account") != 2 {
		t.Errorf("after one change the store was asked %v", s.asked)
	}
}

func TestRefreshShowsAChangeAtOnce(t *testing.T) {
	s := newStore()
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	users(t, d)
	s.change(func() { s.users = []tickler.User{{ID: id(1)}} })
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := users(t, d); n != 1 {
		t.Errorf("%d users, want 1", n)
	}
}

func TestRemembersThatAKeyIsUnknown(t *testing.T) {
	s := newStore()
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	for range 3 {
		if k := key(t, d, "made-up"); k.Admits("") || k != (tickler.AccessKey{}) {
			t.Errorf("an unknown key is %v", k)
		}
	}
	if n := s.timesAsked("key"); n != 1 {
		t.Errorf("the store was asked %d times, want once", n)
	}
	s.change(func() { s.keys["made-up"] = tickler.AccessKey{ID: id(1)} })
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if k := key(t, d, "made-up"); k.ID != id(1) {
		t.Errorf("the key made since is %v", k)
	}
}

func TestRemembersNoMoreThanSoManyKeys(t *testing.T) {
	s := newStore()
	s.keys["good"] = tickler.AccessKey{ID: id(1)}
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	for i := range directory.MaxKeys {
		key(t, d, strconv.Itoa(i))
	}
	if key(t, d, "0"); s.timesAsked("key") != directory.MaxKeys {
		t.Errorf("asked %d times: a key was forgotten before there was need", s.timesAsked("key"))
	}
	if k := key(t, d, "good"); k.ID != id(1) { // one too many
		t.Errorf("a good key became %v", k)
	}
	asked := s.timesAsked("key")
	if key(t, d, "0"); s.timesAsked("key") != asked+1 {
		t.Error("a key is remembered beyond the bound")
	}
}

func TestFailureIsNotRemembered(t *testing.T) {
	s := newStore()
	s.keys["k"] = tickler.AccessKey{ID: id(1)}
	s.err = errDown
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	if _, err := d.AccessKey(t.Context(), "k"); !errors.Is(err, errDown) {
		t.Errorf("AccessKey gave %v", err)
	}
	if _, err := d.Account(t.Context(), id(1)); !errors.Is(err, errDown) {
		t.Errorf("Account gave %v", err)
	}
	s.set(func() { s.err = nil })
	if k := key(t, d, "k"); k.ID != id(1) {
		t.Errorf("got %v", k)
	}
	users(t, d)
}

// A load that began before a change may serve those who already wait for it, but nobody later.
func TestLoadFromBeforeAChangeDoesNotSurviveIt(t *testing.T) {
	s := newStore()
	s.keys["k"] = tickler.AccessKey{ID: id(1)}
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	read, goOn := make(chan struct{}), make(chan struct{})
	s.onLoad = func(context.Context) {
		read <- struct{}{}
		<-goOn
	}
	var loads sync.WaitGroup
	loads.Go(func() {
		if k := key(t, d, "k"); !k.RevokedAt.IsZero() {
			t.Error("the key was read before it was revoked, and is revoked")
		}
	})
	loads.Go(func() {
		if n := users(t, d); n != 0 {
			t.Errorf("read %d users before there was any", n)
		}
	})
	<-read
	<-read
	s.change(func() {
		s.keys["k"] = tickler.AccessKey{ID: id(1), RevokedAt: start}
		s.users = []tickler.User{{ID: id(1)}}
		s.onLoad = nil
	})
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := func(when string) {
		if k := key(t, d, "k"); k.RevokedAt.IsZero() {
			t.Errorf("%s: the revoked key is good", when)
		}
		if n := users(t, d); n != 1 {
			t.Errorf("%s: %d users, want 1", when, n)
		}
	}
	look("while the old loads run")
	close(goOn)
	loads.Wait()
	look("after the old loads")
}

// Many calls that miss at once share one load, which goes on even if the caller who began it
// leaves.
func TestOneLoadForAllWhoMiss(t *testing.T) {
	s := newStore()
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	read, goOn := make(chan struct{}), make(chan struct{})
	s.onLoad = func(ctx context.Context) {
		read <- struct{}{}
		<-goOn
		if ctx.Err() != nil {
			t.Error("the load was stopped by a caller who went away")
		}
	}
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := d.Account(impatient, id(1))
		left <- err
	}()
	<-read
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who went away got %v", err)
	}
	var others sync.WaitGroup
	for range 10 {
		others.Go(func() { users(t, d) })
	}
	close(goOn)
	others.Wait()
	if n := s.timesAsked("account"); n != 1 {
		t.Errorf("loaded %d times", n)
	}
}

func wantTrusted(t *testing.T, d *directory.Directory, trusted bool) {
	t.Helper()
	_, err := d.AccessKey(t.Context(), "k")
	if trusted && err != nil {
		t.Errorf("AccessKey gave %v", err)
	}
	if !trusted && tickler.KindOf(err) != tickler.KindUnavailable {
		t.Errorf("AccessKey gave %v, want KindUnavailable", err)
	}
}

func TestTrustsNothingItCouldNotConfirmFor5Seconds(t *testing.T) {
	var log bytes.Buffer
	s, clock := newStore(), clocktest.New(start)
	d := watched(t, s, clock, slog.New(slog.NewTextHandler(&log, nil)))
	for range 2 { // it comes back, and goes again
		log.Reset()
		wantTrusted(t, d, true)
		s.set(func() { s.err = errDown })
		for range directory.MaxFailures - 1 {
			poll(clock)
			wantTrusted(t, d, true) // from memory
		}
		if log.Len() > 0 {
			t.Errorf("logged too early: %s", &log)
		}
		for range 3 {
			poll(clock)
			wantTrusted(t, d, false)
		}
		if n := strings.Count(log.String(), errDown.Error()); n != 1 {
			t.Errorf("logged %d times, want once: %s", n, &log)
		}
		s.set(func() { s.err = nil })
		poll(clock)
	}
	wantTrusted(t, d, true)
	if want := 5 * time.Second; directory.MaxFailures*directory.PollInterval != want {
		t.Errorf("that takes %v, want %v", directory.MaxFailures*directory.PollInterval, want)
	}
}

// When the database hangs, each poll lasts until its timeout. Ten of them must take no longer than
// ten that fail.
func TestAPollThatHangsIsAsGoodAsOneThatFails(t *testing.T) {
	s, clock := newStore(), clocktest.New(start)
	d := watched(t, s, clock, slog.New(slog.DiscardHandler))
	wantTrusted(t, d, true)
	clock.BlockUntil(1)
	polls := 0
	s.set(func() {
		s.err = context.DeadlineExceeded
		s.onPoll = func(context.Context) {
			if polls++; polls == directory.MaxFailures {
				s.set(func() { s.onPoll = nil })
				return
			}
			clock.Advance(directory.PollInterval)
		}
	})
	clock.Advance(directory.PollInterval)
	clock.BlockUntil(1)
	wantTrusted(t, d, false)
	if took := clock.Now().Sub(start); took != 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestCallersWhoGoAwayAreNoFailures(t *testing.T) {
	s := newStore()
	d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
	gone, leave := context.WithCancel(t.Context())
	leave()
	s.err = context.Canceled
	for range 2 * directory.MaxFailures {
		if err := d.Refresh(gone); err == nil {
			t.Fatal("Refresh gave no error")
		}
	}
	s.err = nil
	wantTrusted(t, d, true)
}

func TestStartTellsThatTheStoreCannotBeRead(t *testing.T) {
	s := newStore()
	s.err = errDown
	if err := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler)).Start(t.Context()); !errors.Is(err, errDown) {
		t.Errorf("Start gave %v", err)
	}
}

// The directory watches until Stop, not until the context of Start ends.
func TestWatchesOnAfterTheContextOfItsStart(t *testing.T) {
	s, clock := newStore(), clocktest.New(start)
	starting, done := context.WithCancel(t.Context())
	d := directory.New(s, clock, slog.New(slog.DiscardHandler))
	if err := d.Start(starting); err != nil {
		t.Fatal(err)
	}
	done()
	users(t, d)
	s.change(func() { s.users = []tickler.User{{ID: id(1)}} })
	poll(clock)
	if n := users(t, d); n != 1 {
		t.Errorf("%d users, want 1", n)
	}
	d.Stop()
}
