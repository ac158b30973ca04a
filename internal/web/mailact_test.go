package web_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// reminded makes a task of a user's whose reminder has come, and returns it with the paths of the
// links in its mail.
func (w *world) reminded(owner, name string) (task tickler.Task, links app.MailLinks) {
	w.t.Helper()
	made, err := w.CreateTask(w.t.Context(), w.caller("admin"),
		tickler.TaskDraft{Name: name, Description: "the price is secret", OwnerID: w.users[owner].ID, DueAt: inAnHour(), Notify: true}, app.Options{})
	w.must(err)
	w.clock.Set(made.DueAt)
	_, err = w.ClaimDue(w.t.Context(), w.clock.Now(), 100)
	w.must(err)
	return made.Task, w.mailed(made.ID)
}

// mailed signs the links in the mail about a task.
func (w *world) mailed(task tickler.ID) app.MailLinks {
	w.t.Helper()
	all, err := w.Notifications(w.t.Context(), w.caller("admin"), nil, tickler.Page{Limit: 100})
	w.must(err)
	i := slices.IndexFunc(all, func(n tickler.Notification) bool { return n.TaskID == task })
	if i < 0 {
		w.t.Fatalf("there is no notification of %s", task)
	}
	links, err := w.MailLinks(w.t.Context(), all[i])
	w.must(err)
	return app.MailLinks{Done: "/m/" + links.Done, Snooze: "/m/" + links.Snooze, Off: "/m/" + links.Off}
}

// asIs reads a task.
func (w *world) asIs(id tickler.ID) tickler.Task {
	w.t.Helper()
	task, found, err := w.store.Task(w.t.Context(), w.account, id)
	w.must(err)
	if !found {
		w.t.Fatalf("the task %s is gone", id)
	}
	return task
}

// wantUntouched checks that a task is as it was.
func (w *world) wantUntouched(task tickler.Task) {
	w.t.Helper()
	if got := w.asIs(task.ID); got.Version != task.Version || got.State != task.State || !got.RemindAt.Equal(task.RemindAt) {
		w.t.Errorf("the task was changed: %+v", got)
	}
}

func TestATaskIsDoneFromItsMail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, links := w.reminded("seller", "Call <b>Ada</b>")
		b := w.stranger()
		page := b.get(links.Done).want(http.StatusOK, `<h1 dir="auto">Call &lt;b&gt;Ada&lt;/b&gt;</h1>`).want(http.StatusOK, "Mark as done</button>").
			want(http.StatusOK, `<time datetime="2026-03-01T13:00:00Z"`).lacks("secret").lacks("seller").lacks(task.ID.String())
		if n := strings.Count(page.body, "<a "); n != 3 { // to the content, and twice to where people sign in
			t.Errorf("%d links are in\n%s", n, page.body)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"} {
			if got := page.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		w.wantUntouched(task)

		b.post(links.Done, "do", "done").leadsTo(links.Done)
		b.get(links.Done).want(http.StatusOK, "<h1>Done</h1>").want(http.StatusOK, "You marked this task as done from your mail")
		if got := w.asIs(task.ID); got.State != tickler.StateCompleted || got.CompletedBy != w.users["seller"].ID || got.Version != 2 {
			t.Errorf("it is %+v", got)
		}
		w.as("seller").get("/tasks/"+task.ID.String()).want(http.StatusOK, "<strong>Done</strong>").want(http.StatusOK, "from a mail")

		b.post(links.Done, "do", "done").want(http.StatusOK, "<h1>Done</h1>") // a second click
		_, err := w.ReopenTask(t.Context(), w.caller("seller"), task.ID)
		w.must(err)
		b.post(links.Done, "do", "done").want(http.StatusOK, "This link has been used").want(http.StatusOK, "nothing was done now")
		if got := w.asIs(task.ID); got.State != tickler.StateOpen {
			t.Errorf("the link works twice: %+v", got)
		}
	})
}

// What is done from a mail is an act of who got it, like those on the pages: they can take it back.
func TestWhatIsDoneFromAMailCanBeUndone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, links := w.reminded("seller", "Call Ada")
		w.stranger().post(links.Done, "do", "done").leadsTo(links.Done)
		_, err := w.UndoAct(t.Context(), w.caller("seller"))
		w.must(err)
		if got := w.asIs(task.ID); got.State != tickler.StateOpen {
			t.Errorf("it is %+v", got)
		}
	})
}

