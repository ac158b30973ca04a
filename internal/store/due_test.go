package store_test

import (
	"context"
	"testing"
	"time"

	"tickler"
	"tickler/internal/pgtest"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// dueAccounts lists the accounts that a claim is about.
func dueAccounts(t *testing.T, s *store.Store, now time.Time, limit int, leftOut ...tickler.ID) (accounts []tickler.ID) {
	t.Helper()
	turns, err := s.DueTurns(t.Context(), now, limit, leftOut...)
	noError(t, err)
	for _, turn := range turns {
		accounts = append(accounts, turn.AccountID)
	}
	return accounts
}

// byAge has no account take a turn.
func byAge(accounts ...tickler.ID) (turns []tickler.Turn) {
	for _, account := range accounts {
		turns = append(turns, tickler.Turn{AccountID: account})
	}
	return turns
}

// What is due of an account that is left out takes nobody's place, however much and however old it is.
func TestAccountsThatAreLeftOutKeepNobodyWaiting(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		broken := newID()
		for i := range 5 {
			arm(t, s, broken, noon.Add(-time.Duration(i+1)*time.Hour))
		}
		task := arm(t, s, newID(), noon)
		equal(t, []tickler.ID{task.AccountID}, dueAccounts(t, s, noon, 2, broken))
		at, armed, err := s.NextDue(t.Context(), broken)
		noError(t, err)
		equal(t, true, armed)
		equal(t, noon, at)
		claimed, err := s.ClaimDue(t.Context(), noon, 2, map[tickler.ID]*tickler.Announcer{task.AccountID: nil}, broken)
		noError(t, err)
		equal(t, 1, claimed)
		_, armed, err = s.NextDue(t.Context(), broken)
		noError(t, err)
		equal(t, false, armed)
		claimReminders(t, s, noon, 10, 5) // once it can be read again
	})
}

// When more is due than is claimed at once, the accounts take turns.
func TestAccountsTakeTurnsAtWhatIsDue(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		const limit = 2
		broken, later := newID(), newID()
		arm(t, s, broken, noon)
		arm(t, s, later, noon.Add(time.Second))
		want := map[tickler.ID]int{}
		for range 2*limit + 1 {
			account := newID()
			want[account] = 2
			for i := range 3 {
				arm(t, s, account, noon.Add(-time.Duration(i)*time.Minute))
			}
		}
		got := map[tickler.ID]int{}
		for range 2 * (limit + 1) { // twice round
			turns, err := s.DueTurns(t.Context(), noon, limit, broken)
			noError(t, err)
			for _, turn := range turns {
				if len(turn.Due) > 0 { // else it is told as that of the oldest task
					got[turn.AccountID]++
				}
			}
		}
		equal(t, want, got)
	})
}

// An equal share of each account's tasks is claimed, the longest due first; others get what an
// account leaves.
func TestDueTasksAreSharedBetweenAccounts(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		one, many, crowd := newID(), newID(), newID()
		arm(t, s, one, noon)
		for i := range 10 {
			arm(t, s, many, noon.Add(-time.Duration(i)*time.Minute))
			arm(t, s, crowd, noon.Add(-time.Duration(i)*time.Hour))
		}
		turns, err := s.DueTurns(t.Context(), noon, 6)
		noError(t, err)
		var got []string
		noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			tasks, _, err := tx.DueTasks(ctx, noon, 6, turns)
			for _, task := range tasks {
				got = append(got, noon.Sub(task.WakeAt).String())
			}
			return err
		}))
		equal(t, []string{"9h0m0s", "8h0m0s", "9m0s", "8m0s", "0s", "7h0m0s"}, got)
	})
}

// A row that can't be read comes without its unreadable part, and with the reason; the others come
// whole.
func TestARowThatCantBeReadIsDueLikeOthers(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		account := newID()
		bad, good, other := arm(t, s, account, noon), arm(t, s, account, noon.Add(-time.Second)), arm(t, s, newID(), noon.Add(-time.Minute))
		storetest.Exec(t, storetest.SQL(t, location), `UPDATE task SET custom_fields = 'none of ours' WHERE id = $1`, bad.ID[:])
		var tasks []tickler.Task
		var unreadable map[tickler.ID]error
		noError(t, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			tasks, unreadable, err = tx.DueTasks(ctx, noon, 10, byAge(other.AccountID, account))
			return err
		}))
		equal(t, []tickler.Task{other, good, bad}, tasks, exceptTaskAutoID) // there were no custom fields
		equal(t, 1, len(unreadable))
		if unreadable[bad.ID] == nil {
			t.Errorf("unreadable are %v, want the task %s", unreadable, bad.ID)
		}
		claimReminders(t, s, noon, 10, 3)
	})
}

// Tasks that another claim holds are skipped: nobody waits for them, nor claims them too.
func TestDueTasksThatOthersHoldAreSkipped(t *testing.T) {
	t.Parallel()
	nodes := twoNodes(t, pgtest.URL(t))
	account := newID()
	first, second, third := arm(t, nodes[0], account, noon.Add(-time.Hour)), arm(t, nodes[0], account, noon.Add(-time.Minute)), arm(t, nodes[0], account, noon)
	var held, free, after []tickler.Task
	noError(t, nodes[0].Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		if held, _, err = tx.DueTasks(ctx, noon, 2, byAge(account)); err != nil {
			return err
		}
		return nodes[1].Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			free, _, err = tx.DueTasks(ctx, noon, 10, byAge(account))
			return err
		})
	}))
	noError(t, nodes[1].Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		after, _, err = tx.DueTasks(ctx, noon, 10, byAge(account))
		return err
	}))
	equal(t, idsOf([]tickler.Task{first, second}), idsOf(held))
	equal(t, idsOf([]tickler.Task{third}), idsOf(free))
	equal(t, idsOf([]tickler.Task{first, second, third}), idsOf(after)) // nobody holds them any more
}

// A time zone that this machine does not know is read as UTC, and is kept when other settings
// change.
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
