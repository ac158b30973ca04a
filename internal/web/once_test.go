package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tickler"
	"tickler/internal/jobs"
)

var onceToken = regexp.MustCompile(`<input type="hidden" name="once" value="([^"]+)" autocomplete="off">`)

// token opens the page of a form and returns the form's idempotency token.
func (b *browser) token(page string) string {
	b.t.Helper()
	found := onceToken.FindStringSubmatch(b.get(page).body)
	if found == nil {
		b.t.Fatalf("%s has no form that counts once", page)
	}
	return found[1]
}

// form is a form that creates something.
type form struct {
	page, action string
	fields       []string
	// made counts what the form has created.
	made func() int
}

// forms returns all forms that create something, each with data of its own.
func (w *world) forms() map[string]form {
	ended := func() string { return "/requests/" + w.work(w.submit("admin", mixed)).ID.String() }
	requests := func(operation tickler.BulkOperation) func() int {
		_, before, err := w.BulkRequests(w.t.Context(), w.caller("admin"), tickler.BulkFilter{Operation: operation}, tickler.Page{Limit: 1})
		w.must(err)
		return func() int {
			_, now, err := w.BulkRequests(w.t.Context(), w.caller("admin"), tickler.BulkFilter{Operation: operation}, tickler.Page{Limit: 1})
			w.must(err)
			return now - before
		}
	}
	resend, undo := ended(), ended() // before anything is deleted
	hook := w.webhook()
	hookPage := "/webhooks/" + hook.ID.String()
	secrets := func() tickler.WebhookSecrets {
		secrets, err := w.WebhookSecrets(w.t.Context(), w.caller("admin"))
		w.must(err)
		return secrets
	}
	first := secrets().Current
	added := func() int {
		acts, err := w.RecentActs(w.t.Context(), w.caller("admin"))
		w.must(err)
		isIt := func(act tickler.Act) bool { return act.Steps[0].Name == "Call Ada" }
		return len(slices.DeleteFunc(acts, func(act tickler.Act) bool { return !isIt(act) }))
	}
	before := added()
	next := w.doneWithLead(w.as("seller"))
	return map[string]form{
		"what is next": {next + "/next", next + "/next", []string{"note", "She agrees", "name", "Meet Asha", "day", "2026-03-03"}, func() int {
			_, total, err := w.TasksRelatedTo(w.t.Context(), w.caller("admin"), tickler.RelatedToLead, w.taskAt(next).Related.ID, tickler.Page{Limit: 1})
			w.must(err)
			return total - 1
		}},
		"task by a line": {"/add", "/add", []string{"line", "Call Ada tomorrow"}, func() int { return added() - before }},
		"resend":         {resend + "/resend", resend + "/resend", []string{"body", `{"TaskList":[{"Name":"n"}]}`}, requests(tickler.BulkCreate)},
		"undo":           {undo, undo + "/undo", nil, requests(tickler.BulkUndo)},
		"all that match": {
			"/tasks?owner=", "/tasks/act", []string{"all", "1", "filter", "owner=", "do", "complete"}, requests(tickler.BulkUpdate),
		},
		"webhook": {"/webhooks/new", "/webhooks", []string{"url", "https://example.com/new", "event", "7"}, func() int {
			all, err := w.Subscriptions(w.t.Context(), w.caller("admin"))
			w.must(err)
			return len(all) - 1
		}},
		"view": {"/tasks", "/views", []string{"name", "Mine", "list", "owner=me"}, func() int {
			views, err := w.SavedViews(w.t.Context(), w.caller("admin"))
			w.must(err)
			return len(views)
		}},
		"lead": {"/leads/new", "/leads", []string{"first", "Ravi"}, func() int {
			all, err := w.QuickSearch(w.t.Context(), w.caller("admin"), "ravi", 10)
			w.must(err)
			return len(all)
		}},
		"trial": {hookPage, hookPage + "/try", nil, func() int { return len(w.deliveriesOf(hook)) }},
		"access key": {"/settings/keys", "/settings/keys", nil, func() int {
			keys, err := w.OwnAccessKeys(w.t.Context(), w.caller("admin"))
			w.must(err)
			return len(keys) - 1
		}},
		"webhook secret": {"/settings/webhook-secret", "/settings/webhook-secret", nil, func() int {
			switch after := secrets(); first {
			case after.Current:
				return 0
			case after.Previous:
				return 1
			default:
				return 2 // receivers that know only the first one have lost it
			}
		}},
	}
}

// webhook makes a subscription whose deliveries are not sent by themselves.
func (w *world) webhook() tickler.Subscription {
	w.t.Helper()
	made := w.as("admin").post("/webhooks", "url", "https://example.com/hook", "event", "20")
	id, err := tickler.ParseID(strings.TrimPrefix(made.header.Get("Location"), "/webhooks/"))
	w.must(err)
	s, err := w.Subscription(w.t.Context(), w.caller("admin"), id)
	w.must(err)
	return s
}

func (w *world) deliveriesOf(s tickler.Subscription) []tickler.Delivery {
	w.t.Helper()
	all, err := w.DeliveriesOfSubscription(w.t.Context(), w.caller("admin"), s.ID, tickler.Page{Limit: 100})
	w.must(err)
	return all
}