func TestATaskIsSnoozedFromItsMail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.as("seller").post("/settings/time-zone", "zone", "Asia/Kolkata")
		task, links := w.reminded("seller", "Call Ada") // at 18:30 there, a Sunday
		b := w.stranger()
		b.get(links.Snooze).want(http.StatusOK, "When shall we remind you again?").want(http.StatusOK, `value="hour"`).
			want(http.StatusOK, `value="tomorrow"`).lacks(`value="afternoon"`).lacks(`value="monday"`) // which is tomorrow
		b.post(links.Snooze, "do", "snooze").want(http.StatusOK, "When shall we remind you again?")
		b.post(links.Snooze, "do", "snooze", "until", "afternoon").want(http.StatusOK, "When shall we remind you again?")
		b.post(links.Snooze, "do", "snooze", "until", "2099-01-01T00:00:00Z").want(http.StatusOK, "When shall we remind you again?")
		w.wantUntouched(task)

		b.post(links.Snooze, "do", "snooze", "until", "tomorrow").leadsTo(links.Snooze)
		want := time.Date(2026, 3, 2, 3, 30, 0, 0, time.UTC) // 9:00 there
		if got := w.asIs(task.ID); !got.SnoozedUntil.Equal(want) || !got.WakeAt.Equal(want) || !got.DueAt.Equal(task.DueAt) {
			t.Errorf("it is %+v", got)
		}
		b.get(links.Snooze).want(http.StatusOK, "<h1>Snoozed</h1>").want(http.StatusOK, `<time datetime="2026-03-02T03:30:00Z"`)
		b.get(links.Done).want(http.StatusConflict, "The reminder has moved")

		w.clock.Set(want)
		_, err := w.ClaimDue(t.Context(), want, 100)
		w.must(err)
		again := w.mailed(task.ID) // the next mail has links of its own
		b.post(links.Done, "do", "done").want(http.StatusConflict, "The reminder has moved")
		b.post(again.Done, "do", "done").leadsTo(again.Done)
		if got := w.asIs(task.ID); got.State != tickler.StateCompleted {
			t.Errorf("it is %+v", got)
		}
		b.get(links.Snooze).want(http.StatusOK, "This link has been used")
	})
}

// Whatever has happened meanwhile, a link says so, and does nothing.
func TestALinkThatIsTooLateSaysWhy(t *testing.T) {
	type late struct {
		happens func(w *world, task tickler.Task)
		status  int
		says    string
		hides   bool // which task it was
	}
	change := func(do func(w *world, task tickler.Task) error) func(w *world, task tickler.Task) {
		return func(w *world, task tickler.Task) { w.must(do(w, task)) }
	}
	patch := func(p tickler.TaskPatch) func(w *world, task tickler.Task) {
		return change(func(w *world, task tickler.Task) error {
			_, err := w.UpdateTask(w.t.Context(), w.caller("admin"), task.ID, p, app.Options{})
			return err
		})
	}
	onEachEngine(t, func(t *testing.T, w *world) {
		handOver := patch(tickler.TaskPatch{OwnerID: w.users["loner"].ID})
		for name, test := range map[string]late{
			"completed": {change(func(w *world, task tickler.Task) error {
				_, err := w.CompleteTask(w.t.Context(), w.caller("admin"), task.ID)
				return err
			}), http.StatusConflict, "Already done", false},
			"cancelled": {change(func(w *world, task tickler.Task) error {
				_, err := w.CancelTask(w.t.Context(), w.caller("admin"), task.ID)
				return err
			}), http.StatusConflict, "The task is cancelled", false},
			"deleted": {change(func(w *world, task tickler.Task) error {
				_, err := w.Act(w.t.Context(), w.caller("admin"), []tickler.ID{task.ID}, app.Deleting())
				return err
			}), http.StatusGone, "The task is gone", true},
			"handed on": {handOver, http.StatusGone, "The task is somebody else&#39;s", true},
			"moved":     {patch(tickler.TaskPatch{DueAt: tickler.Of(now.Add(50 * time.Hour))}), http.StatusConflict, "The reminder has moved", false},
			"done by its owner, and then handed on": {func(w *world, task tickler.Task) {
				_, err := w.CompleteTask(w.t.Context(), w.caller("admin"), task.ID)
				w.must(err)
				handOver(w, task)
			}, http.StatusGone, "The task is somebody else&#39;s", true},
			"expired": {func(w *world, _ tickler.Task) { w.clock.Advance(7 * 24 * time.Hour) }, http.StatusGone, "This link has expired", true},
			"rotated": {change(func(w *world, _ tickler.Task) error { return w.RotateLinkKey(w.t.Context()) }), http.StatusForbidden, "This link doesn&#39;t work", true},
		} {
			w.clock.Set(now)
			task, links := w.reminded("seller", "Call Ada "+name)
			b := w.stranger()
			b.get(links.Done).want(http.StatusOK, "Mark as done")
			test.happens(w, task)
			before, found, err := w.store.Task(t.Context(), w.account, task.ID)
			w.must(err)
			for _, link := range []string{links.Done, links.Snooze} {
				for _, r := range []reply{b.get(link), b.post(link, "do", "done"), b.post(link, "do", "snooze", "until", "tomorrow")} {
					r.want(test.status, test.says)
					if strings.Contains(r.body, task.Name) == test.hides {
						t.Errorf("%s: whether it names the task: %t\n%s", name, !test.hides, r.body)
					}
				}
			}
			if found {
				w.wantUntouched(before)
			}
		}
		w.clock.Set(now)
		task, links := w.reminded("loner", "Call Ada")
		w.must(w.DeactivateUser(t.Context(), w.caller("admin"), w.users["loner"]))
		b := w.stranger()
		for _, link := range []string{links.Done, links.Snooze, links.Off} {
			b.get(link).want(http.StatusGone, "This can&#39;t be done any more").lacks("Call Ada")
			b.post(link, "do", "done").want(http.StatusGone, "This can&#39;t be done any more")
			b.post(link, "do", "off").want(http.StatusGone, "This can&#39;t be done any more")
		}
		w.wantUntouched(task)
	})
}

