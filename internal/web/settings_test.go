package web_test

import (
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
)

func TestOwnTimeZone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.get("/settings").want(http.StatusOK, "Times are those of UTC.").want(http.StatusOK, "Sales user").lacks(`value="Asia`)
		b.post("/settings/time-zone", "zone", " Asia/Kolkata ").leadsTo("/settings")
		b.get("/settings").want(http.StatusOK, `<div class="message"><p>Your time zone is saved.</p>`).want(http.StatusOK, "Times are those of Asia/Kolkata.").
			want(http.StatusOK, `name="zone" value="Asia/Kolkata"`)
		b.get("/settings").lacks("Your time zone is saved.") // shown once

		b.post("/settings/time-zone", "zone", "Mars/Olympus").
			want(http.StatusUnprocessableEntity, `value="Mars/Olympus" placeholder="UTC" autocomplete="off" aria-invalid="true" aria-describedby="zone-mistake"`).
			want(http.StatusUnprocessableEntity, `id="zone-mistake">The time zone can&#39;t be`)
		b.post("/settings/time-zone", "zone", "").leadsTo("/settings")
		b.get("/settings").want(http.StatusOK, "Times are those of UTC.")
		w.as("boss").get("/settings").want(http.StatusOK, "Times are those of UTC.")
	})
}

func TestOwnPreferences(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.get("/settings").want(http.StatusOK, "Written like this: tomorrow 15:00 · Sat 7 Mar, 15:00 · Tue 2 Mar 2027, 15:00").
			want(http.StatusOK, `<option value="24" selected>24 hours: 15:00</option>`).want(http.StatusOK, `<option value="mon" selected>Monday</option>`)
		// What is chosen is shown before it is saved, as far as there is such a choice.
		b.get("/settings?clock=12&dateOrder=mdy&weekStart=sun").want(http.StatusOK, "tomorrow 3:00 pm · Sat, Mar 7, 3:00 pm · Tue, Mar 2, 2027, 3:00 pm")
		b.get("/settings?clock=13").want(http.StatusOK, "Written like this: tomorrow 15:00")

		b.post("/settings/preferences", "clock", "12", "dateOrder", "ymd", "weekStart", "sun").leadsTo("/settings")
		b.get("/settings").want(http.StatusOK, "Dates and times are written your way now.").
			want(http.StatusOK, "Written like this: tomorrow 3:00 pm · Sat 2026-03-07, 3:00 pm · Tue 2027-03-02, 3:00 pm").
			want(http.StatusOK, `<option value="sun" selected>Sunday</option>`)
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "Call Ada", TypeName: "Meeting", DueAt: inAnHour()})
		b.get(path).want(http.StatusOK, `title="2026-03-01 13:00 &#43;00:00">today 1:00 pm</time>`)
		w.as("boss").get(path).want(http.StatusOK, ">today 13:00</time>") // everybody reads it their own way

		b.post("/settings/preferences", "clock", "13").want(http.StatusBadRequest, "The clock can&#39;t be &#39;13&#39;")
		b.get("/settings").want(http.StatusOK, "tomorrow 3:00 pm")
	})
}

func TestTheSectionOfThePageIsMarked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		for section, shown := range map[string]reply{
			"You":            b.get("/settings"),
			"Access keys":    b.get("/settings/keys"),
			"Account":        b.post("/settings/account", "zone", "Mars"),
			"Webhooks":       b.get("/webhooks"),
			"Webhook secret": b.get("/settings/webhook-secret"),
		} {
			if got := currentSection.FindAllStringSubmatch(shown.body, -1); len(got) != 2 || got[1][1] != section { // after the header's
				t.Errorf("%q is marked for %s", got, section)
			}
		}
		b.post("/settings/time-zone", "zone", "Mars").want(http.StatusUnprocessableEntity, `<a href="/settings" aria-current="page">You</a>`)
		b.post("/settings/password", "old", "wrong").want(http.StatusUnprocessableEntity, `<a href="/settings" aria-current="page">You</a>`)
	})
}

