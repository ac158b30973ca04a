package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/mail/mailtest"
)

func TestOutbox(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		refuse := make(chan bool, 1)
		refuse <- true
		o := openOffice(t, at, mailtest.Config{Rcpt: func(to string) error {
			refused := <-refuse
			defer func() { refuse <- refused }()
			if refused && to == "rep@example.com" {
				return mailtest.Reply(550, "no such rep")
			}
			return nil
		}})
		if rows := at.rows(t, "outbox list"); len(rows) != 0 {
			t.Errorf("at first the outbox shows %v", rows)
		}
		first, second, third := now.Add(time.Hour), now.Add(2*time.Hour), now.Add(3*time.Hour)
		failed := o.remind("failed", first, nil)
		o.remind("sent", second, attributes{"OwnerEmailAddress": "admin@example.com"})
		closed := o.remind("closed after it failed", third, nil)
		o.clock.Set(third)
		o.wantOutbox("moment state to late", "2026-03-01T15:00:00Z failed rep@example.com ", "2026-03-01T14:00:00Z sent admin@example.com 3600",
			"2026-03-01T13:00:00Z failed rep@example.com ")

		t.Run("list", func(t *testing.T) {
			for words, want := range map[string]string{
				"outbox list --state sent": "sent", "outbox list --state failed": "failed failed", "outbox list --state sent,failed": "failed sent failed",
				"outbox list --limit 1": "failed", "outbox list --limit 2": "failed sent", "outbox list --state expired,unsent,withdrawn,pending": "",
			} {
				var got []string
				for _, row := range at.rows(t, words) {
					got = append(got, row["state"])
				}
				if strings.Join(got, " ") != want {
					t.Errorf("%s: %v", words, got)
				}
			}
			printed := strings.Split(at.do(t, "outbox list"), "\n")
			if got := strings.Fields(printed[0]); !slices.Equal(got, []string{"ID", "MOMENT", "STATE", "LATE", "ATTEMPTS", "TO", "TASKID", "LASTERROR"}) || len(printed) != 5 {
				t.Errorf("it prints\n%s", strings.Join(printed, "\n"))
			}
		})
		rows := at.rows(t, "outbox list")
		if rows[2]["taskId"] != failed.String() {
			t.Errorf("%v is not about %s", rows[2], failed)
		}

		t.Run("refusals", func(t *testing.T) {
			const nobody = "01a1ffaa-f17b-701c-9c70-1d8bd5e43cad"
			for words, want := range map[string]string{
				"outbox retry":                      "say what to send again: by ids, or by --state",
				"outbox retry 1":                    "id can't be '1': it takes a GUID",
				"outbox retry " + nobody:            "There is no notification '" + nobody + "'.",
				"outbox retry --state sent":         `--state must be one of "expired","failed","unsent" but got "sent"`,
				"outbox list --state lost":          `--state must be one of "pending","sent","expired","failed","withdrawn","unsent" but got "lost"`,
				"outbox list --account " + nobody:   "There is no account '" + nobody + "'.",
				"outbox retry --state=failed --to=": "unknown flag --to",
			} {
				if r := o.do(words); r.err == nil || r.err.Error() != want || r.stdout != "" {
					t.Errorf("%s: %+v\nwant %s", words, r, want)
				}
			}
			if after := at.rows(t, "outbox list"); !cmp.Equal(rows, after) {
				t.Errorf("the refusals have made %v of %v", after, rows)
			}
		})

		t.Run("retry", func(t *testing.T) {
			<-refuse
			refuse <- false
			o.change("MarkComplete", closed, nil)
			if r := o.do("outbox retry --state failed"); r.err != nil || r.stdout != "2 notification(s) will be sent.\n" {
				t.Errorf("%+v", r)
			}
			o.wantOutbox("state attempts lastError", "withdrawn 1 ", "sent 1 ", "sent 2 ")
			// What was sent can be sent once more, by its id. It has the same Message-ID.
			if r := o.do("outbox retry --json", rows[2]["id"]); r.err != nil || r.stdout != "{\n  \"count\": 1\n}\n" {
				t.Errorf("%+v", r)
			}
			o.mail.Await(3)
			o.wantOutbox("state attempts", "withdrawn 1", "sent 1", "sent 3")
			var ids []string
			for _, message := range o.mail.Messages() {
				if message.To == "rep@example.com" {
					ids = append(ids, message.Letter(t).Header.Get("Message-Id"))
				}
			}
			if want := "<" + rows[2]["id"] + "@example.com>"; !slices.Equal(ids, []string{want, want}) {
				t.Errorf("sent %v, want twice %s", ids, want)
			}
		})
		o.stop()
		t.Run("pending", func(t *testing.T) { // while nothing runs
			if r := o.do("outbox retry", rows[1]["id"]); r.err != nil {
				t.Errorf("%+v", r)
			}
			want := "The notification '" + rows[1]["id"] + "' is still pending: it is sent without being asked."
			if r := o.do("outbox retry", rows[1]["id"]); r.err == nil || r.err.Error() != want {
				t.Errorf("%+v\nwant %s", r, want)
			}
		})
	})
}
