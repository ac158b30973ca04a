package app_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/directory"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestAuthenticate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		key, secret := w.keys[w.account], w.secrets[w.account]
		caller, err := w.Authenticate(t.Context(), key, secret)
		w.must(err)
		if caller.User != w.users["admin"] || caller.Account.ID != w.account || caller.Via.Kind != tickler.ViaAPI || caller.Via.ID.IsZero() {
			t.Errorf("the caller is %+v", caller)
		}
		ofGone, secretOfGone, err := w.CreateAccessKey(t.Context(), w.as("admin"), w.users["gone"], app.Options{})
		w.must(err)
		revoked, secretOfRevoked, err := w.CreateAccessKey(t.Context(), w.as("admin"), w.users["boss"], app.Options{})
		w.must(err)
		if _, err := w.Authenticate(t.Context(), revoked.Key, secretOfRevoked); err != nil {
			t.Errorf("a new key: %v", err)
		}
		w.must(w.RevokeAccessKey(t.Context(), w.as("admin"), revoked.Key))
		for name, pair := range map[string][2]string{
			"nothing":            {"", ""},
			"no secret":          {key, ""},
			"a wrong secret":     {key, secret + "x"},
			"another's secret":   {key, w.secrets[w.other]},
			"an unknown key":     {"made-up", secret},
			"a key and more":     {key + "x", secret},
			"an inactive user's": {ofGone.Key, secretOfGone},
			"a revoked one":      {revoked.Key, secretOfRevoked},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Authenticate(t.Context(), pair[0], pair[1])
				wantError(t, err, tickler.Refuse(tickler.FactWrongKeys, "", nil))
			})
		}
	})
}

func TestOperatorIsTheOldestActiveAdministrator(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		caller, err := w.Operator(t.Context(), w.account)
		w.must(err)
		if caller.User != w.users["admin"] || caller.Via != (tickler.Origin{Kind: tickler.ViaCommand}) {
			t.Errorf("the operator is %+v", caller)
		}
		account, admin := newID(), newID()
		w.must(w.store.CreateAccount(t.Context(), tickler.FreshAccount{
			Account: tickler.Account{ID: account, Zone: time.UTC, CreatedAt: now},
			Admin:   tickler.User{ID: admin, AccountID: account, Email: "gone@example.org", Role: tickler.Administrator, CreatedAt: now},
			Key:     tickler.AccessKey{ID: newID(), AccountID: account, UserID: admin, Key: "key", CreatedAt: now},
		}))
		_, err = w.Operator(t.Context(), account)
		wantError(t, err, tickler.Refuse(tickler.FactNoAdministrator, "", nil))
		unknown := newID()
		_, err = w.Operator(t.Context(), unknown)
		wantError(t, err, tickler.Refuse(tickler.FactNoAccount, "", unknown))
	})
}

func TestCreateAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		kolkata, err := tickler.ParseZone("Asia/Kolkata")
		w.must(err)
		limit := tickler.RateLimit{Calls: 3, Window: 2 * time.Second}
		made, err := w.CreateAccount(t.Context(), app.NewAccount{Email: "Ada@Example.com", Zone: kolkata, RateLimit: limit})
		w.must(err)
		if len(made.Password) < 20 || made.Email != "Ada@Example.com" {
			t.Errorf("made %+v", made)
		}
		caller, err := w.Authenticate(t.Context(), made.AccessKey, made.SecretKey)
		w.must(err)
		if caller.User.ID != made.UserID || caller.User.Role != tickler.Administrator || caller.User.Email != made.Email {
			t.Errorf("the caller is %+v", caller.User)
		}
		account := caller.Account
		if account.ID != made.AccountID || account.Zone.String() != "Asia/Kolkata" || account.RateLimit != limit || account.CreatedAt != now {
			t.Errorf("the account is %+v", account.Account)
		}
		if types := account.TaskTypes(); len(types) != len(tickler.FreshTaskTypes()) || account.DefaultTaskType().Name != "To-Do" {
			t.Errorf("its task types are %v", types)
		}
		accounts, err := w.Accounts(t.Context())
		w.must(err)
		if len(accounts) != 3 {
			t.Errorf("there are %d accounts, want 3", len(accounts))
		}
	})
}

