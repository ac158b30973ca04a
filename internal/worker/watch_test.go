package worker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/worker"
)

// armedTasks are the moments of reminders. The watch and its test never access it at the same time:
// the test waits until the watch sleeps.
type armedTasks struct {
	worker.App
	moments []time.Time
	// nextErr and claimErr are the store's errors.
	nextErr, claimErr error
	// beaten makes another node claim whatever is due, just before this one.
	beaten bool
	looks  []time.Time // when it was asked for the next moment; by the clock
	claims []claim
	clock  *clocktest.Clock
	// hang makes a claim last until its context ends.
	hang chan struct{}
}

// claim is one batch: at which instant, and how many tasks it took.
type claim struct {
	at    time.Time
	count int
}

func (a *armedTasks) NextDue(context.Context) (time.Time, bool, error) {
	a.looks = append(a.looks, a.clock.Now())
	if a.nextErr != nil || len(a.moments) == 0 {
		return time.Time{}, false, a.nextErr
	}
	return slices.MinFunc(a.moments, time.Time.Compare), true, nil
}

func (a *armedTasks) ClaimDue(ctx context.Context, now time.Time, limit int) (int, error) {
	if a.hang != nil {
		a.hang <- struct{}{}
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if a.claimErr != nil {
		return 0, a.claimErr
	}
	slices.SortFunc(a.moments, time.Time.Compare)
	due := 0
	for due < len(a.moments) && !a.moments[due].After(now) {
		due++
	}
	if a.beaten {
		a.moments = a.moments[due:]
		due = 0
	}
	taken := min(due, limit)
	a.moments = a.moments[taken:]
	a.claims = append(a.claims, claim{now, taken})
	return taken, nil
}

func (a *armedTasks) deps(log *bytes.Buffer) worker.Deps {
	return worker.Deps{App: a, Clock: a.clock, Log: slog.New(slog.NewTextHandler(log, nil))}
}

// reminding starts a watch over a store, waits until it sleeps, and returns the claims that it
// reports.
func reminding(t *testing.T, a *armedTasks, log *bytes.Buffer) (told *[]int) {
	t.Helper()
	told = new([]int)
	r := worker.NewWatch(a.deps(log), func(kind string) {
		if kind == tickler.MailJob {
			*told = append(*told, a.claims[len(a.claims)-1].count)
		}
	})
	ctx, done := context.WithCancel(t.Context())
	r.Start(ctx)
	done() // it runs until Stop
	t.Cleanup(r.Stop)
	a.clock.BlockUntil(1)
	return told
}

// pass moves the clock and waits until the watch sleeps again.
func (a *armedTasks) pass(d time.Duration) {
	a.clock.Advance(d)
	a.clock.BlockUntil(1)
}

func wantClaims(t *testing.T, a *armedTasks, want ...claim) {
	t.Helper()
	if !slices.Equal(a.claims, want) {
		t.Fatalf("claimed %v, want %v", a.claims, want)
	}
}

func TestReminderIsClaimedAtItsMoment(t *testing.T) {
	for _, ahead := range []time.Duration{
		time.Millisecond, 100 * time.Millisecond, 249 * time.Millisecond, 250 * time.Millisecond, 1100 * time.Millisecond, time.Minute,
	} {
		t.Run(ahead.String(), func(t *testing.T) {
			var log bytes.Buffer
			moment := start.Add(ahead)
			a := &armedTasks{moments: []time.Time{moment}, clock: clocktest.New(start)}
			told := reminding(t, a, &log)
			for ahead > 250*time.Millisecond {
				a.pass(250 * time.Millisecond)
				ahead -= 250 * time.Millisecond
			}
			a.pass(ahead - time.Millisecond/2)
			wantClaims(t, a)
			a.pass(time.Millisecond / 2)
			wantClaims(t, a, claim{moment, 1})
			if !slices.Equal(*told, []int{1}) || log.Len() > 0 {
				t.Errorf("told %v, logged %s", *told, &log)
			}
		})
	}
}

func TestReminderLooksFourTimesASecond(t *testing.T) {
	for name, moments := range map[string][]time.Time{"nothing is armed": nil, "something far ahead": {start.Add(time.Hour)}} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			a := &armedTasks{moments: moments, clock: clocktest.New(start)}
			reminding(t, a, &log)
			for range 4 {
				a.pass(250*time.Millisecond - 1)
				a.pass(1)
			}
			want := []time.Time{start}
			for i := range 4 {
				want = append(want, start.Add(time.Duration(i+1)*250*time.Millisecond))
			}
			if !slices.Equal(a.looks, want) {
				t.Errorf("looked at %v", a.looks)
			}
			a.moments = []time.Time{start.Add(1100 * time.Millisecond)} // just created
			a.pass(250 * time.Millisecond)
			wantClaims(t, a, claim{start.Add(1250 * time.Millisecond), 1})
		})
	}
}