// A form that is sent twice, as by a double click on a slow line, creates one thing, and leads to
// it both times.
func TestAFormSentTwiceCountsOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		for name, f := range w.forms() {
			send := append([]string{"once", b.token(f.page)}, f.fields...)
			first, second := b.post(f.action, send...), b.post(f.action, send...)
			wantSameEnd(t, name, first, second)
			if made := f.made(); made != 1 {
				t.Errorf("%s: %d made", name, made)
			}
			if made := b.post(f.action, append([]string{"once", b.token(f.page)}, f.fields...)...); made.status >= http.StatusBadRequest {
				t.Errorf("%s, from the page opened anew: %d", name, made.status)
			} else if n := f.made(); n != 2 && name != "undo" || n != 1 && name == "undo" { // a request is undone once
				t.Errorf("%s, from the page opened anew: %d made", name, n)
			}
		}
	})
}

func TestAFormSentTwiceAtOnceCountsOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		for name, f := range w.forms() {
			send := append([]string{"once", b.token(f.page)}, f.fields...)
			replies := make([]reply, 4)
			var all sync.WaitGroup
			for i := range replies {
				all.Go(func() { replies[i] = b.again().post(f.action, send...) })
			}
			all.Wait()
			for _, r := range replies[1:] {
				wantSameEnd(t, name, replies[0], r)
			}
			if made := f.made(); made != 1 {
				t.Errorf("%s: %d made", name, made)
			}
		}
	})
}

// A delivery is sent again once, even if it was delivered before the form came a second time.
func TestAReplaySentTwiceCountsOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		hook, b := w.webhook(), w.as("admin")
		here := "/webhooks/" + hook.ID.String()
		b.post(here + "/try")
		taken := func() {
			t.Helper()
			_, err := w.RecordAttempt(t.Context(), w.account, w.deliveriesOf(hook)[0].ID, tickler.DeliveryAttempt{At: w.clock.Now(), Status: http.StatusOK})
			w.must(err)
		}
		taken()
		replay, token := here+"/deliveries/"+w.deliveriesOf(hook)[0].ID.String()+"/replay", b.token(here)
		b.post(replay, "once", token).leadsTo(here)
		if d := w.deliveriesOf(hook)[0]; d.State != tickler.DeliveryPending {
			t.Fatalf("it is %s", d.State)
		}
		taken()
		b.post(replay, "once", token).leadsTo(here)
		if d := w.deliveriesOf(hook)[0]; d.State != tickler.DeliveryDone {
			t.Errorf("it is %s", d.State)
		}
	})
}

// A report is mailed again once.
func TestAReportAskedForTwiceIsMailedOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r, b := w.work(w.submit("admin", mixed)), w.as("admin")
		here := "/requests/" + r.ID.String()
		mailed := func() {
			t.Helper()
			w.must(w.NoteReport(t.Context(), w.account, r.ID, tickler.ReportMail{State: tickler.ReportSent, Attempts: 1, SettledAt: now}, jobs.Ref{}))
		}
		mailed()
		token := b.token(here)
		b.post(here+"/report", "once", token).leadsTo(here)
		mailed()
		b.post(here+"/report", "once", token).leadsTo(here)
		if r, _, err := w.BulkRequest(t.Context(), w.caller("admin"), r.ID); r.Report.State != tickler.ReportSent || err != nil {
			t.Errorf("it is %s (%v)", r.Report.State, err)
		}
	})
}

// again returns the same browser in another tab.
func (b *browser) again() *browser {
	jar, _ := cookiejar.New(nil) // it never fails
	if at, err := url.Parse(b.url); err == nil {
		jar.SetCookies(at, b.client.Jar.Cookies(at))
	}
	client := *b.client
	client.Jar = jar
	return &browser{b.t, b.url, &client}
}

// wantSameEnd checks that sending a form twice leads to the same page. The form of an access key
// shows its secret once.
func wantSameEnd(t *testing.T, name string, first, second reply) {
	t.Helper()
	if name == "access key" {
		for _, r := range []reply{first, second} {
			if r.status != http.StatusCreated && r.header.Get("Location") != "/settings/keys" {
				t.Errorf("%s: %d to %q", name, r.status, r.header.Get("Location"))
			}
		}
		return
	}
	if to := first.header.Get("Location"); first.status != http.StatusSeeOther || second.status != http.StatusSeeOther || to != second.header.Get("Location") {
		t.Errorf("%s leads to %d %q, then to %d %q", name, first.status, to, second.status, second.header.Get("Location"))
	}
}

// The content counts too: a form that was sent, changed and sent again is a new one.
func TestAFormThatIsChangedCountsAnew(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		f := w.forms()["webhook"]
		token := b.token(f.page)
		first := b.post(f.action, "once", token, "url", "https://example.com/a", "event", "7").header.Get("Location")
		second := b.post(f.action, "once", token, "url", "https://example.com/b", "event", "7").header.Get("Location")
		if first == second || f.made() != 2 {
			t.Errorf("both lead to %q, and %d are made", first, f.made())
		}
	})
}

// A form with a mistake can be sent again.
func TestAFormWithMistakesDoesNotCount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("admin")
		f := w.forms()["webhook"]
		token := b.token(f.page)
		b.post(f.action, "once", token, "url", "ftp://example.com", "event", "7").want(http.StatusUnprocessableEntity, "Expected a URL like")
		b.post(f.action, "once", token, "url", "ftp://example.com", "event", "7").want(http.StatusUnprocessableEntity, "Expected a URL like")
		if made := f.made(); made != 0 {
			t.Errorf("%d made", made)
		}
	})
}

func TestTheSecretOfAKeyIsShownOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		token := b.token("/settings/keys")
		b.post("/settings/keys", "once", token).want(http.StatusCreated, "Your new access key")
		b.post("/settings/keys", "once", token).leadsTo("/settings/keys")
		b.get("/settings/keys").want(http.StatusOK, "The form was sent twice, and made one access key.").lacks("Your new access key")
	})
}