func TestCreateAccountRefuses(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for name, test := range map[string]struct {
			change func(n *app.NewAccount)
			want   tickler.Kind
		}{
			"a taken address":      {func(n *app.NewAccount) { n.Email = "ADMIN@example.com" }, tickler.KindDuplicate},
			"a second first one":   {func(n *app.NewAccount) { n.OnlyAsFirst = true }, tickler.KindDuplicate},
			"a short password":     {func(n *app.NewAccount) { n.Password = "ščřžýáí" }, tickler.KindInvalid},
			"no address":           {func(n *app.NewAccount) { n.Email = "" }, tickler.KindMissing},
			"what is no address":   {func(n *app.NewAccount) { n.Email = "Ada <ada@example.com>" }, tickler.KindInvalid},
			"an impossible limit":  {func(n *app.NewAccount) { n.RateLimit.Calls = -1 }, tickler.KindInvalid},
			"a limit without time": {func(n *app.NewAccount) { n.RateLimit.Window = 0 }, tickler.KindInvalid},
		} {
			t.Run(name, func(t *testing.T) {
				n := app.NewAccount{Email: "ada@example.com", Password: "long enough", Zone: time.UTC, RateLimit: tickler.DefaultRateLimit}
				test.change(&n)
				_, err := w.CreateAccount(t.Context(), n)
				wantKind(t, err, test.want)
			})
		}
		accounts, err := w.Accounts(t.Context())
		w.must(err)
		if len(accounts) != 2 {
			t.Errorf("there are %d accounts, want the 2 from before", len(accounts))
		}
	})
}

// Nodes that start at once on an empty database set up one account.
func TestOneFirstAccount(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		w := &world{t: t, store: s, clock: clocktest.New(now)}
		const nodes = 4
		outcomes := make(chan error, nodes)
		for range nodes {
			go func() {
				_, err := w.appOver(s).CreateAccount(t.Context(), app.NewAccount{
					Email: "admin@example.com", Password: "long enough", Zone: time.UTC, OnlyAsFirst: true,
				})
				outcomes <- err
			}()
		}
		made := 0
		for range nodes {
			switch err := <-outcomes; {
			case err == nil:
				made++
			case tickler.KindOf(err) != tickler.KindDuplicate:
				t.Error(err)
			}
		}
		accounts, err := s.Accounts(t.Context())
		w.must(err)
		if made != 1 || len(accounts) != 1 {
			t.Errorf("%d nodes made an account, and there are %d", made, len(accounts))
		}
	})
}

// blind is a store that can't read its directory version.
type blind struct{ *store.Store }

var errBlind = errors.New("the version can't be read")

func (blind) DirectoryVersion(context.Context) (int64, error) { return 0, errBlind }

// A write that is durable succeeds even if the directory can't see it yet: otherwise keys that are
// shown only once would be lost.
func TestWritesSucceedThoughTheDirectoryCannotLook(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		useCases := w.appOver(blind{w.store})
		made, err := useCases.CreateAccount(t.Context(), app.NewAccount{Email: "ada@example.com", Zone: time.UTC})
		w.must(err)
		if _, err := w.Authenticate(t.Context(), made.AccessKey, made.SecretKey); err != nil {
			t.Error(err)
		}
		key, secret, err := useCases.CreateAccessKey(t.Context(), admin, w.users["boss"], app.Options{})
		w.must(err)
		if _, err := w.Authenticate(t.Context(), key.Key, secret); err != nil {
			t.Error(err)
		}
		w.must(useCases.RevokeAccessKey(t.Context(), admin, key.Key))
		w.must(useCases.DeactivateUser(t.Context(), admin, w.users["boss"]))
		_, err = useCases.ChangeAccount(t.Context(), admin, tickler.AccountPatch{})
		w.must(err)
		_, err = useCases.AddUser(t.Context(), admin, tickler.User{Email: "eve@example.com", Role: tickler.SalesUser}, "")
		w.must(err)
		_, err = useCases.CreateTaskType(t.Context(), admin, tickler.TaskType{Name: "Errand", Category: tickler.CategoryToDo, Color: "#000000"})
		w.must(err)
	})
}

