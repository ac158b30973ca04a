package store_test

import (
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// What is due of an account that is left out takes nobody's place, however much and however old it is.
func TestAccountsThatAreLeftOutKeepNobodyWaiting(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		broken := newID()
		for i := range 5 {
			arm(t, s, broken, noon.Add(-time.Duration(i+1)*time.Hour))
		}
		task := arm(t, s, newID(), noon)
		accounts, err := s.DueAccounts(t.Context(), noon, 2, broken)
		noError(t, err)
		equal(t, []tickler.ID{task.AccountID}, accounts)
		at, armed, err := s.NextDue(t.Context(), broken)
		noError(t, err)
		equal(t, true, armed)
		equal(t, noon, at)
		claimed, err := s.ClaimDue(t.Context(), noon, 2, map[tickler.ID]*tickler.Herald{task.AccountID: nil}, broken)
		noError(t, err)
		equal(t, 1, claimed)
		_, armed, err = s.NextDue(t.Context(), broken)
		noError(t, err)
		equal(t, false, armed)
		claimReminders(t, s, noon, 10, 5) // once it can be read again
	})
}

// A row that can't be read keeps neither its own reminder nor anybody else's from being claimed.
func TestARowThatCantBeReadStopsNoClaim(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		sub := subscribed(t, s, account, tickler.TaskReminded)
		bad, good, other := arm(t, s, account, noon), arm(t, s, account, noon), arm(t, s, newID(), noon)
		storetest.Exec(t, storetest.SQL(t, location), `UPDATE task SET custom_fields = 'none of ours' WHERE id = $1`, bad.ID[:])
		claimed, err := s.ClaimDue(t.Context(), noon, 10, map[tickler.ID]*tickler.Herald{account: heraldOf(sub), other.AccountID: nil})
		equal(t, 3, claimed)
		if err == nil || !strings.Contains(err.Error(), bad.ID.String()) || strings.Contains(err.Error(), good.ID.String()) {
			t.Errorf("the claim said %v, want the task %s", err, bad.ID)
		}
		told := toldTo(t, s, sub)
		equal(t, 1, len(told))
		equal(t, 2, len(notifications(t, s, account)))
		equal(t, 1, len(notifications(t, s, other.AccountID)))
		claimReminders(t, s, noon, 10, 0)
	})
}

// A time zone that this machine does not know is read as UTC, and stays what it is when the rest is changed.
func TestAnUnknownZoneIsReadAsUTC(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		fresh := freshAccount()
		noError(t, s.CreateAccount(t.Context(), fresh))
		db := storetest.SQL(t, location)
		storetest.Exec(t, db, `UPDATE account SET time_zone = 'Moon/Tranquility'`)
		storetest.Exec(t, db, `UPDATE app_user SET time_zone = 'Moon/Copernicus'`)
		account, err := s.Account(t.Context(), fresh.Account.ID)
		noError(t, err)
		users, err := s.Users(t.Context(), fresh.Account.ID)
		noError(t, err)
		for _, zone := range []*time.Location{account.Zone, users[0].Zone} {
			equal(t, noon.Format(time.DateTime), noon.In(zone).Format(time.DateTime))
			equal(t, false, tickler.IsKnownZone(zone))
		}
		equal(t, "Moon/Tranquility", account.Zone.String())
		equal(t, "Moon/Copernicus", users[0].Zone.String())
	})
}
