package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/api/apitest"
	"tickler/internal/clock/clocktest"
	"tickler/internal/eventually"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
	"tickler/internal/store/storetest"
)

// office is a program in this process, its mail server, and a clock that the test moves.
type office struct {
	*server
	at   place
	mail *mailtest.Server
	db   *sql.DB // read past the program
}

// restlessClock stands still until the test moves it, but short waits end in real time too. So
// polls and lease renewals go on, and yet only the test decides what time it is.
type restlessClock struct{ *clocktest.Clock }

func (c restlessClock) NewTimer(d time.Duration) (<-chan time.Time, func()) {
	const look, pause = 3 * time.Second, 40 * time.Millisecond
	moved, giveUp := c.Clock.NewTimer(d)
	if d > look {
		return moved, giveUp
	}
	first, stopped := make(chan time.Time, 1), make(chan struct{})
	go func() {
		defer giveUp()
		paused := time.NewTimer(pause)
		defer paused.Stop()
		select {
		case at := <-moved:
			first <- at
		case at := <-paused.C:
			first <- at
		case <-stopped:
		}
	}()
	return first, sync.OnceFunc(func() { close(stopped) })
}

// openOffice starts a program at a new place, with accounts for an administrator and a rep.
func openOffice(t *testing.T, at place, config mailtest.Config, setUp ...string) *office {
	t.Helper()
	k := at.setUp(t, append(setUp, "--rate-limit=off")...)
	at.do(t, "user add rep@example.com --first-name Rep")
	return at.reopen(t, k, now, mailtest.Start(t, config))
}

// reopen starts a program at a place that is already set up, at an instant. Without a mail server
// it mails nothing.
func (at place) reopen(t *testing.T, k apitest.Keys, as time.Time, server *mailtest.Server) *office {
	t.Helper()
	var args []string
	if server != nil {
		args = mailArgs(server)
	}
	clock := clocktest.New(as)
	s := at.serveBy(t, clock, &environment{clock: restlessClock{clock}, fixedClock: true}, append(args, "--public-url=https://tasks.example.com")...)
	s.keys = k
	return &office{server: s, at: at, mail: server, db: storetest.SQL(t, at.location())}
}

func mailArgs(server *mailtest.Server) []string {
	return []string{"--smtp-url=" + server.URL(), "--mail-from=Tickler <reminders@example.com>"}
}

// location is the location of the place's database.
func (at place) location() string {
	if at[0] == "--data" {
		return at[1] + "/tickler.db"
	}
	return at[1]
}

// attributes are the attributes of a call, by name.
type attributes map[string]any

// remind makes a task of the rep's with a reminder at its due date, unless the attributes say
// otherwise.
func (o *office) remind(name string, due time.Time, more attributes) tickler.ID {
	o.t.Helper()
	all := attributes{"Name": name, "DueDate": wireTime(due), "NotifyBy": "1100", "OwnerEmailAddress": "rep@example.com"}
	maps.Copy(all, more)
	return o.post(encode(o.t, all))
}

// change makes a call that changes a task.
func (o *office) change(operation string, id tickler.ID, changes attributes) {
	o.t.Helper()
	path, body := "/v2/Task.svc/"+operation+"?id="+id.String(), ""
	if operation == "Update" {
		all := attributes{"UserTaskId": id.String()}
		maps.Copy(all, changes)
		path, body = "/v2/Task.svc/Update", encode(o.t, all)
	}
	if r := o.call(http.MethodPost, path, body); r.Status != http.StatusOK || !strings.Contains(r.Body, `"AffectedRows":1`) {
		o.t.Fatalf("%s: %d %s", operation, r.Status, r.Body)
	}
}

