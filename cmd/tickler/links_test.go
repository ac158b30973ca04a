package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/mail/mailtest"
)

// letterAbout waits until the reminder of a task is mailed and returns the mail.
func (o *office) letterAbout(name string, at time.Time) mailtest.Letter {
	o.t.Helper()
	o.passTo(at)
	for _, m := range o.mail.Messages() {
		if letter := m.Letter(o.t); strings.Contains(letter.Subject, name) {
			return letter
		}
	}
	o.t.Fatalf("no mail about %q has come", name)
	return mailtest.Letter{}
}

// link returns the path of a link in a mail, by what stands before it in the text. The same link is
// in the HTML.
func (o *office) link(letter mailtest.Letter, label string) string {
	o.t.Helper()
	found := regexp.MustCompile(label + `: https://tasks\.example\.com(/m/[\w-]+)\n`).FindStringSubmatch(letter.Text)
	if found == nil || !strings.Contains(letter.HTML, `href="https://tasks.example.com`+found[1]+`"`) {
		o.t.Fatalf("no link %q in\n%s\n%s", label, letter.Text, letter.HTML)
	}
	return found[1]
}

func (o *office) wantVisit(path string, form url.Values, status int, text string) {
	o.t.Helper()
	if r := o.visit(path, form); r.Status != status || !strings.Contains(r.Body, text) {
		o.t.Errorf("%s: got %d, want %d with %q in\n%s", path, r.Status, status, text, r.Body)
	}
}

func TestATaskIsDoneFromItsMail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		due := now.Add(time.Hour)
		id := o.remind("Call Ada", due, nil)
		done := o.link(o.letterAbout("Call Ada", due), "Done")
		o.likeABrowser()
		o.wantVisit(done, nil, http.StatusOK, "Mark as done")
		o.wantVisit(done, url.Values{"do": {"done"}}, http.StatusSeeOther, "")
		o.wantVisit(done, nil, http.StatusOK, "You marked this task as done from your mail")
		if task := o.task(id); task.Status != "Completed" {
			t.Errorf("it is %+v", task)
		}
		var via, kind int
		if err := o.db.QueryRowContext(t.Context(), `SELECT via, kind FROM task_change`).Scan(&via, &kind); err != nil ||
			tickler.OriginKind(via) != tickler.ViaMail || tickler.ChangeKind(kind) != tickler.ChangeCompleted {
			t.Errorf("its history has the kind %d by way %d, %v", kind, via, err)
		}
	})
}

// A snoozed reminder comes again, in a mail whose links work.
func TestATaskIsSnoozedFromItsMail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		due := now.Add(time.Hour)
		id := o.remind("Call Ada", due, attributes{"EffortEstimateUnit": "hour"})
		first := o.letterAbout("Call Ada", due)
		o.likeABrowser()
		o.wantVisit(o.link(first, "Snooze"), url.Values{"do": {"snooze"}, "until": {"hour"}}, http.StatusSeeOther, "")
		o.passTo(due.Add(time.Hour))
		var second mailtest.Letter
		for _, m := range o.mail.Messages() {
			if letter := m.Letter(t); strings.Contains(letter.Subject, "Call Ada") {
				second = letter
			}
		}
		if second.Header.Get("Message-Id") == first.Header.Get("Message-Id") {
			t.Fatal("it has not come again")
		}
		o.wantVisit(o.link(first, "Done"), url.Values{"do": {"done"}}, http.StatusConflict, "The reminder has moved")
		o.wantVisit(o.link(second, "Done"), url.Values{"do": {"done"}}, http.StatusSeeOther, "")
		if task := o.task(id); task.Status != "Completed" {
			t.Errorf("it is %+v", task)
		}
	})
}

// A mail program turns reminder mails off by one POST (RFC 8058), and what is not mailed then says
// why.
func TestReminderMailsAreTurnedOffByOneClick(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		due := now.Add(time.Hour)
		o.remind("Call Ada", due, nil)
		o.remind("Call Bob", due.Add(time.Hour), nil)
		letter := o.letterAbout("Call Ada", due)
		header := letter.Header.Get("List-Unsubscribe")
		path := o.link(letter, "Turn reminder mails off")
		if header != "<https://tasks.example.com"+path+">" || letter.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("it is turned off by %q", header)
		}
		if r := o.call(http.MethodPost, path, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded"); r.Status != http.StatusOK {
			t.Errorf("one click answers %d\n%s", r.Status, r.Body)
		}
		o.passTo(due.Add(time.Hour))
		o.wantOutbox("to state lastError",
			"rep@example.com withdrawn the owner has turned reminder mails off", "admin@example.com sent ",
			"rep@example.com sent ", "admin@example.com sent ")
	})
}

// After a rotation no older link works, on any node, and new mails have new ones.
func TestLinksRotate(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		due := now.Add(time.Hour)
		o.remind("Call Ada", due, nil)
		o.remind("Call Bob", due.Add(time.Hour), nil)
		old := o.link(o.letterAbout("Call Ada", due), "Done")
		o.wantVisit(old, nil, http.StatusOK, "Mark as done")
		if printed := o.at.do(t, "links rotate"); !strings.Contains(printed, "No link in the mails sent so far works any more.") {
			t.Errorf("it prints %q", printed)
		}
		o.wantVisit(old, nil, http.StatusForbidden, "This link doesn&#39;t work")
		o.wantVisit(o.link(o.letterAbout("Call Bob", due.Add(time.Hour)), "Done"), nil, http.StatusOK, "Mark as done")
	})
}
