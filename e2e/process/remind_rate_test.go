package process_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tickler/e2e/program"
	"tickler/internal/api"
	"tickler/internal/api/apitest"
	"tickler/internal/app"
	"tickler/internal/clock"
	"tickler/internal/directory"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
	"tickler/internal/store"
)

// TestRates prints how fast reminders are claimed and mailed, compared with what the mail server
// can take, and how fast tasks are created meanwhile, compared with creating them alone. It runs
// only when TICKLER_TEST_REMINDERS sets a number.
func TestRates(t *testing.T) {
	if os.Getenv(remindersVariable) == "" {
		t.Skip(remindersVariable + " is not set")
	}
	count := reminders(t)
	for engine, at := range map[string]place{"SQLite": folder(t), "Postgres": database(t)} {
		t.Run(engine, func(t *testing.T) {
			k := at.setUp(t)
			box := newMailbox(t)
			server := at.mailing(t, box)
			alone := createsPerSecond(t, server, k, time.After(5*time.Second))

			at.dueAtOnce(t, server, k, count)
			drained := make(chan time.Time, 1)
			started := make(chan struct{})
			go func() {
				box.await(func() bool { return len(box.known) > 0 })
				close(started)
				box.await(func() bool { return len(box.known) >= count })
				drained <- time.Now()
			}()
			<-started
			meanwhile := createsPerSecond(t, server, k, drained)
			busy := rate(box.all())
			server.Stop(t, syscall.SIGTERM)

			box.forget()
			server = at.mailing(t, box)
			at.dueAtOnce(t, server, k, count)
			at.awaitAll(t, box, count)
			remind(t, server, k, count)
			server.Stop(t, syscall.SIGTERM)
			idle, limit := rate(box.all()), mailsPerSecond(t, box.sample, count)
			claims := at.claimsPerSecond(t, count)
			t.Logf("%s, %d reminders: %.0f claims/s, %.0f mails/s (the mail server alone takes %.0f: ratio %.2f); creates/s alone %.0f, while they are mailed %.0f (ratio %.2f, and %.0f mails/s)",
				engine, count, claims, idle, limit, idle/limit, alone, meanwhile, meanwhile/alone, busy)
		})
	}
}

// rate returns how many mails arrived per second.
func rate(mails []arrived) float64 {
	return float64(len(mails)-1) / mails[len(mails)-1].at.Sub(mails[0].at).Seconds()
}

// createsPerSecond makes many clients create tasks until something happens.
func createsPerSecond[T any](t *testing.T, server *program.Process, k apitest.Keys, until <-chan T) float64 {
	t.Helper()
	const clients = 32
	client := apitest.NewClient(t)
	ctx, stop := context.WithCancel(t.Context())
	var made atomic.Int64
	var creating sync.WaitGroup
	began := time.Now()
	for range clients {
		creating.Go(func() {
			for ctx.Err() == nil {
				r, err := apitest.Call(context.Background(), client, k, http.MethodPost, server.URL+apitest.CreatePath, `{"Name":"another"}`)
				if err != nil || r.Status != http.StatusOK {
					t.Errorf("create: %d %s %v", r.Status, r.Body, err)
					return
				}
				made.Add(1)
			}
		})
	}
	<-until
	took := time.Since(began)
	total := made.Load()
	stop()
	creating.Wait()
	return float64(total) / took.Seconds()
}

// mailsPerSecond is how many messages a plain client hands to the mail server, over as many
// connections as Tickler has.
func mailsPerSecond(t *testing.T, message mailtest.Message, count int) float64 {
	t.Helper()
	location, err := url.Parse(mailtest.Start(t, mailtest.Config{Forget: true}).URL())
	if err != nil {
		t.Fatal(err)
	}
	var sending sync.WaitGroup
	began := time.Now()
	for range mail.MaxConnections {
		sending.Go(func() {
			client, err := smtp.Dial(location.Host)
			if err != nil {
				t.Error(err)
				return
			}
			for range count / mail.MaxConnections {
				if err := handOver(client, message); err != nil {
					t.Error(err)
				}
			}
			_ = client.Quit()
		})
	}
	sending.Wait()
	return float64(count) / time.Since(began).Seconds()
}

func handOver(client *smtp.Client, message mailtest.Message) error {
	if err := client.Mail(message.From); err != nil {
		return err
	}
	if err := client.Rcpt(message.To); err != nil {
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message.Raw); err != nil {
		return err
	}
	return w.Close()
}

// claimsPerSecond is how many reminders one node claims when nobody mails them.
func (at place) claimsPerSecond(t *testing.T, count int) float64 {
	t.Helper()
	s, err := store.Open(t.Context(), at.location())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	useCases := app.New(s, directory.New(s, clock.System{}, slog.New(slog.DiscardHandler)), clock.System{}, api.Wire)
	at.arm(t, time.Now(), count)
	const batch = 200
	claimed := 0
	began := time.Now()
	for claimed < count {
		n, err := useCases.ClaimDue(t.Context(), time.Now(), batch)
		if err != nil || n == 0 {
			t.Fatalf("claimed %d: %v", n, err)
		}
		claimed += n
	}
	return float64(claimed) / time.Since(began).Seconds()
}
