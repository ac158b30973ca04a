package mail_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/clock/clocktest"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
)

const from = "Tickler für alle <reminders@example.com>"

var start = time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC)

// trySend sends a message without a look at the server's reply.
func trySend(ctx context.Context, s *mail.Sender, m mail.Message) error {
	_, err := s.Send(ctx, m)
	return err
}

// letter returns a short message to the nth recipient.
func letter(n int) mail.Message {
	return mail.Message{ID: fmt.Sprintf("%d@example.com", n), To: "asha@example.com", Subject: "Hello", Text: "How are you?\n"}
}

// send sends a message, which must be accepted.
func send(tb testing.TB, s *mail.Sender, m mail.Message) {
	tb.Helper()
	if err := trySend(tb.Context(), s, m); err != nil {
		tb.Fatalf("Send: %v", err)
	}
}

// checkFailure compares an error with its expected text and properties.
func checkFailure(tb testing.TB, err error, text string, permanent bool) {
	tb.Helper()
	if err == nil {
		tb.Fatalf("no error, want %q", text)
	}
	if !strings.Contains(err.Error(), text) || strings.ContainsAny(err.Error(), "\r\n") {
		tb.Errorf("error %q, want one line with %q", err, text)
	}
	if mail.IsPermanent(err) != permanent {
		tb.Errorf("IsPermanent(%v) = %v", err, !permanent)
	}
}

func TestSendsOverEveryKindOfConnection(t *testing.T) {
	for _, encryption := range []string{"none", "starttls", "implicit"} {
		t.Run(encryption, func(t *testing.T) {
			server := mailtest.Start(t, mailtest.Config{TLS: encryption, User: "tick@le", Password: "p:/?#[]@ss wörd"})
			sender := mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{Roots: mailtest.Roots()})
			if err := sender.Check(t.Context()); err != nil {
				t.Fatalf("Check: %v", err)
			}
			send(t, sender, mail.Message{
				ID: "0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c@example.com", To: "asha@example.com", ToName: "Asha Rāo, Sales",
				Subject: "Erinnerung: Käse für ₹500 – " + strings.Repeat("größer ", 30) + "📞",
				Text:    "Grüße,\n.\n..\nFrom here ☎\n" + strings.Repeat("x", 2_000) + "\n",
				HTML:    "<p>Grüße ☎</p>\n",
				Attachments: []mail.Attachment{
					{Name: "Bericht für Ada.csv", ContentType: "text/csv; charset=utf-8", Content: []byte("a,b\r\n1,ü\r\n")},
				},
			})
			received := server.Messages()
			if len(received) != 1 {
				t.Fatalf("%d messages arrived, want 1", len(received))
			}
			checkLetter(t, received[0])
			if received[0].From != "reminders@example.com" || received[0].To != "asha@example.com" {
				t.Errorf("envelope from %q to %q", received[0].From, received[0].To)
			}
		})
	}
}

