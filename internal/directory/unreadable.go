package directory

import (
	"context"
	"errors"
	"sync"
	"time"

	"tickler"
)

// retryUnreadable is how long an account that can't be read is left alone before the next try:
// somebody may have repaired its rows meanwhile.
const retryUnreadable = time.Minute

// unreadable holds the accounts whose rows can't be read. Work over all accounts leaves them out,
// so that they harm no others.
type unreadable struct {
	mu     sync.Mutex
	faults map[tickler.ID]fault
}

// fault is why an account can't be read, and until when it is left alone.
type fault struct {
	err   error
	until time.Time
}

// of returns why an account can't be read; nil for one that should be read or retried.
func (u *unreadable) of(account tickler.ID, now time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if f := u.faults[account]; now.Before(f.until) {
		return f.err
	}
	return nil
}

// note records why an account can't be read, or that it can if err is nil. It reports whether the
// account had no fault before.
func (u *unreadable) note(account tickler.ID, err error, now time.Time) (first bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, known := u.faults[account]
	switch {
	case err == nil:
		delete(u.faults, account)
	case u.faults == nil:
		u.faults = map[tickler.ID]fault{account: {err, now.Add(retryUnreadable)}}
	default:
		u.faults[account] = fault{err, now.Add(retryUnreadable)}
	}
	return !known
}

// retry makes every account be tried again: a change may have repaired it.
func (u *unreadable) retry() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for account, f := range u.faults {
		f.until = time.Time{}
		u.faults[account] = f
	}
}

// Unreadable returns how many of the accounts that were asked for can't be read.
func (d *Directory) Unreadable() int {
	d.unreadable.mu.Lock()
	defer d.unreadable.mu.Unlock()
	return len(d.unreadable.faults)
}

// LeftOut lists the accounts that can't be read and are not yet to be retried: work over all
// accounts leaves them out.
func (d *Directory) LeftOut() []tickler.ID {
	d.unreadable.mu.Lock()
	defer d.unreadable.mu.Unlock()
	now := d.clock.Now()
	var accounts []tickler.ID
	for account, f := range d.unreadable.faults {
		if now.Before(f.until) {
			accounts = append(accounts, account)
		}
	}
	return accounts
}

// noteRead records, and logs once, the result of reading an account.
func (d *Directory) noteRead(id tickler.ID, account *Account, err error) {
	if err != nil && !IsFaultOfAccount(err) {
		return
	}
	first := d.unreadable.note(id, err, d.clock.Now())
	switch {
	case err != nil && first:
		d.log.Error("an account can't be read: nothing is done for it until it can", "account", id, "error", err)
	case err == nil:
		d.warnOfZones(account)
	}
}

// IsFaultOfAccount reports whether an error of Account is about that account's rows, and not about
// the database being away or the caller having gone.
func IsFaultOfAccount(err error) bool {
	return err != nil && tickler.KindOf(err) != tickler.KindUnavailable &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// warnOfZones logs, once each, the time zones of an account that this machine does not know.
func (d *Directory) warnOfZones(account *Account) {
	for _, name := range account.UnknownZones() {
		if _, told := d.unknownZones.LoadOrStore(name, true); !told {
			d.log.Warn("a time zone is unknown on this machine: it is read as UTC", "zone", name, "account", account.ID)
		}
	}
}

// UnknownZones names the time zones of the account and its users that this machine does not know.
// They are read as UTC.
func (a *Account) UnknownZones() []string {
	var names []string
	if !tickler.IsKnownZone(a.Zone) {
		names = append(names, a.Zone.String())
	}
	for _, u := range a.users {
		if u.Zone != nil && !tickler.IsKnownZone(u.Zone) {
			names = append(names, u.Zone.String())
		}
	}
	return names
}