// Mail scanners open links, and some send more than GET. Nothing but our button acts.
func TestNothingButTheButtonActs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, links := w.reminded("seller", "Call Ada")
		b := w.stranger()
		for _, link := range []string{links.Done, links.Snooze, links.Off} {
			b.get(link).want(http.StatusOK, "")
			b.do(http.MethodGet, link, "", "Purpose", "prefetch", "Sec-Purpose", "prefetch;prerender").want(http.StatusOK, "")
			b.do(http.MethodHead, link, "").want(http.StatusOK, "")
			b.get(link+"?do=done&until=hour&List-Unsubscribe=One-Click").want(http.StatusOK, "")
			for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
				b.do(method, link, "do=done").want(http.StatusMethodNotAllowed, "")
			}
		}
		// what our button for another link sends, and what mail programs send to the wrong one
		b.post(links.Done, "List-Unsubscribe", "One-Click").want(http.StatusOK, "Mark as done")
		b.post(links.Done).want(http.StatusOK, "Mark as done")
		b.post(links.Done, "do", "snooze", "until", "hour").want(http.StatusOK, "Mark as done")
		b.post(links.Snooze, "do", "done").want(http.StatusOK, "When shall we")
		b.post(links.Off, "do", "done").want(http.StatusOK, "Turn reminder mails off?")
		b.post(links.Off, "List-Unsubscribe", "No").want(http.StatusOK, "Turn reminder mails off?")
		b.do(http.MethodPost, links.Off+"?do=off&List-Unsubscribe=One-Click", "", "Content-Type", "application/x-www-form-urlencoded").
			want(http.StatusOK, "Turn reminder mails off?")
		w.wantUntouched(task)
		if w.caller("seller").User.RemindersOff {
			t.Error("the mails are off")
		}
	})
}

// A link is good for what was signed, and for nothing else.
func TestForgedLinksAreRefused(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, links := w.reminded("seller", "Call Ada")
		other, others := w.reminded("boss", "Call Bob")
		tokens, err := w.Tokens(t.Context())
		w.must(err)
		sign := func(subject string) string { return "/m/" + tokens.Sign(subject, now.Add(48*time.Hour)) }
		account, foreign := string(w.account[:]), newID()
		token := strings.TrimPrefix(links.Done, "/m/")
		b := w.stranger()
		for name, forged := range map[string]struct {
			link   string
			status int
		}{
			"tampered":                  {"/m/" + token[:len(token)-2] + "AA", http.StatusForbidden},
			"cut":                       {"/m/" + token[:len(token)/2], http.StatusForbidden},
			"two glued":                 {"/m/" + token + strings.TrimPrefix(others.Done, "/m/"), http.StatusForbidden},
			"spelled otherwise":         {links.Done[:20] + "%0A" + links.Done[20:], http.StatusForbidden},
			"by another key":            {"/m/" + app.NewTokens([]byte("guessed")).Sign("done/"+account+string(task.ID[:]), now.Add(48*time.Hour)), http.StatusForbidden},
			"of no act":                 {sign("delete/" + account + string(task.ID[:])), http.StatusNotFound},
			"of nothing":                {sign("done/" + account), http.StatusNotFound},
			"of the task":               {sign("done/" + account + string(task.ID[:])), http.StatusGone}, // not of its mail
			"of another account's":      {sign("done/" + string(foreign[:]) + string(task.ID[:])), http.StatusNotFound},
			"off, of another account's": {sign("off/" + string(foreign[:]) + string(task.ID[:])), http.StatusNotFound},
			"off, of nobody":            {sign("off/" + account + string(task.ID[:])), http.StatusGone},
		} {
			for _, r := range []reply{b.get(forged.link), b.post(forged.link, "do", "done"), b.post(forged.link, "do", "off", "List-Unsubscribe", "One-Click")} {
				if r.status != forged.status {
					t.Errorf("%s: got %d, want %d\n%s", name, r.status, forged.status, r.body)
				}
				r.lacks("Call Ada").lacks("Call Bob").lacks(w.account.String())
			}
		}
		w.wantUntouched(task)
		w.wantUntouched(other)
	})
}