func encode(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func wireTime(at time.Time) string { return at.Format(time.DateTime) }

// do runs a command at the office's place with its clock, and returns what it prints and how it
// ends.
func (o *office) do(words string, more ...string) result {
	o.t.Helper()
	var stdout, stderr bytes.Buffer
	args := slices.Concat(strings.Fields(words), more, o.at)
	err := run(o.t.Context(), args, &environment{stdout: &stdout, stderr: &stderr, clock: o.clock, fixedClock: true})
	return result{stdout.String(), stderr.String(), err}
}

// outbox waits until there are count notifications and none is pending, and returns them, the
// latest moment first.
func (o *office) outbox(count int) []map[string]string {
	o.t.Helper()
	eventually.Holds(o.t, fmt.Sprintf("%d notifications are settled", count), func() bool {
		all, pending := o.notifications()
		return all >= count && pending == 0
	})
	return o.at.rows(o.t, "outbox list")
}

// notifications counts all notifications, and the pending ones.
func (o *office) notifications() (all, pending int) {
	o.t.Helper()
	err := o.db.QueryRowContext(o.t.Context(), `SELECT count(*), count(CASE WHEN state = $1 THEN 1 END) FROM notification`, tickler.NotificationPending).
		Scan(&all, &pending)
	if err != nil {
		o.t.Fatal(err)
	}
	return all, pending
}

// wantOutbox waits until all notifications are settled, and compares some columns of the outbox
// with what is wanted.
func (o *office) wantOutbox(columns string, want ...string) {
	o.t.Helper()
	var got []string
	for _, row := range o.outbox(len(want)) {
		var cells []string
		for _, column := range strings.Fields(columns) {
			cells = append(cells, row[column])
		}
		got = append(got, strings.Join(cells, " "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		o.t.Errorf("the outbox (-want +got):\n%s", diff)
	}
}

// arrivals returns the mails so far, in order, each as the instant at which it was written, its
// recipient and its subject.
func (o *office) arrivals() []string {
	o.t.Helper()
	var all []string
	for _, m := range o.mail.Messages() {
		all = append(all, arrival(o.t, m))
	}
	return all
}

func arrival(t *testing.T, m mailtest.Message) string {
	t.Helper()
	letter := m.Letter(t)
	date, err := letter.Header.Date()
	if err != nil {
		t.Error(err)
	}
	return wireTime(date.UTC()) + " " + m.To + " " + letter.Subject
}

func (o *office) wantArrivals(want ...string) {
	o.t.Helper()
	if diff := cmp.Diff(want, o.arrivals()); diff != "" {
		o.t.Errorf("the mails (-want +got):\n%s", diff)
	}
}

// passTo moves the clock on and returns when everything that was due by then is settled. To know
// that, it waits for a reminder of the administrator's own, which comes last.
func (o *office) passTo(at time.Time) {
	o.t.Helper()
	before, _ := o.notifications()
	o.remind("It is "+wireTime(at), at, attributes{"OwnerEmailAddress": "admin@example.com"})
	o.clock.Set(at)
	o.outbox(before + 1)
}

// The first seed's example, its dates moved ahead of the tests' clock.
func TestTheFirstSeedsExampleIsMailed(t *testing.T) {
	example := strings.NewReplacer("2020-11-11", "2026-03-03", "2020-11-12", "2026-03-04").Replace(firstSeed)
	for name, test := range map[string]struct {
		account, owner string
		moment         string
		due            string // as the owner's clock shows it
	}{
		"UTC":                {"UTC", "", "2026-03-02 10:00:00", "Tue 3 Mar, 10:30"},
		"Kolkata":            {"Asia/Kolkata", "", "2026-03-02 04:30:00", "Tue 3 Mar, 16:00"},
		"an owner elsewhere": {"Asia/Kolkata", "--time-zone=America/New_York", "2026-03-02 04:30:00", "Tue 3 Mar, 5:30"},
	} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, at place) {
				k := at.setUp(t, "--time-zone="+test.account)
				at.do(t, "user add rep@example.com --first-name Rep "+test.owner)
				o := at.reopen(t, k, now, mailtest.Start(t, mailtest.Config{}))
				id := o.post(example)
				moment, err := time.Parse(time.DateTime, test.moment)
				if err != nil {
					t.Fatal(err)
				}
				o.remind("A second before", moment.Add(-time.Second), attributes{"OwnerEmailAddress": "admin@example.com"})

				o.clock.Set(moment.Add(-time.Second))
				o.wantOutbox("to state", "admin@example.com sent") // so this second's reminders have been claimed, and there is no other
				o.clock.Set(moment)
				o.wantOutbox("to state attempts late lastError", "rep@example.com sent 1 0 ", "admin@example.com sent 1 0 ")

				messages := o.mail.Messages()
				if len(messages) != 2 {
					t.Fatalf("there are %d mails", len(messages))
				}
				if got, want := arrival(t, messages[1]), test.moment+" rep@example.com Reminder: Todo: Item, due "+test.due; got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				letter := messages[1].Letter(t)
				for header, want := range map[string]string{
					"Message-Id":     "<" + o.outbox(2)[0]["id"] + "@example.com>",
					"From":           `"Tickler" <reminders@example.com>`,
					"To":             `"Rep" <rep@example.com>`,
					"Auto-Submitted": "auto-generated",
				} {
					if got := letter.Header.Get(header); got != want {
						t.Errorf("%s is %s, want %s", header, got, want)
					}
				}
				for _, want := range []string{"Describing the task", "Due: " + test.due, "https://tasks.example.com/tasks/" + id.String(), "Type: Revive Old Lead"} {
					if !strings.Contains(letter.Text, want) || !strings.Contains(letter.HTML, strings.TrimPrefix(want, "Due: ")) && !strings.HasPrefix(want, "Type") {
						t.Errorf("it does not say %s:\n%s\n%s", want, letter.Text, letter.HTML)
					}
				}
			})
		})
	}
}

