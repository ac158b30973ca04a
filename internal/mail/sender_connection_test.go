package mail_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
)

func TestClosesIdleConnections(t *testing.T) {
	clock := clocktest.New(start)
	server := mailtest.Start(t, mailtest.Config{})
	sender := mail.NewWith(t, server.URL(), from, clock, mail.Limits{})
	send(t, sender, letter(1))
	clock.BlockUntil(1)
	clock.Advance(29 * time.Second)
	send(t, sender, letter(2)) // used again, so its idle time starts anew
	clock.BlockUntil(1)
	clock.Advance(2 * time.Second)
	clock.BlockUntil(1)
	send(t, sender, letter(3))
	if server.Accepted() != 1 {
		t.Errorf("%d connections were made, want 1", server.Accepted())
	}
	clock.BlockUntil(1)
	clock.Advance(30 * time.Second)
	server.AwaitNoConnection()
	send(t, sender, letter(4))
	if server.Accepted() != 2 {
		t.Errorf("%d connections were made, want 2", server.Accepted())
	}
	sender.Close()
	if sender.Connections() != 0 {
		t.Errorf("%d connections are open after Close", sender.Connections())
	}
}

// busySender returns a sender whose only connection sends letter 1 until leave is closed.
func busySender(t *testing.T) (server *mailtest.Server, sender *mail.Sender, sending *sync.WaitGroup, leave chan struct{}) {
	t.Helper()
	inside := make(chan struct{})
	sending, leave = &sync.WaitGroup{}, make(chan struct{})
	server = mailtest.Start(t, mailtest.Config{Data: func(mailtest.Message) error {
		close(inside)
		<-leave
		return nil
	}})
	sender = mail.NewWith(t, server.URL(), from, clocktest.New(start), mail.Limits{Connections: 1})
	sending.Go(func() { send(t, sender, letter(1)) })
	<-inside
	return server, sender, sending, leave
}

func TestClose(t *testing.T) {
	server, sender, sending, leave := busySender(t)
	sending.Go(func() { checkFailure(t, trySend(t.Context(), sender, letter(2)), "the service is stopping", false) })
	sending.Go(func() {
		sender.Close()
		if len(server.Messages()) != 1 || sender.Connections() != 0 {
			t.Errorf("after Close %d messages had arrived and %d connections were open", len(server.Messages()), sender.Connections())
		}
	})
	for !errors.Is(sender.Check(t.Context()), mail.ErrClosed) {
		continue
	}
	close(leave)
	sending.Wait()
	sender.Close() // a second time changes nothing
	checkFailure(t, trySend(t.Context(), sender, letter(3)), "the service is stopping", false)
	if len(server.Messages()) != 1 {
		t.Errorf("%d messages arrived, want 1", len(server.Messages()))
	}
}

