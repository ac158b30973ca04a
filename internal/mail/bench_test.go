package mail_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tickler/internal/clock"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
)

// reminderLike is a message of a reminder's usual size.
func reminderLike(n int) mail.Message {
	return mail.Message{
		ID: fmt.Sprintf("0192f0c1-7c5e-7d5a-9a51-%012d@example.com", n), To: "asha@example.com", ToName: "Asha Rao",
		Subject: "Reminder: Call Ada back, due Fri 20 Nov, 10:30",
		Text:    strings.Repeat("Open the task at https://tickler.example.com/tasks/1 – now.\n", 12),
		HTML:    "<!DOCTYPE html>\n" + strings.Repeat("<p style=\"margin:0\">Open the task, please – now.</p>\n", 40),
	}
}

var connectionCounts = []int{1, mail.MaxConnections}

func BenchmarkSend(b *testing.B) {
	for _, n := range connectionCounts {
		b.Run(fmt.Sprintf("connections=%d", n), func(b *testing.B) {
			server := mailtest.Start(b, mailtest.Config{Forget: true})
			sender := mail.NewWith(b, server.URL(), "Tickler <reminders@example.com>", clock.System{},
				mail.Limits{Connections: n})
			b.ReportAllocs()
			many(b, n, func(i int) error { return trySend(context.Background(), sender, reminderLike(i)) })
			if made := server.Accepted(); made > n {
				b.Errorf("%d connections were made, want %d at most", made, n)
			}
		})
	}
}

// BenchmarkRawClient is the sink's own limit: ready-made messages over go-smtp's client, which
// waits for every reply.
func BenchmarkRawClient(b *testing.B) {
	content := compose(b, reminderLike(1))
	for _, n := range connectionCounts {
		b.Run(fmt.Sprintf("connections=%d", n), func(b *testing.B) {
			server := mailtest.Start(b, mailtest.Config{Forget: true})
			address := strings.TrimSuffix(strings.TrimPrefix(server.URL(), "smtp://"), "?tls=none")
			clients := make(chan *smtp.Client, n)
			for range n {
				client, err := smtp.Dial(address)
				if err != nil {
					b.Fatal(err)
				}
				defer func() { _ = client.Close() }()
				clients <- client
			}
			b.ReportAllocs()
			many(b, n, func(int) error {
				client := <-clients
				defer func() { clients <- client }()
				return client.SendMail("reminders@example.com", []string{"asha@example.com"}, strings.NewReader(string(content)))
			})
		})
	}
}

func BenchmarkCompose(b *testing.B) {
	b.ReportAllocs()
	for i := range b.N {
		if _, err := mail.Data(reminderLike(i), "Tickler <reminders@example.com>", time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

// many runs the benchmark in n goroutines.
func many(b *testing.B, n int, do func(i int) error) {
	var next atomic.Int64
	var working sync.WaitGroup
	b.ResetTimer()
	for range n {
		working.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	working.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