// What happens to a task before its moment decides whether, when and to whom its reminder is
// mailed.
func TestChangesBeforeTheMoment(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		at.do(t, "user add next@example.com")
		due := now.Add(2 * time.Hour)
		o.remind("kept", due, nil)
		o.remind("silent", due, attributes{"NotifyBy": "1000"})
		o.change("MarkComplete", o.remind("completed", due, nil), nil)
		o.change("Cancel", o.remind("cancelled", due, nil), nil)
		o.change("Update", o.remind("switched off", due, nil), attributes{"NotifyBy": "1000"})
		o.change("Update", o.remind("switched on", due, attributes{"NotifyBy": "1000"}), attributes{"NotifyBy": "1100"})
		o.change("Update", o.remind("moved ahead", due, nil), attributes{"DueDate": wireTime(due.Add(-time.Hour))})
		o.change("Update", o.remind("moved back", due, nil), attributes{"DueDate": wireTime(due.Add(time.Hour))})
		o.change("Update", o.remind("sooner", due, nil), attributes{"Reminder": 30})
		o.change("Update", o.remind("handed on", due, nil), attributes{"OwnerEmailAddress": "next@example.com"})
		reopened := o.remind("reopened", due, nil)
		o.change("MarkComplete", reopened, nil)
		o.change("MarkInComplete", reopened, nil)
		tooLate := o.remind("reopened after its moment", due, nil)
		o.change("MarkComplete", tooLate, nil)
		again := o.remind("moved when it was mailed", due.Add(-2*time.Hour+time.Second), nil)

		want := map[string][]string{}
		passTo := func(moment time.Time, mails ...string) {
			want[wireTime(moment)] = append(mails, "admin@example.com It is "+wireTime(moment))
			slices.Sort(want[wireTime(moment)])
			o.passTo(moment)
		}
		passTo(now.Add(time.Second), "rep@example.com moved when it was mailed")
		o.change("Update", again, attributes{"DueDate": wireTime(due)})
		passTo(due.Add(-time.Hour - time.Second))
		passTo(due.Add(-time.Hour), "rep@example.com moved ahead")
		passTo(due.Add(-30*time.Minute), "rep@example.com sooner")
		passTo(due.Add(-time.Second))
		passTo(due, "rep@example.com kept", "rep@example.com switched on", "rep@example.com reopened", "next@example.com handed on",
			"rep@example.com moved when it was mailed")
		o.change("MarkInComplete", tooLate, nil)
		passTo(due.Add(time.Hour), "rep@example.com moved back")
		passTo(due.Add(2 * time.Hour))
		got := map[string][]string{}
		for _, text := range o.arrivals() {
			moment, rest := text[:len(time.DateTime)], text[len(time.DateTime)+1:]
			to, subject, _ := strings.Cut(rest, " Reminder: ")
			name, _, _ := strings.Cut(subject, ", due ")
			got[moment] = append(got[moment], to+" "+name)
			slices.Sort(got[moment])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the mails (-want +got):\n%s", diff)
		}
	})
}