// After a downtime all missed reminders are claimed, in batches, without a pause.
func TestMissedRemindersAreClaimedUntilNoneIsLeft(t *testing.T) {
	var log bytes.Buffer
	a := &armedTasks{clock: clocktest.New(start)}
	for i := range 450 {
		a.moments = append(a.moments, start.Add(-time.Duration(i)*time.Minute))
	}
	a.moments = append(a.moments, start.Add(time.Hour))
	told := reminding(t, a, &log)
	wantClaims(t, a, claim{start, 200}, claim{start, 200}, claim{start, 50})
	if !slices.Equal(*told, []int{200, 200, 50}) || len(a.moments) != 1 {
		t.Errorf("told %v, %d are left", *told, len(a.moments))
	}
}

func TestReminderThatAnotherNodeClaimsIsLeftToIt(t *testing.T) {
	var log bytes.Buffer
	a := &armedTasks{moments: []time.Time{start, start.Add(250 * time.Millisecond)}, clock: clocktest.New(start), beaten: true}
	told := reminding(t, a, &log)
	wantClaims(t, a, claim{start, 0})
	a.beaten = false
	a.pass(250 * time.Millisecond)
	wantClaims(t, a, claim{start, 0}, claim{start.Add(250 * time.Millisecond), 1})
	if !slices.Equal(*told, []int{1}) || log.Len() > 0 {
		t.Errorf("told %v, logged %s", *told, &log)
	}
}

func TestRemindingGoesOnAfterFaults(t *testing.T) {
	for name, fail := range map[string]func(a *armedTasks, err error){
		"looking":  func(a *armedTasks, err error) { a.nextErr = err },
		"claiming": func(a *armedTasks, err error) { a.claimErr = err },
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			a := &armedTasks{moments: []time.Time{start}, clock: clocktest.New(start)}
			fail(a, errors.New("the database is away"))
			told := reminding(t, a, &log)
			a.pass(250 * time.Millisecond)
			if n := strings.Count(log.String(), "the database is away"); n != 1 || len(*told) != 0 { // the first of two
				t.Fatalf("%d faults were logged, told %v: %s", n, *told, &log)
			}
			fail(a, nil)
			a.pass(250 * time.Millisecond)
			wantClaims(t, a, claim{start.Add(500 * time.Millisecond), 1})
			if !slices.Equal(*told, []int{1}) {
				t.Errorf("told %v", *told)
			}
		})
	}
}

func TestStopEndsAClaimThatHangs(t *testing.T) {
	var log bytes.Buffer
	a := &armedTasks{moments: []time.Time{start}, clock: clocktest.New(start), hang: make(chan struct{}, 1)}
	r := worker.NewWatch(a.deps(&log), func(string) { t.Error("told of a claim") })
	r.Start(t.Context())
	<-a.hang
	r.Stop()
	if log.Len() > 0 {
		t.Errorf("an end that was asked for was logged: %s", &log)
	}
}

func TestStopEndsAWatchThatSleeps(t *testing.T) {
	var log bytes.Buffer
	a := &armedTasks{clock: clocktest.New(start)}
	r := worker.NewWatch(a.deps(&log), func(string) {})
	r.Start(t.Context())
	a.clock.BlockUntil(1)
	r.Stop()
	a.clock.Advance(time.Hour)
	if len(a.looks) != 1 || log.Len() > 0 {
		t.Errorf("looked at %v, logged %s", a.looks, &log)
	}
}
