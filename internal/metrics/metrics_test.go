package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/clock"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/metrics"
)

var moment = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// wantLines checks that the metrics, as Prometheus gets them, have or lack some lines.
func wantLines(t *testing.T, m *metrics.Metrics, present bool, lines ...string) {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Errorf("answered %d", answer.Code)
	}
	for _, line := range lines {
		if strings.Contains(answer.Body.String(), "\n"+line) != present {
			t.Errorf("%q is there: %v\n%s", line, !present, answer.Body)
		}
	}
}

func TestAllOutcomesAreThereFromTheStart(t *testing.T) {
	m := metrics.New("1.2.3", clock.System{})
	wantLines(t, m, true,
		`tickler_build_info{version="1.2.3"} 1`, `tickler_reminder_lateness_seconds_count 0`, `tickler_notifications_total{outcome="sent"} 0`,
		`tickler_notifications_total{outcome="failed"} 0`, `tickler_notifications_total{outcome="expired"} 0`,
		`tickler_notifications_total{outcome="withdrawn"} 0`, `tickler_notifications_total{outcome="unsent"} 0`, `go_goroutines `, `process_`)
	wantLines(t, m, true, `tickler_deliveries_total{outcome="done"} 0`, `tickler_deliveries_total{outcome="failed"} 0`)
	wantLines(t, m, false, `tickler_notifications_total{outcome="pending"}`, `tickler_deliveries_total{outcome="pending"}`)
	m.DeliverySettled(tickler.Delivery{State: tickler.DeliveryFailed})
	wantLines(t, m, true, `tickler_deliveries_total{outcome="failed"} 1`)
}

func TestOnlyWhatWasSentHasALateness(t *testing.T) {
	m := metrics.New("", clock.System{})
	for _, state := range tickler.NotificationStates() {
		if state != tickler.NotificationPending {
			m.NotificationSettled(tickler.Notification{State: state, Moment: moment, SettledAt: moment.Add(1500 * time.Millisecond)})
		}
	}
	wantLines(t, m, true,
		`tickler_reminder_lateness_seconds_sum 1.5`, `tickler_reminder_lateness_seconds_count 1`,
		`tickler_reminder_lateness_seconds_bucket{le="1"} 0`, `tickler_reminder_lateness_seconds_bucket{le="2"} 1`,
		`tickler_notifications_total{outcome="sent"} 1`, `tickler_notifications_total{outcome="failed"} 1`, `tickler_notifications_total{outcome="expired"} 1`)
}

func TestJobsAndCallsAreCounted(t *testing.T) {
	m := metrics.New("", clock.System{})
	m.JobEnded(jobs.Event{Kind: "mail", Outcome: jobs.Done, Took: 20 * time.Millisecond})
	m.JobEnded(jobs.Event{Kind: "mail", Outcome: jobs.Retried, Took: 20 * time.Millisecond})
	m.CallAnswered("/v2/Task.svc/Create", http.StatusOK, 3*time.Millisecond)
	m.CallAnswered("/v2/Task.svc/Create", http.StatusTooManyRequests, 3*time.Millisecond)
	wantLines(t, m, true,
		`tickler_job_runs_total{kind="mail",outcome="done"} 1`, `tickler_job_runs_total{kind="mail",outcome="retried"} 1`,
		`tickler_job_run_seconds_count{kind="mail"} 2`,
		`tickler_api_calls_total{operation="/v2/Task.svc/Create",status="200"} 1`, `tickler_api_calls_total{operation="/v2/Task.svc/Create",status="429"} 1`,
		`tickler_api_call_seconds_bucket{operation="/v2/Task.svc/Create",le="0.005"} 2`)
}

func TestAGaugeIsReadWhenTheCountsAre(t *testing.T) {
	m, value, failure := metrics.New("", clock.System{}), 1.0, error(nil)
	m.Gauge("tickler_waiting", "How many wait.", []string{"where"}, func(_ context.Context, set func(float64, ...string)) error {
		set(value, "here")
		return failure
	})
	wantLines(t, m, true, "# HELP tickler_waiting How many wait.", `tickler_waiting{where="here"} 1`)
	value = 2
	wantLines(t, m, true, `tickler_waiting{where="here"} 2`)
	failure = errors.New("the database is away")
	wantLines(t, m, false, `tickler_waiting`)
	wantLines(t, m, true, `tickler_build_info`)
}

// However often the metrics are read, an expensive number is computed once in ten seconds.
func TestASlowGaugeIsReadOnceInTenSeconds(t *testing.T) {
	clock := clocktest.New(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	m, asked, failure := metrics.New("", clock), 0, error(nil)
	m.SlowGauge("tickler_slow", "How many.", nil, func(_ context.Context, set func(float64, ...string)) error {
		asked++
		set(float64(asked))
		return failure
	})
	wantLines(t, m, true, `tickler_slow 1`)
	clock.Advance(10*time.Second - 1)
	wantLines(t, m, true, `tickler_slow 1`)
	clock.Advance(1)
	wantLines(t, m, true, `tickler_slow 2`)
	failure = errors.New("the database is away")
	clock.Advance(10 * time.Second)
	wantLines(t, m, false, `tickler_slow`)
	wantLines(t, m, false, `tickler_slow`)
	if asked != 3 {
		t.Errorf("it was asked %d times, want 3", asked)
	}
}