func TestChangeAccountAppliesFromTheNextCall(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin, err := w.Authenticate(t.Context(), w.keys[w.account], w.secrets[w.account])
		w.must(err)
		off, on := tickler.RateLimit{}, true
		_, err = w.ChangeAccount(t.Context(), admin, tickler.AccountPatch{RateLimit: &off, LegacyErrorStatus: &on})
		w.must(err)
		again, err := w.Authenticate(t.Context(), w.keys[w.account], w.secrets[w.account])
		w.must(err)
		if got := again.Account.Account; !got.RateLimit.IsOff() || !got.LegacyErrorStatus {
			t.Errorf("the account is %+v", got)
		}
		_, err = w.ChangeAccount(t.Context(), admin, tickler.AccountPatch{RateLimit: &tickler.RateLimit{Calls: 1}})
		wantKind(t, err, tickler.KindInvalid)
		none := admin // of an unknown account
		none.Account = &directory.Account{Account: tickler.Account{ID: newID()}}
		_, err = w.ChangeAccount(t.Context(), none, tickler.AccountPatch{})
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}

// Two administrators who change different settings at once lose none: each patch has only what they
// change.
func TestSettingsOfTwoAdministratorsAreBothKept(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		one, two := w.as("admin"), w.as("admin") // both as the account was before
		kolkata, err := tickler.ParseZone("Asia/Kolkata")
		w.must(err)
		_, err = w.ChangeAccount(t.Context(), one, tickler.AccountPatch{Zone: kolkata})
		w.must(err)
		_, err = w.RotateWebhookSecret(t.Context(), one, app.Options{})
		w.must(err)
		limit := tickler.RateLimit{Calls: 7, Window: time.Minute}
		changed, err := w.ChangeAccount(t.Context(), two, tickler.AccountPatch{RateLimit: &limit})
		w.must(err)
		if changed.Zone.String() != "Asia/Kolkata" || changed.RateLimit != limit || changed.WebhookSecrets.Current == "" {
			t.Errorf("the account is %+v", changed)
		}
	})
}

func TestAddUser(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		asked := tickler.User{FirstName: "Eve", Email: "eve@example.com", Role: tickler.MarketingUser, ManagerID: w.users["boss"].ID}
		made, err := w.AddUser(t.Context(), admin, asked, "")
		w.must(err)
		asked.ID, asked.AccountID, asked.Active, asked.CreatedAt = made.ID, w.account, true, now
		if made != asked || made.ID.IsZero() {
			t.Errorf("made %+v, want %+v", made, asked)
		}
		if got := w.as("eve").User; got != made {
			t.Errorf("kept %+v, want %+v", got, made)
		}
		for name, test := range map[string]struct {
			user     tickler.User
			password string
			want     tickler.Kind
		}{
			"a taken address":    {tickler.User{Email: "BOSS@example.com", Role: tickler.SalesUser}, "", tickler.KindDuplicate},
			"no address":         {tickler.User{Role: tickler.SalesUser}, "", tickler.KindMissing},
			"what is no address": {tickler.User{Email: "eve", Role: tickler.SalesUser}, "", tickler.KindInvalid},
			"no role":            {tickler.User{Email: "x@example.com"}, "", tickler.KindInvalid},
			"a short password":   {tickler.User{Email: "x@example.com", Role: tickler.SalesUser}, "1234567", tickler.KindInvalid},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.AddUser(t.Context(), admin, test.user, test.password)
				wantKind(t, err, test.want)
			})
		}
		_, err = w.AddUser(t.Context(), admin, tickler.User{Email: "x@example.com", Role: tickler.SalesUser}, "12345678")
		w.must(err)
		_, err = w.AddUser(t.Context(), w.stranger(), tickler.User{Email: "eve@example.com", Role: tickler.SalesUser}, "")
		wantKind(t, err, tickler.KindDuplicate) // also in another account: people sign in with it
	})
}

func TestDeactivateUser(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		key, secret, err := w.CreateAccessKey(t.Context(), w.as("admin"), w.users["boss"], app.Options{})
		w.must(err)
		w.must(w.DeactivateUser(t.Context(), w.as("admin"), w.users["boss"]))
		_, err = w.Authenticate(t.Context(), key.Key, secret)
		wantKind(t, err, tickler.KindUnauthenticated)

		err = w.DeactivateUser(t.Context(), w.as("admin"), w.users["admin"])
		wantError(t, err, tickler.Refuse(tickler.FactOnlyAdministrator, "", "admin@example.com"))
		_, err = w.AddUser(t.Context(), w.as("admin"), tickler.User{Email: "second@example.com", Role: tickler.Administrator}, "")
		w.must(err)
		w.must(w.DeactivateUser(t.Context(), w.as("admin"), w.users["admin"]))
		caller, err := w.Operator(t.Context(), w.account)
		w.must(err)
		if caller.User.Email != "second@example.com" {
			t.Errorf("the operator is %v", caller.User)
		}
		wantKind(t, w.DeactivateUser(t.Context(), w.stranger(), w.users["seller"]), tickler.KindUnknownEntity)
		if !w.as("seller").User.Active {
			t.Error("another account's administrator has shut a user out")
		}
	})
}