func checkLetter(t *testing.T, m mailtest.Message) {
	t.Helper()
	got := m.Letter(t)
	names := slices.Sorted(maps.Keys(got.Header))
	wantNames := []string{
		"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To",
		"X-Auto-Response-Suppress",
	}
	if diff := cmp.Diff(wantNames, names); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{
		"Auto-Submitted":           "auto-generated",
		"X-Auto-Response-Suppress": "All",
		"Message-Id":               "<0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c@example.com>",
		"Date":                     "Fri, 20 Nov 2026 05:00:00 +0000",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
	want := mailtest.Letter{
		Subject: "Erinnerung: Käse für ₹500 – " + strings.TrimSpace(strings.Repeat("größer ", 30)) + " 📞",
		Text:    "Grüße,\n.\n..\nFrom here ☎\n" + strings.Repeat("x", 2_000) + "\n",
		HTML:    "<p>Grüße ☎</p>\n",
		Files: []mailtest.File{{
			Name:        "Bericht für Ada.csv",
			ContentType: `text/csv; charset=utf-8; name="=?UTF-8?q?Bericht_f=C3=BCr_Ada.csv?="`,
			Content:     []byte("a,b\r\n1,ü\r\n"),
		}},
	}
	if got.From.String() != `=?utf-8?q?Tickler_f=C3=BCr_alle?= <reminders@example.com>` || got.To.Name != "Asha Rāo, Sales" {
		t.Errorf("from %v to %v", got.From, got.To)
	}
	got.Header, got.From, got.To = nil, nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("letter (-want +got):\n%s", diff)
	}
	for line := range strings.SplitSeq(string(m.Raw), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestTakesAddressesBeyondASCII(t *testing.T) {
	server := mailtest.Start(t, mailtest.Config{})
	sender := mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{})
	m := letter(1)
	m.To = "jörg@bücher.example"
	send(t, sender, m)
	if got := server.Messages()[0]; got.To != m.To || got.Letter(t).To.Address != m.To {
		t.Errorf("to %q and %v", got.To, got.Letter(t).To)
	}

	old := perform(t, func(a *actor) {
		a.greet()
		a.answer(nil)
	})
	sender = mail.NewWith(t, old.url, from, clocktest.New(start), mail.Limits{})
	checkFailure(t, trySend(t.Context(), sender, m), "ASCII addresses only", true)
	send(t, sender, letter(2))
	if strings.Contains(old.transcript(), "SMTPUTF8") || old.connections() != 1 {
		t.Errorf("%d connections, on which was said:\n%s", old.connections(), old.transcript())
	}
}

// A domain in another script needs no support by the mail server: DNS has an ASCII name for it.
func TestDomainsBeyondASCIINeedNoSMTPUTF8(t *testing.T) {
	old := perform(t, func(a *actor) {
		a.greet()
		a.answer(nil)
	})
	sender := mail.NewWith(t, old.url, "Tickler <tick@köln.example>", clocktest.New(start), mail.Limits{})
	m := letter(1)
	m.To, m.ID = "joerg@exämple.com", "1@"+sender.Domain()
	send(t, sender, m)
	said := old.transcript()
	for _, line := range []string{"MAIL FROM:<tick@xn--kln-sna.example>\n", "RCPT TO:<joerg@xn--exmple-cua.com>\n", "Message-ID: <1@xn--kln-sna.example>\n"} {
		if !strings.Contains(said, line) {
			t.Errorf("%q was not said:\n%s", line, said)
		}
	}
	if strings.Contains(said, "SMTPUTF8") {
		t.Errorf("the server was asked for what it does not have:\n%s", said)
	}
	m.To = "jörg@exämple.com"
	checkFailure(t, trySend(t.Context(), sender, m), "no message can be sent to jörg@exämple.com: the mail server takes ASCII addresses only, "+
		"and the part before the @ is not ASCII", true)
	m.To = "joerg@ä..com"
	checkFailure(t, trySend(t.Context(), sender, m), "is not an e-mail address", true)
}

func TestTellsRefusals(t *testing.T) {
	never, later := mailtest.Reply(550, "No such\r\n thing"), mailtest.Reply(451, "Come back")
	only := func(refused string, reply error) func(string) error {
		return func(address string) error {
			if address == refused {
				return reply
			}
			return nil
		}
	}
	data := func(reply error) func(mailtest.Message) error {
		return func(m mailtest.Message) error { return only("bad@example.com", reply)(m.To) }
	}
	sender := func(reply error) func(string) error {
		replies := []error{reply, nil}
		return func(string) (next error) {
			next, replies = replies[0], replies[1:]
			return next
		}
	}
	for name, c := range map[string]struct {
		config    mailtest.Config
		want      string
		permanent bool
	}{
		// The operator can correct the sender, so no reminder is given up for it.
		"sender":          {mailtest.Config{Mail: sender(never)}, "refused the sender: 550 No such 5.0.0 thing", false},
		"sender later":    {mailtest.Config{Mail: sender(later)}, "refused the sender: 451 4.0.0 Come back", false},
		"recipient":       {mailtest.Config{Rcpt: only("bad@example.com", never)}, "refused the recipient: 550 No such 5.0.0 thing", true},
		"recipient later": {mailtest.Config{Rcpt: only("bad@example.com", later)}, "refused the recipient: 451 4.0.0", false},
		"message":         {mailtest.Config{Data: data(never)}, "refused the message: 550 No such", true},
		"message later":   {mailtest.Config{Data: data(later)}, "refused the message: 451 4.0.0", false},
		"no login":        {mailtest.Config{Mail: sender(mailtest.Reply(530, "Log in"))}, "530 5.0.0 Log in", false},
	} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.Start(t, c.config)
			sender := mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{})
			bad := letter(1)
			bad.To = "bad@example.com"
			checkFailure(t, trySend(t.Context(), sender, bad), c.want, c.permanent)
			send(t, sender, letter(2))
			if server.Accepted() != 1 || len(server.Messages()) != 1 {
				t.Errorf("%d connections, %d messages; want 1 of both", server.Accepted(), len(server.Messages()))
			}
		})
	}
}

