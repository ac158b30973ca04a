package directory_test

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
	"tickler/internal/directory"
)

var errRow = errors.New("invalid character 'x'")

// An account whose rows can't be read is logged once, counted, and not retried for a minute.
func TestAnAccountThatCantBeReadIsLeftOut(t *testing.T) {
	var log bytes.Buffer
	s, clock := newStore(), clocktest.New(start)
	s.broken = map[tickler.ID]error{id(1): errRow}
	d := directory.New(s, clock, slog.New(slog.NewTextHandler(&log, nil)))
	look := func(wantErr error, asked int, leftOut ...tickler.ID) {
		t.Helper()
		if _, err := d.Account(t.Context(), id(1)); !errors.Is(err, wantErr) {
			t.Errorf("Account gave %v", err)
		}
		if n := s.timesAsked("account"); n != asked {
			t.Errorf("the store was asked %d times, want %d", n, asked)
		}
		if got := d.LeftOut(); !slices.Equal(got, leftOut) {
			t.Errorf("%v are left out, want %v", got, leftOut)
		}
	}
	look(errRow, 1, id(1))
	clock.Advance(time.Minute - 1)
	look(errRow, 1, id(1))
	clock.Advance(1)
	if got := d.LeftOut(); len(got) > 0 {
		t.Errorf("%v are left out when they are to be tried again", got)
	}
	look(errRow, 2, id(1))
	s.change(func() {})
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	look(errRow, 3, id(1)) // the change may have repaired it
	if n := strings.Count(log.String(), errRow.Error()); n != 1 || d.Unreadable() != 1 {
		t.Errorf("%d are counted, and logged %d times, want once: %s", d.Unreadable(), n, &log)
	}
	s.set(func() { s.broken = nil })
	clock.Advance(time.Minute)
	look(nil, 4)
	if d.Unreadable() != 0 {
		t.Error("it is counted still")
	}
}

// A database that does not answer says nothing about an account.
func TestAnUnavailableDatabaseMakesNoAccountUnreadable(t *testing.T) {
	for name, err := range map[string]error{"away": errDown, "slow": context.DeadlineExceeded, "left": context.Canceled} {
		s := newStore()
		s.err = err
		d := directory.New(s, clocktest.New(start), slog.New(slog.DiscardHandler))
		if _, got := d.Account(t.Context(), id(1)); got == nil || directory.IsFaultOfAccount(got) {
			t.Errorf("%s: Account gave %v", name, got)
		}
		if len(d.LeftOut()) > 0 || d.Unreadable() > 0 {
			t.Errorf("%s: the account is left out", name)
		}
	}
}

// A time zone that this machine does not know is read as UTC, and logged once.
func TestWarnsOfUnknownZones(t *testing.T) {
	var log bytes.Buffer
	s := newStore()
	s.zone = tickler.KeptZone("Moon/Tranquility")
	s.users = []tickler.User{{ID: id(1)}, {ID: id(2), Zone: tickler.KeptZone("Moon/Copernicus")}, {ID: id(3), Zone: tickler.KeptZone("Asia/Kolkata")}}
	d := directory.New(s, clocktest.New(start), slog.New(slog.NewTextHandler(&log, nil)))
	for range 2 {
		account, err := d.Account(t.Context(), id(1))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := account.UnknownZones(), []string{"Moon/Tranquility", "Moon/Copernicus"}; !slices.Equal(got, want) {
			t.Errorf("unknown are %v, want %v", got, want)
		}
		s.change(func() {})
		if err := d.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "read as UTC"); n != 2 {
		t.Errorf("logged %d times, want 2: %s", n, &log)
	}
}