func TestUsersAndTheirKeysAreAdministratorsOnly(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, name := range []string{"marketer", "seller"} {
			_, err := w.AddUser(t.Context(), w.as(name), tickler.User{Email: "eve@example.com", Role: tickler.Administrator}, "")
			wantError(t, err, tickler.Refuse(tickler.FactMayNotAddUsers, "", nil))
			err = w.DeactivateUser(t.Context(), w.as(name), w.users["boss"])
			wantError(t, err, tickler.Refuse(tickler.FactMayNotDeactivate, "", nil))
			_, err = w.AccessKeys(t.Context(), w.as(name))
			wantError(t, err, tickler.Refuse(tickler.FactMayNotSeeKeys, "", nil))
		}
		if !w.as("boss").User.Active {
			t.Error("the boss was shut out")
		}
	})
}

func TestAccessKeysBelongToTheirAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		keys, err := w.AccessKeys(t.Context(), w.as("admin"))
		w.must(err)
		if len(keys) != 1 || keys[0].Key != w.keys[w.account] || keys[0].UserID != w.users["admin"].ID {
			t.Errorf("the keys are %v", keys)
		}
		err = w.RevokeAccessKey(t.Context(), w.stranger(), keys[0].Key)
		wantError(t, err, tickler.Refuse(tickler.FactNoAccessKey, "", keys[0].Key))
		if _, err := w.Authenticate(t.Context(), w.keys[w.account], w.secrets[w.account]); err != nil {
			t.Error(err)
		}
		key, secret, err := w.CreateAccessKey(t.Context(), w.as("admin"), w.users["boss"], app.Options{})
		w.must(err)
		if len(key.Key) < 26 || len(secret) < 52 || key.CreatedAt != now {
			t.Errorf("the key is %+v with a secret of %d characters", key, len(secret))
		}
	})
}

func TestCreateTaskType(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		admin := w.as("admin")
		errand := tickler.TaskType{Name: "Errand", Category: tickler.CategoryToDo, Color: "#000000", IsDefault: true}
		made, err := w.CreateTaskType(t.Context(), admin, errand)
		w.must(err)
		if made.ID.IsZero() || made.AccountID != w.account || made.CreatedBy != admin.User.ID || made.CreatedAt != now {
			t.Errorf("made %+v", made)
		}
		if got := w.as("admin").Account.DefaultTaskType(); got.ID != made.ID {
			t.Errorf("the default type is %q", got.Name)
		}
		_, err = w.CreateTaskType(t.Context(), admin, tickler.TaskType{Name: "ERRAND", Category: tickler.CategoryToDo, Color: "#000000"})
		wantKind(t, err, tickler.KindDuplicate)
		_, err = w.CreateTaskType(t.Context(), admin, tickler.TaskType{Category: tickler.CategoryToDo, Color: "#000000"})
		wantKind(t, err, tickler.KindMissing)
		_, err = w.CreateTaskType(t.Context(), w.stranger(), errand)
		w.must(err)
	})
}

// Users who call while others change the account see it before or after the change, never half of
// it.
func TestCallsWhileTheAccountChanges(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		admin := w.as("admin")
		for range 4 {
			all.Go(func() {
				for range 20 {
					caller, err := w.Authenticate(t.Context(), w.keys[w.account], w.secrets[w.account])
					if err != nil {
						t.Error(err)
						return
					}
					if caller.Account.DefaultTaskType().ID.IsZero() {
						t.Error("no default task type")
					}
				}
			})
		}
		all.Go(func() {
			for i := range 10 {
				name := string(rune('A' + i))
				_, err := w.CreateTaskType(t.Context(), admin, tickler.TaskType{Name: name, Category: tickler.CategoryToDo, Color: "#000000", IsDefault: true})
				if err != nil {
					t.Error(err)
				}
			}
		})
		all.Wait()
	})
}