// Reminders that come due while nothing runs are sent afterwards, the oldest first, and say that
// they are late.
func TestMissedRemindersAreMailedLater(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		const missed = 20
		o := openOffice(t, at, mailtest.Config{})
		for _, i := range []int{13, 4, 18, 0, 9, 15, 2, 11, 6, 19, 1, 8, 16, 5, 12, 3, 17, 7, 14, 10} {
			o.remind(fmt.Sprintf("Number %02d", i), now.Add(time.Duration(1+i)*time.Minute), nil)
		}
		o.stop()
		back := now.Add(missed*time.Minute + 59*time.Second) // the last one is not a minute late
		o = at.reopen(t, o.keys, back, o.mail)

		o.outbox(missed)
		messages := o.mail.Messages()
		if len(messages) != missed {
			t.Fatalf("there are %d mails", len(messages))
		}
		for position, message := range messages {
			letter := message.Letter(t)
			var number int
			_, name, _ := strings.Cut(letter.Subject, "eminder: ")
			if _, err := fmt.Sscanf(name, "Number %02d", &number); err != nil {
				t.Fatalf("%v in %s", err, letter.Subject)
			}
			if number-position >= mail.MaxConnections { // those before it may at most be in progress at the same time
				t.Errorf("number %d came as number %d", number, position)
			}
			due := now.Add(time.Duration(1+number) * time.Minute)
			late := number < missed-1
			if strings.HasPrefix(letter.Subject, "Late reminder: ") != late ||
				strings.Contains(letter.Text, "This reminder is late: it was due "+due.Format("Mon 2 Jan, 15:04")+".") != late {
				t.Errorf("%s\n%s", letter.Subject, letter.Text)
			}
		}
		if newest := o.outbox(missed)[0]; newest["late"] != "59" {
			t.Errorf("the outbox shows %v", newest)
		}
	})
}

// A reminder is sent up to 24 hours after its moment or until the task's end, whichever is later.
func TestRemindersExpire(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		back := now.Add(48 * time.Hour)
		ending := func(at time.Time) attributes { return attributes{"EndDate": wireTime(at)} }
		day := back.Add(-24 * time.Hour)
		o.remind("a day", day, ending(day))
		o.remind("more than a day", day.Add(-time.Second), ending(day))
		o.remind("until its end", day.Add(-time.Hour), ending(back))
		o.remind("past its end", day.Add(-2*time.Hour), ending(back.Add(-time.Second)))
		o.stop()
		o = at.reopen(t, o.keys, back, o.mail)

		o.wantOutbox("state late to", "sent 86400 rep@example.com", "expired  rep@example.com", "sent 90000 rep@example.com", "expired  rep@example.com")
		subjects := o.arrivals()
		slices.Sort(subjects)
		const to = "2026-03-03 12:00:00 rep@example.com Late reminder: "
		if diff := cmp.Diff([]string{to + "a day, due Mon 2 Mar, 12:00", to + "until its end, due Mon 2 Mar, 11:00"}, subjects); diff != "" {
			t.Errorf("the mails (-want +got):\n%s", diff)
		}
	})
}

// While the mail server takes nothing, a reminder is retried after 1, 5, 15 and 60 minutes, and
// then every hour.
func TestTheMailServerIsAwayForAWhile(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		away := make(chan bool, 1)
		away <- true
		o := openOffice(t, at, mailtest.Config{Mail: func(string) error {
			is := <-away
			defer func() { away <- is }()
			if is {
				return mailtest.Reply(421, "back soon")
			}
			return nil
		}})
		moment := now.Add(time.Hour)
		o.remind("n", moment, nil)
		o.clock.Set(moment)
		for i, minutes := range []int{1, 5, 15, 60, 60, 60} {
			next := o.awaitRetry(i + 1)
			if again := o.clock.Now().Add(time.Duration(minutes) * time.Minute); next != again {
				t.Fatalf("after attempt %d it is tried again at %v, want %v", i+1, next, again)
			}
			row := at.rows(t, "outbox list")[0]
			if row["state"] != "pending" || row["attempts"] != fmt.Sprint(i+1) || !strings.HasSuffix(row["lastError"], " refused the sender: 421 4.0.0 back soon") {
				t.Errorf("after attempt %d the outbox shows %v", i+1, row)
			}
			o.clock.Set(next.Add(-time.Second)) // nothing happens
			if i == 5 {
				<-away
				away <- false
			}
			o.clock.Set(next)
		}
		o.wantOutbox("state attempts late lastError", "sent 7 12060 ")
		o.wantArrivals(wireTime(moment.Add(3*time.Hour+21*time.Minute)) + " rep@example.com Late reminder: n, due Sun 1 Mar, 13:00")
	})
}

// awaitRetry waits until the only job has failed that many times, and returns when it is run again.
func (o *office) awaitRetry(failures int) time.Time {
	o.t.Helper()
	var next int64
	eventually.Holds(o.t, fmt.Sprintf("%d failures are recorded", failures), func() bool {
		err := o.db.QueryRowContext(o.t.Context(), `SELECT next_at FROM job WHERE state = 0 AND attempts = $1`, failures).Scan(&next)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			o.t.Fatal(err)
		}
		return err == nil
	})
	return time.UnixMilli(next).UTC()
}