var currentSection = regexp.MustCompile(`aria-current="page"[^>]*>(?:<svg.*</svg><span>)?([^<]+)<`)

func TestOwnPassword(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		here, there := w.as("seller"), w.as("seller")
		here.post("/settings/password", "old", "wrong", "new", "battery staple").
			want(http.StatusUnprocessableEntity, `id="old-mistake">This is not your password.`).lacks("battery staple")
		here.post("/settings/password", "old", password, "new", "short").
			want(http.StatusUnprocessableEntity, `id="new-mistake">A password needs at least 8 characters.`)
		there.get("/settings").want(http.StatusOK, "") // nothing has happened yet

		before := here.cookie()
		here.post("/settings/password", "old", password, "new", "battery staple").leadsTo("/settings")
		here.get("/settings").want(http.StatusOK, "Your password is changed, and you are signed out everywhere else.")
		if here.cookie() == before {
			t.Error("the session goes on under the old token")
		}
		there.get("/settings").leadsTo("/sign-in?next=%2Fsettings")
		b := w.stranger()
		b.post("/sign-in", "email", "seller@example.com", "password", password).want(http.StatusUnprocessableEntity, "is wrong")
		b.post("/sign-in", "email", "seller@example.com", "password", "battery staple").leadsTo("/")
	})
}

// The form sent twice, as by a double click: the second, which comes with the cookie of before or with the new one, ends where the
// first did, signed in.
func TestChangingThePasswordTwice(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		form := []string{"username", "seller@example.com", "old", password, "new", "battery staple"}
		before := b.cookie()
		b.post("/settings/password", form...).leadsTo("/settings")
		for range 5 { // what is right does not count as a guess
			slow := w.with(before)
			slow.post("/settings/password", form...).leadsTo("/settings")
			slow.get("/settings").want(http.StatusOK, "Your password is changed, and you are signed out everywhere else.")
			b.post("/settings/password", form...).leadsTo("/settings")
		}
		b.get("/settings").want(http.StatusOK, "Your password is changed, and you are signed out everywhere else.")
	})
}

// Whichever of the two is carried out, both end there, and the session of each goes on: the browser keeps that of one of them.
func TestChangingThePasswordTwiceAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		before := w.as("seller").cookie()
		browsers := []*browser{w.with(before), w.with(before)}
		var both sync.WaitGroup
		for _, b := range browsers {
			both.Go(func() {
				b.post("/settings/password", "username", "seller@example.com", "old", password, "new", "battery staple").leadsTo("/settings")
			})
		}
		both.Wait()
		for _, b := range browsers {
			b.get("/settings").want(http.StatusOK, "Your password is changed")
		}
	})
}

// Nobody learns or gets anything by that without the password, and it is no way to guess one.
func TestThePasswordFormLetsNobodyIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, form := range [][]string{
			{"old", password, "new", password},
			{"username", "seller@example.com", "old", password, "new", "battery staple"},
			{"username", "keyless@example.com", "old", "", "new", ""},
			{"username", "gone@example.com", "old", password, "new", password},
		} {
			r := w.stranger().post("/settings/password", form...).leadsTo("/sign-in")
			if r.header.Get("Set-Cookie") != "" {
				t.Errorf("%q got a cookie", form)
			}
		}
		w.server = w.serve("http://tasks.example.com") // which has not counted any
		for range 3 {
			w.stranger().post("/settings/password", "username", "boss@example.com", "new", "wrong").leadsTo("/sign-in")
		}
		w.stranger().post("/settings/password", "username", "boss@example.com", "new", password).leadsTo("/sign-in")
		w.stranger().post("/sign-in", "email", "boss@example.com", "password", password).want(http.StatusTooManyRequests, "")

		b := w.as("seller") // somebody's open browser, in which a guess is one guess
		w.clock.Advance(time.Minute)
		b.post("/settings/password", "old", "wrong", "new", password).want(http.StatusUnprocessableEntity, "This is not your password.")
	})
}