// A server without pipelining gets one command at a time, and nothing more of a message that it
// refused.
func TestWaitsForEachReplyWhereItMust(t *testing.T) {
	strict := perform(t, func(a *actor) {
		a.greet()
		a.answer(map[string]string{"RCPT": "550 5.1.1 nobody"})
	})
	sender := mail.NewWith(t, strict.url, from, clocktest.New(start), mail.Limits{})
	checkFailure(t, trySend(t.Context(), sender, letter(1)), "refused the recipient: 550 5.1.1 nobody", true)
	sender.Close()
	want := "MAIL FROM:<reminders@example.com>\nRCPT TO:<asha@example.com>\nRSET\nQUIT"
	if said := strings.SplitN(strict.transcript(), "\n", 2)[1]; said != want {
		t.Errorf("said:\n%s\nwant:\n%s", said, want)
	}
}

// A server that refuses the recipient and yet asks for the message must get none, not even an empty
// one.
func TestHandsNothingOverWithoutRecipient(t *testing.T) {
	sloppy := perform(t, func(a *actor) {
		a.greet("PIPELINING")
		a.answer(map[string]string{"RCPT": "550 nobody"})
	})
	sender := mail.NewWith(t, sloppy.url, from, clocktest.New(start), mail.Limits{})
	for n := range 2 {
		checkFailure(t, trySend(t.Context(), sender, letter(n)), "refused the recipient", true)
	}
	if sender.Connections() != 0 || sloppy.connections() != 2 {
		t.Errorf("%d of %d connections are open", sender.Connections(), sloppy.connections())
	}
	if strings.Contains(sloppy.transcript(), "How are you") {
		t.Errorf("said:\n%s", sloppy.transcript())
	}
}

func TestReplacesDeadIdleConnection(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		server := mailtest.Start(t, mailtest.Config{})
		sender := mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{})
		for n := range 3 {
			send(t, sender, letter(n))
			server.Disconnect()
		}
		if got := len(server.Messages()); got != 3 || server.Accepted() != 3 {
			t.Errorf("%d messages over %d connections, want 3 over 3", got, server.Accepted())
		}
		if sender.Connections() != 1 {
			t.Errorf("%d connections are open, want 1", sender.Connections())
		}
	})
	for _, extension := range []string{"PIPELINING", "8BITMIME"} {
		t.Run("421 with "+extension, func(t *testing.T) {
			busy := perform(t, func(a *actor) {
				a.greet(extension)
				for range 3 { // MAIL, RCPT, DATA
					a.hear()
					a.say("354 all the same") // out of step, so the connection won't be kept
				}
			})
			tired := perform(t, func(a *actor) {
				a.greet(extension)
				if first := a.stage.connections() == 1; first {
					a.once()
					a.hear()
					a.say("421 4.4.2 idle for too long")
					return
				}
				a.answer(nil)
			})
			sender := mail.NewWith(t, tired.url, from, clocktest.New(start), mail.Limits{})
			send(t, sender, letter(1))
			send(t, sender, letter(2))
			if tired.connections() != 2 {
				t.Errorf("%d connections, want 2", tired.connections())
			}
			sender = mail.NewWith(t, busy.url, from, clocktest.New(start), mail.Limits{})
			checkFailure(t, trySend(t.Context(), sender, letter(1)), "refused the sender: 354", false)
			if sender.Connections() != 0 {
				t.Errorf("a connection out of step was kept")
			}
		})
	}
}

// A new connection that ends at once is a failure: only an idle one is replaced.
func TestReplacesNoNewConnection(t *testing.T) {
	closing := perform(t, func(a *actor) {
		a.greet("PIPELINING")
		a.hear()
		a.say("421 4.3.2 shutting down")
	})
	sender := mail.NewWith(t, closing.url, from, clocktest.New(start), mail.Limits{})
	checkFailure(t, trySend(t.Context(), sender, letter(1)), "421 4.3.2 shutting down", false)
	if closing.connections() != 1 || sender.Connections() != 0 {
		t.Errorf("%d connections were made and %d are open, want 1 and 0", closing.connections(), sender.Connections())
	}
}