// Nobody's session is touched or shown: a link is a stranger's, in whatever browser it is opened.
func TestALinkIsOpenedAsAStranger(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		_, links := w.reminded("seller", "Call Ada")
		admin := w.as("admin")
		r := admin.get(links.Done).want(http.StatusOK, "Mark as done").lacks("Sign out").lacks("/settings").lacks("Ada</button>")
		if r.header.Get("Set-Cookie") != "" {
			t.Errorf("it sets %s", r.header.Get("Set-Cookie"))
		}
		admin.post(links.Done, "do", "done").leadsTo(links.Done)
		admin.get("/requests").want(http.StatusOK, "Sign out")
		// what is done is its owner's, not of who was signed in
		all, err := w.RecentActs(t.Context(), w.caller("admin"))
		w.must(err)
		if len(all) > 0 {
			t.Errorf("the administrator has done %+v", all)
		}
	})
}

// However often and wherever a link is sent, the task is completed once.
func TestALinkThatIsSentManyTimesAtOnceActsOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, links := w.reminded("seller", "Call Ada")
		nodes := []*world{w, w.anotherNode()}
		var all sync.WaitGroup
		for i := range 8 {
			b := nodes[i%2].stranger()
			all.Go(func() {
				if r := b.post(links.Done, "do", "done"); r.status != http.StatusSeeOther && r.status != http.StatusOK {
					t.Errorf("got %d\n%s", r.status, r.body)
				}
			})
		}
		all.Wait()
		if got := w.asIs(task.ID); got.State != tickler.StateCompleted || got.Version != 2 {
			t.Errorf("it is %+v", got)
		}
		changes, err := w.store.TaskChanges(t.Context(), w.account, task.ID)
		w.must(err)
		if len(changes) != 1 || changes[0].Via.Kind != tickler.ViaMail || changes[0].By != w.users["seller"].ID {
			t.Errorf("its history is %+v", changes)
		}
	})
}

func TestReminderMailsAreTurnedOffAndOnAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		task, links := w.reminded("seller", "Call Ada")
		wantOff := func(off bool) {
			t.Helper()
			if got := w.caller("seller").User.RemindersOff; got != off {
				t.Errorf("they are off: %t, want %t", got, off)
			}
		}
		mailProgram := w.stranger()
		oneClick := func(link string) reply {
			return mailProgram.do(http.MethodPost, link, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded")
		}
		oneClick(links.Off).want(http.StatusOK, "Reminder mails are off")
		wantOff(true)
		oneClick(links.Off).want(http.StatusOK, "Reminder mails are off")

		seller := w.as("seller")
		seller.get("/tasks/"+task.ID.String()).want(http.StatusOK, "has turned reminder mails off")
		seller.get("/settings").want(http.StatusOK, "no reminder is mailed to seller@example.com")
		seller.post("/settings/reminder-mails", "mails", "on").leadsTo("/settings")
		seller.get("/settings").want(http.StatusOK, "Reminder mails are on.").want(http.StatusOK, "Turn reminder mails off</button>")
		wantOff(false)

		b := w.stranger()
		b.get(links.Off).want(http.StatusOK, "Turn reminder mails off?").lacks("seller").lacks("Call Ada")
		wantOff(false)
		b.post(links.Off, "do", "off").leadsTo(links.Off)
		b.get(links.Off).want(http.StatusOK, "Reminder mails are off")
		wantOff(true)

		seller.post("/settings/reminder-mails", "mails", "on").leadsTo("/settings")
		w.clock.Advance(89 * 24 * time.Hour)
		oneClick(links.Off).want(http.StatusOK, "Reminder mails are off")
		w.clock.Advance(48 * time.Hour)
		oneClick(links.Off).want(http.StatusGone, "This link has expired")
		wantOff(true)
		if boss := w.caller("boss").User; boss.RemindersOff {
			t.Error("somebody else's are off too")
		}
	})
}