// Who sits down at somebody's open browser can't guess his password there.
func TestGuessingTheOldPasswordIsStoppedToo(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		for range 3 {
			b.post("/settings/password", "old", "wrong", "new", "battery staple").want(http.StatusUnprocessableEntity, "This is not your password.")
		}
		b.post("/settings/password", "old", password, "new", "battery staple").
			want(http.StatusUnprocessableEntity, "Too many passwords were wrong. Wait 15 minutes and try again.")
	})
}

func TestOwnAccessKeys(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.get("/settings/keys").want(http.StatusOK, "No access keys yet. Make one to call the API.")
		made := b.post("/settings/keys").want(http.StatusCreated, "Copy both now.")
		shown := regexp.MustCompile(`<code id="access-key" class="secret">(\w+)</code>[^§]*<code id="secret-key" class="secret">(\w+)</code>`).FindStringSubmatch(made.body)
		if shown == nil {
			t.Fatalf("no keys are shown in %s", made.body)
		}
		key, secret := shown[1], shown[2]
		made.want(http.StatusCreated, "x-LSQ-AccessKey: "+key).want(http.StatusCreated, "x-LSQ-SecretKey: "+secret)
		caller, err := w.Authenticate(t.Context(), key, secret)
		w.must(err)
		if caller.User.ID != w.users["seller"].ID {
			t.Errorf("it calls as %s", caller.User.Email)
		}
		b.get("/settings/keys").want(http.StatusOK, key).want(http.StatusOK, ">never</td>").lacks(secret)
		w.must(w.WriteKeyUses(t.Context()))
		b.get("/settings/keys").want(http.StatusOK, `><time datetime="2026-03-01T12:00:00Z" title="2026-03-01 12:00 &#43;00:00">today 12:00</time></td>
<td><details>`)
		w.as("boss").get("/settings/keys").lacks(key)

		w.clock.Advance(time.Hour)
		b.post("/settings/keys/revoke", "key", key).leadsTo("/settings/keys")
		b.get("/settings/keys").want(http.StatusOK, "The access key "+key+" is revoked.").want(http.StatusOK, "2026-03-01 13:00").lacks("Revoke it")
		if _, err := w.Authenticate(t.Context(), key, secret); tickler.KindOf(err) != tickler.KindUnauthenticated {
			t.Errorf("it still admits (%v)", err)
		}

		w.clock.Advance(time.Hour) // the form is sent once more, as by a double click
		b.post("/settings/keys/revoke", "key", key).leadsTo("/settings/keys")
		b.get("/settings/keys").want(http.StatusOK, "2026-03-01 13:00").lacks("2026-03-01 14:00")
	})
}

func TestNobodyRevokesAnothersKey(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		b.post("/settings/keys/revoke", "key", "KEYOFADMIN").want(http.StatusForbidden, "Only administrators may make or revoke the access keys of others.")
		b.post("/settings/keys/revoke", "key", "no such key").want(http.StatusNotFound, "There is no access key &#39;no such key&#39;")
		if _, err := w.Authenticate(t.Context(), "KEYOFADMIN", "secret"); err != nil {
			t.Error(err)
		}
	})
}

func TestAccountSettings(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		b.get("/settings/account").want(http.StatusOK, `name="zone" value="UTC"`).want(http.StatusOK, `name="rateLimit" value="25/5s"`).lacks(" checked")
		b.post("/settings/account", "zone", "Mars", "rateLimit", "many", "legacyErrorStatus", "on").
			want(http.StatusUnprocessableEntity, `id="zone-mistake"`).want(http.StatusUnprocessableEntity, `id="rateLimit-mistake"`).
			want(http.StatusUnprocessableEntity, `value="many"`).want(http.StatusUnprocessableEntity, " checked")
		b.post("/settings/account", "zone", "Asia/Kolkata", "rateLimit", "100/10s", "legacyErrorStatus", "on").leadsTo("/settings/account")
		b.get("/settings/account").want(http.StatusOK, "The account&#39;s settings are saved.").want(http.StatusOK, " checked").
			want(http.StatusOK, "Times are those of Asia/Kolkata.")
		account := w.caller("admin").Account
		if account.Zone.String() != "Asia/Kolkata" || account.RateLimit != (tickler.RateLimit{Calls: 100, Window: 10 * time.Second}) || !account.LegacyErrorStatus {
			t.Errorf("the account is %+v", account.Account)
		}
	})
}