// Once the message is sent, the server may have accepted it: retrying is the caller's choice.
func TestSendsNothingTwice(t *testing.T) {
	var server *mailtest.Server
	second := make(chan struct{}, 2)
	server = mailtest.Start(t, mailtest.Config{Data: func(m mailtest.Message) error {
		if strings.Contains(string(m.Raw), "<2@example.com>") {
			second <- struct{}{}
			server.Disconnect()
		}
		return nil
	}})
	sender := mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{})
	send(t, sender, letter(1))
	checkFailure(t, trySend(t.Context(), sender, letter(2)), "ended the connection", false)
	if sender.Connections() != 0 {
		t.Errorf("%d connections are open, want 0", sender.Connections())
	}
	send(t, sender, letter(3))
	if len(second) != 1 || server.Accepted() != 2 {
		t.Errorf("the message came %d times, over %d connections", len(second), server.Accepted())
	}
}

func TestHearsWhyTheServerHadEnough(t *testing.T) {
	full := perform(t, func(a *actor) {
		a.greet("PIPELINING")
		for range 3 {
			a.hear()
		}
		a.say("250 fine", "250 fine", "354 go on", "552 5.3.4 too big")
		a.hang()
	})
	sender := mail.NewWith(t, full.url, from, clocktest.New(start), mail.Limits{})
	m := letter(1)
	m.Text = strings.Repeat("All work and no play makes Jack a dull boy.\n", 10_000)
	checkFailure(t, trySend(t.Context(), sender, m), "refused the message: 552 5.3.4 too big", true)
}

func TestGivesUpOnAHangingServer(t *testing.T) {
	scripts := map[string]func(a *actor){
		"greeting": (*actor).hang,
		"sender": func(a *actor) {
			a.greet()
			a.hang()
		},
		"message": func(a *actor) {
			a.greet("PIPELINING")
			for range 3 {
				a.hear()
			}
			a.say("250 fine", "250 fine", "354 go on")
			a.hang()
		},
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			stage := perform(t, script)
			sender := mail.NewWith(t, stage.url, from, clocktest.New(start), mail.Limits{Message: 20 * time.Millisecond})
			checkFailure(t, trySend(t.Context(), sender, letter(1)), "was given up: no answer within 20ms", false)
			if sender.Connections() != 0 {
				t.Errorf("%d connections are open, want 0", sender.Connections())
			}
		})
		t.Run(name+", cancelled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			stage := perform(t, func(a *actor) {
				a.hanging = cancel
				script(a)
			})
			sender := mail.NewWith(t, stage.url, from, clocktest.New(start), mail.Limits{})
			err := trySend(ctx, sender, letter(1))
			checkFailure(t, err, "was given up: context canceled", false)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v does not say that the context was cancelled", err)
			}
		})
	}
	t.Run("TLS", func(t *testing.T) {
		stage := perform(t, (*actor).hang)
		url := strings.Replace(stage.url, "smtp:", "smtps:", 1)
		sender := mail.NewWith(t, url, from, clocktest.New(start), mail.Limits{Message: 20 * time.Millisecond})
		checkFailure(t, sender.Check(t.Context()), "no answer within 20ms", false)
	})
	t.Run("farewell", func(t *testing.T) {
		stage := perform(t, func(a *actor) {
			a.greet("PIPELINING")
			a.once()
			a.hang()
		})
		sender := mail.NewWith(t, stage.url, from, clocktest.New(start), mail.Limits{Quit: 20 * time.Millisecond})
		send(t, sender, letter(1))
		sender.Close()
		if sender.Connections() != 0 {
			t.Errorf("%d connections are open, want 0", sender.Connections())
		}
	})
}

func TestSendsSeveralAtOnce(t *testing.T) {
	const messages = 400
	together := make(chan struct{})
	var mu sync.Mutex
	arrived := 0
	server := mailtest.Start(t, mailtest.Config{Data: func(mailtest.Message) error {
		mu.Lock()
		if arrived++; arrived == mail.MaxConnections {
			close(together)
		}
		mu.Unlock()
		<-together // no reply until as many are connected as may be at once
		return nil
	}})
	sender := mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{})
	var sending sync.WaitGroup
	for n := range messages {
		sending.Go(func() {
			if err := trySend(t.Context(), sender, letter(n)); err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
	ids := map[string]bool{}
	for _, m := range server.Messages() {
		ids[m.Letter(t).Header.Get("Message-Id")] = true
	}
	if len(ids) != messages || len(server.Messages()) != messages {
		t.Errorf("%d messages with %d ids, want %d of both", len(server.Messages()), len(ids), messages)
	}
	if server.Accepted() != mail.MaxConnections || sender.Connections() != mail.MaxConnections {
		t.Errorf("%d connections were made and %d are open, want %d", server.Accepted(), sender.Connections(), mail.MaxConnections)
	}
}
