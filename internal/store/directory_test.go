package store_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestDirectoryVersionGrowsWithEveryChangeOfTheDirectoryAndOnlyThen(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		n := freshAccount()
		account := n.Account.ID
		user := plainUser(account, "ravi@example.com")
		kind := plainType(account, "Visit")
		task := plainTask(account)
		once := firstCall(task, "key")
		ctx := t.Context()

		const changes, fails, other = "a change", "a failure", "no change of the directory"
		for _, step := range []struct {
			name, what string
			run        func() error
		}{
			{"CreateAccount", changes, func() error { return s.CreateAccount(ctx, n) }},
			{"CreateAccount again", fails, func() error { return s.CreateAccount(ctx, n) }},
			{"ChangeAccount", changes, func() error { _, err := s.ChangeAccount(ctx, account, accountAs(n.Account)); return err }},
			{"ChangeAccount unknown", fails, func() error { _, err := s.ChangeAccount(ctx, newID(), accountAs(n.Account)); return err }},
			{"CreateUser", changes, func() error { return s.CreateUser(ctx, user, "") }},
			{"CreateUser again", fails, func() error { return s.CreateUser(ctx, user, "") }},
			{"DeactivateUser", changes, func() error { return s.DeactivateUser(ctx, account, user) }},
			{"DeactivateUser unknown", fails, func() error { return s.DeactivateUser(ctx, account, plainUser(account, "")) }},
			{"DeactivateUser the last administrator", fails, func() error { return s.DeactivateUser(ctx, account, n.Admin) }},
			{"SetUserZone", changes, func() error { return s.SetUserZone(ctx, account, user.ID, zone("Asia/Kolkata")) }},
			{"SetUserPreferences", changes, func() error {
				return s.SetUserPreferences(ctx, account, user.ID, tickler.Preferences{Clock: tickler.Clock12})
			}},
			{"SetPassword", other, func() error { return s.SetPassword(ctx, account, user.ID, "hash") }},
			{"CreateSession", other, func() error { return s.CreateSession(ctx, plainSession(user, "token")) }},
			{"CreateAccessKey", changes, func() error { return s.CreateAccessKey(ctx, plainKey(account, user.ID)) }},
			{"RevokeAccessKey", changes, func() error { return s.RevokeAccessKey(ctx, account, n.Key.Key, noon) }},
			{"RevokeAccessKey again", changes, func() error { return s.RevokeAccessKey(ctx, account, n.Key.Key, noon) }}, // looked at once more
			{"RevokeAccessKey unknown", fails, func() error { return s.RevokeAccessKey(ctx, account, "unknown", noon) }},
			{"CreateTaskType", changes, func() error { return s.CreateTaskType(ctx, kind) }},
			{"CreateTaskType again", fails, func() error { return s.CreateTaskType(ctx, kind) }},
			{"CreateLead", other, func() error { return s.CreateLead(ctx, plainLead(account, "a@example.com", "")) }},
			{"CreateOpportunity", other, func() error {
				return s.CreateOpportunity(ctx, tickler.Opportunity{ID: newID(), AccountID: account, LeadID: newID(), CreatedBy: user.ID, CreatedAt: noon})
			}},
			{"CreateTask", other, func() error { _, err := s.MakeTask(ctx, task.Made(), &once); return err }},
			{"ForgetOnces", other, func() error { _, err := s.ForgetOnces(ctx, noon.Add(48*time.Hour), 1); return err }},
			{"Users", other, func() error { _, err := s.Users(ctx, account); return err }},
		} {
			before, err := s.DirectoryVersion(ctx)
			noError(t, err)
			if err := step.run(); (err != nil) != (step.what == fails) {
				t.Fatalf("%s gave %v, want %s", step.name, err, step.what)
			}
			after, err := s.DirectoryVersion(ctx)
			noError(t, err)
			if (after > before) != (step.what == changes) || after < before {
				t.Errorf("%s: the version went from %d to %d, want %s", step.name, before, after, step.what)
			}
		}
	})
}