// accountAsShown returns what the form of the account's settings sends when nothing is changed.
func (b *browser) accountAsShown() map[string]string {
	b.t.Helper()
	return shownIn(b.get("/settings/account").want(http.StatusOK, "<h1>Account</h1>"))
}

// shownIn returns what a page's form sends when nothing is changed.
func shownIn(page reply) map[string]string {
	sent := map[string]string{}
	for _, input := range inputs.FindAllStringSubmatch(page.body, -1) {
		if kind, name, value, rest := input[1], input[2], input[3], input[4]; kind != "checkbox" || strings.Contains(rest, " checked") {
			sent[name] = html.UnescapeString(value)
		}
	}
	return sent
}

var inputs = regexp.MustCompile(`<input type="(\w+)"(?: id="\w+")? name="(\w+)" value="([^"]*)"([^>]*)>`)

// saveAccount sends the form of the account's settings as it was shown, with some changes.
func (b *browser) saveAccount(shown map[string]string, changes ...string) reply {
	b.t.Helper()
	sent := maps.Clone(shown)
	for pair := range slices.Chunk(changes, 2) {
		sent[pair[0]] = pair[1]
	}
	var pairs []string
	for name, value := range sent {
		pairs = append(pairs, name, value)
	}
	return b.post("/settings/account", pairs...)
}

// wantAccount compares the account's settings, in the words of the form.
func (w *world) wantAccount(zone, limit string, legacy bool) {
	w.t.Helper()
	if a := w.caller("admin").Account; a.Zone.String() != zone || a.RateLimit.String() != limit || a.LegacyErrorStatus != legacy {
		w.t.Errorf("the account has %s, %s, %t, want %s, %s, %t", a.Zone, a.RateLimit, a.LegacyErrorStatus, zone, limit, legacy)
	}
}

// Two administrators have the page open at once. The later save sends only what that person
// changed.
func TestAdministratorsDontUndoEachOther(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ada, bea := w.as("admin"), w.as("admin")
		before := ada.accountAsShown()
		ada.saveAccount(before, "zone", "Asia/Kolkata", "legacyErrorStatus", "on").leadsTo("/settings/account")
		bea.saveAccount(before, "rateLimit", "100/10s").leadsTo("/settings/account")
		w.wantAccount("Asia/Kolkata", "100/10s", true)
		bea.saveAccount(before, "zone", "Asia/Kolkata").leadsTo("/settings/account") // both want the same
		w.wantAccount("Asia/Kolkata", "100/10s", true)

		now := ada.accountAsShown()
		delete(now, "legacyErrorStatus") // browsers don't send an unticked box
		ada.saveAccount(now).leadsTo("/settings/account")
		w.wantAccount("Asia/Kolkata", "100/10s", false)
	})
}

// If both change the same setting, the later one sees both values, and saves once more to
// overwrite.
func TestAdministratorsWhoChangeTheSameSeeBoth(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ada, bea := w.as("admin"), w.as("admin")
		before := ada.accountAsShown()
		ada.saveAccount(before, "zone", "Asia/Kolkata", "rateLimit", "50/5s").leadsTo("/settings/account")
		refused := bea.saveAccount(before, "zone", "Europe/Berlin", "legacyErrorStatus", "on").
			want(http.StatusUnprocessableEntity, `name="zone" value="Europe/Berlin"`).
			want(http.StatusUnprocessableEntity, `id="zone-mistake">Somebody else has set this to Asia/Kolkata in the meantime. Save again to set it to Europe/Berlin.`).
			want(http.StatusUnprocessableEntity, `name="rateLimit" value="50/5s"`).
			want(http.StatusUnprocessableEntity, " checked").lacks(`id="rateLimit-mistake"`)
		w.wantAccount("Asia/Kolkata", "50/5s", false)

		bea.saveAccount(shownIn(refused)).leadsTo("/settings/account")
		w.wantAccount("Europe/Berlin", "50/5s", true)
	})
}

