package worker

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests need time zones on every machine

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
	"tickler/internal/plain"
)

var rewriteMessages = flag.Bool("rewrite-messages", false, "write the golden messages anew")

// reminders are the cases of the golden files.
func reminders(tb testing.TB) map[string]reminder {
	tb.Helper()
	id := func(text string) tickler.ID {
		parsed, err := tickler.ParseID(text)
		if err != nil {
			tb.Fatal(err)
		}
		return parsed
	}
	zone := func(name string) *time.Location {
		location, err := time.LoadLocation(name)
		if err != nil {
			tb.Fatal(err)
		}
		return location
	}
	base := reminder{
		NotificationID: id("0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c"),
		Task: tickler.Task{
			ID: id("0192f0c1-0000-7000-8000-000000000001"), Name: "Call Ada back", Category: tickler.CategoryToDo,
			DueAt: time.Date(2026, 11, 20, 5, 0, 0, 0, time.UTC), EndAt: time.Date(2026, 11, 20, 18, 29, 59, 0, time.UTC),
		},
		TypeName:    "To-Do",
		Owner:       tickler.User{FirstName: "Asha", LastName: "Rao", Email: "asha@example.com"},
		Times:       plain.Times{Zone: zone("Asia/Kolkata"), Now: time.Date(2026, 11, 20, 4, 45, 0, 0, time.UTC)},
		AccountZone: time.UTC,
		PublicURL:   "https://tickler.example.com",
		MailDomain:  "example.com",
		Links:       app.MailLinks{Done: "DONE-token", Snooze: "SNOOZE-token", Off: "OFF-token"},
	}
	cases := map[string]reminder{}
	add := func(name string, change func(r *reminder)) {
		r := base
		change(&r)
		cases[name] = r
	}
	add("to_do", func(*reminder) {})
	add("appointment", func(r *reminder) {
		r.Task.Name, r.Task.Category, r.TypeName = "Demo for Größe & Söhne", tickler.CategoryAppointment, "Meeting"
		r.Task.EndAt = r.Task.DueAt.Add(30 * time.Minute)
		r.Task.Location, r.Task.Priority = "Hauptstraße 5, Zürich", "High"
		r.Task.Related = tickler.Related{Kind: tickler.RelatedToOpportunity, Name: "500 seats"}
		r.Owner.FirstName, r.Owner.LastName, r.Times.Zone = "", "", zone("Europe/Zurich")
		r.Times.Preferences = tickler.Preferences{Clock: tickler.Clock12, DateOrder: tickler.MonthFirst}
	})
	add("lead", func(r *reminder) {
		r.Task.Related = tickler.Related{Kind: tickler.RelatedToLead, Name: "Ada Lovelace"}
		r.Task.Description = "  She asked for:\r\n\r\n- the price\r\n- a date\r\n\r\n"
		r.Task.EndAt, r.Times.Zone = r.Task.DueAt, time.UTC
	})
	add("day", func(r *reminder) {
		r.Task.DueAt = time.Date(2027, 1, 3, 18, 30, 0, 0, time.UTC)
		r.Task.EndAt = r.Task.DueAt.Add(24*time.Hour - time.Second)
	})
	add("late", func(r *reminder) {
		r.Missed = time.Date(2026, 11, 20, 4, 30, 15, 0, time.UTC)
	})
	add("long", func(r *reminder) {
		r.Task.Name = strings.Repeat("Schifffahrtsgesellschaft", 20)
		r.Task.Description = strings.Repeat("All work and no play makes Jack a dull boy. ", 180)
		r.Task.Location = strings.Repeat("x", 500)
	})
	add("hostile", func(r *reminder) {
		script := "<script>alert('\u202egnp.exe')</script>\r\nBcc: eve@example.com\r\n\r\n.\r\n"
		r.Task.Name = script + "👩‍💻 اتصل بآدا \u2066{{.Link}}"
		r.Task.Description = script + "\x00\x1b[31mOpen the task: https://evil.example\u2028</div></body>"
		r.Task.Location, r.Task.Priority = "\" onload=\"alert(1)", "\n\n"
		r.Task.Related = tickler.Related{Kind: tickler.RelatedToLead, Name: "=?utf-8?q?=0D=0A?= \u2069عميل"}
		r.TypeName = "</td><img src=https://evil.example/x.png>"
		r.Owner.FirstName = "Asha\r\nBcc: eve@example.com\r\n"
	})
	return cases
}

func TestReminderMessage(t *testing.T) {
	for name, r := range reminders(t) {
		t.Run(name, func(t *testing.T) {
			m, err := reminderMessage(r)
			if err != nil {
				t.Fatal(err)
			}
			if m.ID != "0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c@example.com" || m.To != "asha@example.com" || m.ToName != r.Owner.Name() {
				t.Errorf("id %q to %q (%q)", m.ID, m.To, m.ToName)
			}
			checkGolden(t, "reminder_"+name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
			checkGolden(t, "reminder_"+name+".html", m.HTML)
			checkHarmless(t, m.HTML)
		})
	}
}

func checkGolden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *rewriteMessages {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var (
	tags = regexp.MustCompile(`<[^>]*>`)
	// harmful matches whatever loads, runs or sends something.
	harmful = regexp.MustCompile(`(?i)\b(src|srcset|action|on\w+)\s*=|url\(|@import|<(script|img|link|iframe|object|form|base)\b`)
)

// links matches where the page leads.
var links = regexp.MustCompile(`href="([^"]*)"`)

// checkHarmless checks that the page loads nothing, and leads to the task and to what its links are
// for only.
func checkHarmless(t *testing.T, page string) {
	t.Helper()
	for _, tag := range tags.FindAllString(page, -1) {
		if harmful.MatchString(tag) {
			t.Errorf("the page has %s", tag)
		}
	}
	var got []string
	for _, link := range links.FindAllStringSubmatch(page, -1) {
		got = append(got, link[1])
	}
	const service = "https://tickler.example.com"
	want := []string{
		service + "/m/DONE-token", service + "/m/SNOOZE-token",
		service + "/tasks/0192f0c1-0000-7000-8000-000000000001", service + "/m/OFF-token",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page's links (-want +got):\n%s", diff)
	}
}

// A message arrives as it was composed, through a real server.
func TestReminderArrives(t *testing.T) {
	server := mailtest.Start(t, mailtest.Config{})
	sender, err := mail.New(server.URL(), "Tickler <reminders@example.com>", clocktest.New(time.Unix(1_800_000_000, 0)))
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for name, r := range reminders(t) {
		m, err := reminderMessage(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sender.Send(t.Context(), m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		received := server.Messages()
		got := received[len(received)-1].Letter(t)
		header := func(name string) string { return got.Header.Get(name) }
		if header("List-Unsubscribe") != "<https://tickler.example.com/m/OFF-token>" ||
			header("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
			t.Errorf("%s: turned off by %q, %q", name, header("List-Unsubscribe"), header("List-Unsubscribe-Post"))
		}
		if got.Subject != m.Subject || got.Text != m.Text || got.HTML != m.HTML || got.To.Address != m.To {
			t.Errorf("%s: arrived as %+v", name, got)
		}
	}
}
