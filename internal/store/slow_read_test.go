package store_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// slowLeads opens a store on SQLite in which reading a lead of a held account blocks until it is
// released.
func slowLeads(t *testing.T, leads ...tickler.Lead) *store.Store {
	t.Helper()
	location := storetest.SQLite(t)
	s := storetest.Open(t, location)
	for _, lead := range leads {
		noError(t, s.CreateLead(t.Context(), lead))
	}
	storetest.SlowLeads(t, location)
	return s
}

// However many accounts have slow reads, neither the service's own reads nor anybody's read of one
// row waits.
func TestSlowReadsKeepNobodyElseFromReading(t *testing.T) {
	t.Parallel()
	readers := max(2, runtime.GOMAXPROCS(0))
	var leads []tickler.Lead
	for range 2 * readers {
		leads = append(leads, tickler.Lead{ID: newID(), AccountID: newID(), Email: "ada@example.com", CreatedAt: noon, CreatedBy: newID(), ModifiedAt: noon})
	}
	s := slowLeads(t, leads...)
	fresh := freshAccount()
	noError(t, s.CreateAccount(t.Context(), fresh))
	task := arm(t, s, fresh.Account.ID, noon)
	session := tickler.Session{TokenHash: [32]byte{1}, AccountID: fresh.Account.ID, UserID: fresh.Admin.ID, CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	noError(t, s.CreateSession(t.Context(), session))

	scanning, last := storetest.NewHold(), storetest.NewHold()
	var scans, lastOne sync.WaitGroup
	defer func() {
		last.End(&lastOne)
		scanning.End(&scans)
	}()
	for _, lead := range leads[1:] {
		scanning.Of(t, lead.AccountID)
		scans.Go(func() {
			search := tickler.LeadSearch{Condition: tickler.LeadCondition{
				Of: tickler.LeadPart{Column: tickler.LeadEmail}, Operator: tickler.LeadLike, Value: "ada",
			}, Page: tickler.Page{Limit: 10}}
			if found, err := s.Leads(t.Context(), lead.AccountID, search); err != nil || len(found) != 1 {
				t.Errorf("a slow search gave %v, %v", found, err)
			}
		})
	}
	for range readers - 1 { // all that may run at once
		scanning.WaitForOne()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // which never ends
	defer cancel()
	pointRead := func() {
		t.Helper()
		_, found, err := s.Task(ctx, task.AccountID, task.ID)
		noError(t, err)
		equal(t, true, found)
	}
	pointRead()

	last.Of(t, leads[0].AccountID)
	lastOne.Go(func() { // takes the last connection that reads for callers
		if _, _, err := s.Lead(t.Context(), leads[0].AccountID, leads[0].ID); err != nil {
			t.Error(err)
		}
	})
	last.WaitForOne()
	for name, read := range map[string]func() error{
		"the directory's version": func() error { _, err := s.DirectoryVersion(ctx); return err },
		"an account":              func() error { _, err := s.Account(ctx, fresh.Account.ID); return err },
		"its users":               func() error { _, err := s.Users(ctx, fresh.Account.ID); return err },
		"its types":               func() error { _, err := s.TaskTypes(ctx, fresh.Account.ID); return err },
		"its subscriptions":       func() error { _, err := s.Subscriptions(ctx, fresh.Account.ID); return err },
		"a key":                   func() error { _, err := s.AccessKey(ctx, fresh.Key.Key); return err },
		"a sign-in":               func() error { _, _, err := s.SignInUser(ctx, fresh.Admin.Email); return err },
		"a session":               func() error { _, _, err := s.Session(ctx, session.TokenHash, noon); return err },
		"what is due next":        func() error { _, _, err := s.NextDue(ctx); return err },
		"whose it is":             func() error { _, err := s.DueTurns(ctx, noon, 10); return err },
		"the queue": func() error {
			_, err := s.Jobs().Claim(ctx, tickler.MailJob, "runner", noon, noon.Add(time.Second), 1)
			return err
		},
		"readiness": func() error { return s.Ping(ctx) },
	} {
		if err := read(); err != nil {
			t.Errorf("%s waits for slow reads: %v", name, err)
		}
	}
	last.End(&lastOne)
	pointRead()
}