// A zone that this machine does not know keeps nobody from setting something else.
func TestAnUnknownZoneStaysAsItIs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		_, err := w.store.ChangeAccount(t.Context(), w.account, tickler.AccountPatch{Zone: tickler.KeptZone("Mars/Olympus")}.Apply)
		w.must(err)
		b := w.as("admin")
		b.saveAccount(b.accountAsShown(), "rateLimit", "off").leadsTo("/settings/account")
		w.wantAccount("Mars/Olympus", "off", false)
	})
}

// When the zone changes, reminders by days stay where they were until somebody moves them on the
// next page.
func TestRemindersAreMovedToTheNewZoneWhenAsked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		due, days, at := now.Add(72*time.Hour), 1, civil.TimeOfDay(9*3600)
		task, err := w.CreateTask(t.Context(), w.caller("seller"),
			tickler.TaskDraft{Name: "Call Ada", DueAt: &due, Notify: true, ReminderDays: &days, ReminderTime: &at}, app.Options{})
		w.must(err)
		wantReminder := func(want time.Time) {
			t.Helper()
			kept, _, err := w.Task(t.Context(), w.caller("seller"), task.ID)
			w.must(err)
			if !kept.RemindAt.Equal(want) || !kept.WakeAt.Equal(want) {
				t.Errorf("it reminds at %v and wakes at %v, want %v", kept.RemindAt, kept.WakeAt, want)
			}
		}
		before := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
		b := w.as("admin")
		const page = "/settings/account/reminders"
		b.get(page).want(http.StatusOK, "All reminders are where the account's time zone, UTC, has them.")
		b.saveAccount(b.accountAsShown(), "rateLimit", "off").leadsTo("/settings/account")
		b.saveAccount(b.accountAsShown(), "zone", "Asia/Kolkata").leadsTo(page)
		b.get(page).want(http.StatusOK, "The account&#39;s settings are saved.").
			want(http.StatusOK, "1 reminder still to come was set for a time of day in the time zone before, and stays there.").
			want(http.StatusOK, "Move 1 reminder to Asia/Kolkata")
		wantReminder(before)

		w.as("marketer").post(page).want(http.StatusForbidden, "This page is for administrators of the account.")
		wantReminder(before)
		b.post(page).leadsTo("/settings/account")
		b.get("/settings/account").want(http.StatusOK, "Moved 1 reminder to the account&#39;s time zone.")
		wantReminder(before.Add(-5*time.Hour - 30*time.Minute))
		b.post(page).leadsTo("/settings/account")
		b.get("/settings/account").want(http.StatusOK, "Moved 0 reminders")
		b.get(page).want(http.StatusOK, "All reminders are where")
	})
}

func TestAccountSettingsAreForAdministrators(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for _, name := range []string{"marketer", "seller"} {
			b := w.as(name)
			b.get("/settings").lacks("/settings/account")
			b.get("/settings/account").want(http.StatusForbidden, "This page is for administrators of the account.")
			b.post("/settings/account", "zone", "Asia/Kolkata", "rateLimit", "off").want(http.StatusForbidden, "You can&#39;t do this")
		}
		if zone := w.caller("admin").Account.Zone; zone != time.UTC {
			t.Errorf("the zone is %s", zone)
		}
	})
}

func TestNamesAreEscaped(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		const hostile = `"><script>alert('x')</script>`
		user := w.users["seller"]
		user.ID, user.Email, user.LastName = newID(), "eve@example.com", hostile
		w.must(w.store.CreateUser(t.Context(), user, passwordHash()))
		b := w.as("eve")
		b.get("/settings").want(http.StatusOK, "&lt;script&gt;").lacks("<script>alert")
		b.post("/settings/time-zone", "zone", hostile).want(http.StatusUnprocessableEntity, "&lt;script&gt;").lacks("<script>alert")
		b.get("/"+strings.ReplaceAll(hostile, " ", "")).want(http.StatusNotFound, "").lacks("<script>alert")
	})
}