func TestOneBadAddressStopsNoOtherMail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{Rcpt: func(to string) error {
			if to == "rep@example.com" {
				return mailtest.Reply(550, "no such rep")
			}
			return nil
		}})
		const each = 10
		moment := now.Add(time.Hour)
		for i := range each {
			o.remind("refused", moment, nil)
			o.remind("taken", moment.Add(time.Duration(i)*time.Second), attributes{"OwnerEmailAddress": "admin@example.com"})
		}
		o.clock.Set(moment.Add(each * time.Second))
		found := map[string]int{}
		for _, row := range o.outbox(2 * each) {
			_, reply, _ := strings.Cut(row["lastError"], " refused ")
			found[row["to"]+" "+row["state"]+" "+row["attempts"]+" "+reply]++
		}
		want := map[string]int{"admin@example.com sent 1 ": each, "rep@example.com failed 1 the recipient: 550 5.0.0 no such rep": each}
		if diff := cmp.Diff(want, found); diff != "" || len(o.mail.Messages()) != each {
			t.Errorf("%d came; the outbox (-want +got):\n%s", len(o.mail.Messages()), diff)
		}
	})
}

// Without a mail server reminders are kept. Once there is one they can be sent.
func TestRemindersAreKeptWithoutAMailServer(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		k := at.setUp(t)
		at.do(t, "user add rep@example.com")
		o := at.reopen(t, k, now, nil)
		const warning = "no mail server is configured: reminders are kept as unsent; set --smtp-url to mail them"
		if !strings.Contains(o.stderr.String(), warning) {
			t.Errorf("the log is %s", o.stderr)
		}
		o.remind("n", now.Add(time.Hour), nil)
		o.clock.Set(now.Add(time.Hour))
		o.wantOutbox("state attempts late lastError", "unsent 0  no mail server is configured: see --smtp-url")
		o.stop()

		o = at.reopen(t, k, now.Add(2*time.Hour), mailtest.Start(t, mailtest.Config{}))
		if strings.Contains(o.stderr.String(), "no mail server") {
			t.Errorf("the log is %s", o.stderr)
		}
		if r := o.do("outbox retry --state unsent"); r.err != nil || r.stdout != "1 notification(s) will be sent.\n" {
			t.Fatalf("outbox retry: %v, %s", r.err, r.stdout)
		}
		o.wantOutbox("state attempts late lastError", "sent 1 3600 ")
		o.wantArrivals("2026-03-01 14:00:00 rep@example.com Late reminder: n, due Sun 1 Mar, 13:00")
	})
}

func TestMailTest(t *testing.T) {
	t.Parallel()
	server := mailtest.Start(t, mailtest.Config{User: "tickler", Password: "hunter2", Rcpt: func(to string) error {
		if to == "nobody@example.com" {
			return mailtest.Reply(550, "no such user")
		}
		return nil
	}})
	r := command(t, append([]string{"mail", "test", "--to=rep@example.com"}, mailArgs(server)...)...)
	if r.err != nil || r.stdout != "The mail server took the test mail to rep@example.com.\n" || strings.Contains(r.stderr, "hunter2") {
		t.Errorf("%+v", r)
	}
	messages := server.Messages()
	if len(messages) != 1 || arrival(t, messages[0]) != "2026-03-01 12:00:00 rep@example.com Tickler can send mail" {
		t.Errorf("the mails are %v", messages)
	}
	for want, args := range map[string][]string{
		"the test mail was not taken: mail server ":          append(mailArgs(server), "--to=nobody@example.com"),
		"no mail server is configured: give --smtp-url":      {"--to=rep@example.com"},
		"--smtp-url: expected a URL like smtp://":            {"--to=rep@example.com", "--smtp-url=mail.example.com"},
		`--mail-from: "nobody" is not an address like Tickl`: {mailArgs(server)[0], "--to=rep@example.com", "--mail-from=nobody"},
	} {
		r := command(t, append([]string{"mail", "test"}, args...)...)
		if r.err == nil || !strings.HasPrefix(r.err.Error(), want) || r.stdout != "" {
			t.Errorf("%v: %+v\nwant %s", args, r, want)
		}
	}
}