func TestWaitsForItsTurnNoLongerThanTheContext(t *testing.T) {
	_, sender, sending, leave := busySender(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := trySend(ctx, sender, letter(2))
	checkFailure(t, err, "context deadline exceeded", false)
	checkFailure(t, trySend(ctx, sender, letter(3)), "context deadline exceeded", false)
	close(leave)
	sending.Wait()
}

func TestCheckTellsWhatIsWrong(t *testing.T) {
	const password = "s3cret-päss"
	withPassword := func(url string) string { return strings.Replace(url, "://", "://tickler:s3cret-p%C3%A4ss@", 1) }
	refusing := func(reply string) string {
		return perform(t, func(a *actor) { a.say(reply) }).url
	}
	echoing := perform(t, func(a *actor) {
		a.greet("AUTH PLAIN")
		line := a.hear()
		a.say("535-5.7.8 what do you mean by", "535 5.7.8 "+line+" and "+password+"?")
		a.answer(nil)
	})
	wrong := mailtest.Start(t, mailtest.Config{User: "tickler", Password: "another"})
	unknown := mailtest.Start(t, mailtest.Config{TLS: "implicit"})
	unknownLater := mailtest.Start(t, mailtest.Config{TLS: "starttls"})
	for name, c := range map[string]struct{ url, want string }{
		"nobody there":   {"smtp://127.0.0.1:1", "mail server 127.0.0.1:1 can't be reached: connect: connection refused"},
		"no such name":   {"smtp://mail.invalid", "mail server mail.invalid:587 can't be reached: lookup mail.invalid"},
		"turned away":    {refusing("554 5.7.1 not you"), "turned us away: 554 5.7.1 not you"},
		"not a server":   {refusing("HTTP/1.0 400 Bad Request"), "turned us away: short response"},
		"wrong password": {strings.Replace(wrong.URL(), "another", "s3cret-p%C3%A4ss", 1), "did not accept user and password: 535 5.7.8 Authentication failed"},
		"echo":           {withPassword(echoing.url), "535 5.7.8 what do you mean by 5.7.8 AUTH PLAIN … and …?"},
		"no login":       {withPassword(perform(t, func(a *actor) { a.greet(); a.answer(nil) }).url), "it offers no login"},
		"unknown login":  {withPassword(perform(t, func(a *actor) { a.greet("AUTH NTLM X"); a.answer(nil) }).url), "none is known: NTLM X"},
		"no STARTTLS":    {perform(t, func(a *actor) { a.greet(); a.answer(nil) }).url + "?tls=starttls", "it offers no STARTTLS"},
		"STARTTLS fails": {perform(t, func(a *actor) {
			a.greet("STARTTLS")
			a.answer(map[string]string{"STARTTLS": "454 4.7.0 not now"})
		}).url + "?tls=starttls", "can't be reached by TLS: 454 4.7.0 not now"},
		"certificate":       {unknown.URL(), "can't be reached by TLS: tls: failed to verify certificate"},
		"certificate later": {unknownLater.URL(), "can't be reached by TLS: tls: failed to verify certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			sender := mail.NewWith(t, c.url, from, clock.System{}, mail.Limits{})
			err := sender.Check(t.Context())
			checkFailure(t, err, c.want, false)
			checkFailure(t, trySend(t.Context(), sender, letter(1)), c.want, false)
			if strings.Contains(err.Error(), password) {
				t.Errorf("%v shows the password", err)
			}
			if sender.Connections() != 0 {
				t.Errorf("%d connections are open, want 0", sender.Connections())
			}
		})
	}
}

func TestLogsInByTheWaysOffered(t *testing.T) {
	for offered, want := range map[string]string{
		"LOGIN":                        "AUTH LOGIN\ndGlja2xlcg==\nc2VjcmV0",
		"PLAIN LOGIN":                  "AUTH PLAIN AHRpY2tsZXIAc2VjcmV0",
		"CRAM-MD5 LOGIN PLAIN":         "AUTH CRAM-MD5\ndGlja2xlciA3MzNiYTg3ZTY0ZWQ3ZTQ0MWYwNjJjNGFjNmRiMDEwMw==",
		"SCRAM-SHA-256 PLAIN CRAM-MD5": "AUTH SCRAM-SHA-256",
	} {
		t.Run(offered, func(t *testing.T) {
			stage := perform(t, func(a *actor) {
				a.greet("AUTH " + offered)
				line := a.hear()
				if !strings.HasPrefix(line, "AUTH PLAIN") {
					for range strings.Count(want, "\n") {
						a.say("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+")
						a.hear()
					}
				}
				if strings.HasPrefix(line, "AUTH SCRAM") {
					a.say("501 that is enough")
				} else {
					a.say("235 welcome")
				}
				a.answer(nil)
			})
			sender := mail.NewWith(t, strings.Replace(stage.url, "://", "://tickler:secret@", 1), from, clock.System{}, mail.Limits{})
			err := sender.Check(t.Context())
			if err != nil && !strings.Contains(err.Error(), "that is enough") {
				t.Error(err)
			}
			if !strings.Contains(stage.transcript(), want) {
				t.Errorf("said:\n%s\nwant:\n%s", stage.transcript(), want)
			}
		})
	}
}
