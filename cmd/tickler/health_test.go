package main

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
	"tickler/internal/eventually"
	"tickler/internal/mail/mailtest"
	"tickler/internal/pgtest"
	"tickler/internal/store/storetest"
)

// watch gets a path as a load balancer or Prometheus does: without keys.
func (s *server) watch(path string) (status int, body string) {
	s.t.Helper()
	response, err := s.client.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func (s *server) wantHealth(path string, status int, body string) {
	s.t.Helper()
	if gotStatus, got := s.watch(path); gotStatus != status || got != body+"\n" {
		s.t.Errorf("%s answers %d %q, want %d %q", path, gotStatus, got, status, body)
	}
}

func TestHealth(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		s := at.serve(t)
		s.wantHealth("/healthz", http.StatusOK, "ok")
		s.wantHealth("/readyz", http.StatusOK, "ready")
	})
}

// Without its database a server is alive but not ready. When the database is back, it is ready
// again.
func TestReadinessFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Start(t, pgtest.Fast)
	at := place{"--database-url", cluster.URL()}
	s := at.serveBy(t, nil, &environment{clock: clock.System{}})
	cluster.Stop()
	s.wantHealth("/readyz", http.StatusServiceUnavailable, "the database does not answer")
	s.wantHealth("/healthz", http.StatusOK, "ok")
	if _, counts := s.watch("/metrics"); !strings.Contains(counts, "tickler_build_info") || strings.Contains(counts, "tickler_jobs{") {
		t.Errorf("without the database the counts are\n%s", counts)
	}
	cluster.Start()
	eventually.Holds(t, "it is ready again", func() bool { // the directory looks again within half a second
		status, _ := s.watch("/readyz")
		return status == http.StatusOK
	})
}

// Everything under /metrics is in docs/operations.md, with its labels, and the other way round.
func TestMetricsAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{} // labels by name
	for _, found := range regexp.MustCompile("(?m)^\\| `(tickler_\\w+)(?:{([a-z,]+)})?` \\|").FindAllStringSubmatch(string(page), -1) {
		documented[found[1]] = found[2]
	}
	at := database(t) // where there is the most to tell
	k := at.setUp(t)
	at.do(t, "user add rep@example.com")
	clock := clocktest.New(now)
	server := mailtest.Start(t, mailtest.Config{Rcpt: func(to string) error {
		if to == "rep@example.com" {
			return mailtest.Reply(451, "later")
		}
		return nil
	}})
	s := at.serveBy(t, clock, &environment{clock: restlessClock{clock}}, mailArgs(server)...)
	s.keys = k
	o := &office{server: s, at: at, mail: server, db: storetest.SQL(t, at.location())}
	past, end := time.Now().UTC().Add(-time.Minute), wireTime(time.Now().UTC().Add(time.Hour))
	o.remind("sent", past, attributes{"EndDate": end, "OwnerEmailAddress": "admin@example.com"})
	o.remind("waits", past, attributes{"EndDate": end})
	o.wantCounts(`tickler_notifications_total{outcome="sent"} 1`)
	eventually.Holds(t, "the other mail waits", func() bool {
		clock.Advance(10 * time.Second) // counts of jobs are cached that long
		_, counts := s.watch("/metrics")
		return strings.Contains(counts, `tickler_jobs{kind="mail",state="waiting"} 1`)
	})
	_, counts := s.watch("/metrics")
	served := map[string]string{}
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (\S+) `).FindAllStringSubmatch(counts, -1) {
		name := found[1]
		if strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_") {
			continue
		}
		sample := regexp.MustCompile(`(?m)^` + name + `(?:_count)?(?:{(.*)})? `).FindStringSubmatch(counts)
		if sample == nil {
			t.Errorf("%s has no value", name)
			continue
		}
		var labels []string
		for _, label := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(sample[1], -1) {
			labels = append(labels, label[1])
		}
		served[name] = strings.Join(labels, ",")
	}
	if diff := cmp.Diff(documented, served); diff != "" {
		t.Errorf("the metrics (-documented +served):\n%s", diff)
	}
	for _, secret := range []string{k.AccessKey, k.SecretKey, "admin@example.com"} {
		if strings.Contains(counts, secret) {
			t.Errorf("the counts tell %s", secret)
		}
	}
	outcomes := regexp.MustCompile(`outcome="(\w+)"`)
	_, text, _ := strings.Cut(string(page), "What became of notifications: ")
	text, _, _ = strings.Cut(text, " |")
	var shown []string
	for line := range strings.Lines(counts) {
		if strings.HasPrefix(line, "tickler_notifications_total{") {
			shown = append(shown, outcomes.FindStringSubmatch(line)[1])
		}
	}
	want := strings.Split(text, ", ")
	slices.Sort(want)
	slices.Sort(shown)
	if !slices.Equal(want, shown) {
		t.Errorf("the outcomes are %v, documented are %v", shown, want)
	}
}

func TestASentReminderIsCounted(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		o := openOffice(t, at, mailtest.Config{})
		o.wantCounts("tickler_reminder_lateness_seconds_count 0", `tickler_notifications_total{outcome="sent"} 0`)
		o.remind("in time", now.Add(time.Hour), nil)
		o.clock.Set(now.Add(time.Hour))
		o.outbox(1)
		o.remind("late", now.Add(time.Hour).Add(-40*time.Second), nil)
		o.change("Cancel", o.remind("never", now.Add(2*time.Hour), nil), nil)
		o.outbox(2)
		o.wantCounts(
			"tickler_reminder_lateness_seconds_count 2", "tickler_reminder_lateness_seconds_sum 40",
			`tickler_reminder_lateness_seconds_bucket{le="0.05"} 1`, `tickler_reminder_lateness_seconds_bucket{le="30"} 1`,
			`tickler_reminder_lateness_seconds_bucket{le="60"} 2`,
			`tickler_notifications_total{outcome="sent"} 2`, `tickler_notifications_total{outcome="failed"} 0`,
			`tickler_notifications_total{outcome="withdrawn"} 0`, `tickler_job_runs_total{kind="mail",outcome="done"} 2`,
			`tickler_api_calls_total{operation="/v2/Task.svc/Create",status="200"} 3`,
		)
	})
}

// wantCounts waits until /metrics has all of these lines: a mail is counted a moment after it is
// sent.
func (o *office) wantCounts(lines ...string) {
	o.t.Helper()
	eventually.Holds(o.t, strings.Join(lines, "; "), func() bool {
		_, counts := o.watch("/metrics")
		return !slices.ContainsFunc(lines, func(line string) bool { return !strings.Contains(counts, "\n"+line+"\n") })
	})
}
