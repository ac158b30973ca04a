// Package metrics counts, for Prometheus, what an operator wants to see and be alerted by.
// docs/operations.md says what each metric means.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tickler"
	"tickler/internal/jobs"
)

// Metrics is one process's counts.
type Metrics struct {
	registry      *prometheus.Registry
	clock         tickler.Clock
	lateness      prometheus.Histogram
	notifications *prometheus.CounterVec
	bulkRequests  *prometheus.CounterVec
	deliveries    *prometheus.CounterVec
	jobRuns       *prometheus.CounterVec
	jobSeconds    *prometheus.HistogramVec
	calls         *prometheus.CounterVec
	callSeconds   *prometheus.HistogramVec
}

// New makes all counts, at zero.
func New(version string, clock tickler.Clock) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), clock: clock,
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "tickler_reminder_lateness_seconds",
			Help:    "How long after its moment each reminder was handed to the mail server.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300, 3600, 86400},
		}),
		notifications: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tickler_notifications_total", Help: "Notifications by what became of them.",
		}, []string{"outcome"}),
		bulkRequests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tickler_bulk_requests_total", Help: "Bulk requests that have ended, by how.",
		}, []string{"outcome"}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tickler_deliveries_total", Help: "Webhooks by what became of them.",
		}, []string{"outcome"}),
		jobRuns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tickler_job_runs_total", Help: "Runs of background jobs by kind and outcome.",
		}, []string{"kind", "outcome"}),
		jobSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tickler_job_run_seconds", Help: "How long the runs of background jobs took.",
			Buckets: prometheus.DefBuckets,
		}, []string{"kind"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tickler_api_calls_total", Help: "API calls by operation and HTTP status.",
		}, []string{"operation", "status"}),
		callSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tickler_api_call_seconds", Help: "How long API calls took to answer.",
			Buckets: prometheus.DefBuckets,
		}, []string{"operation"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tickler_build_info", Help: "1, with the version that runs.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	// Present from the start, so that an alert can tell 0 from nothing.
	for _, state := range tickler.NotificationStates() {
		if state != tickler.NotificationPending {
			m.notifications.WithLabelValues(state.String())
		}
	}
	for _, state := range tickler.BulkStates() {
		if state.IsEnd() {
			m.bulkRequests.WithLabelValues(state.String())
		}
	}
	for _, state := range tickler.DeliveryStates() {
		if state != tickler.DeliveryPending {
			m.deliveries.WithLabelValues(state.String())
		}
	}
	m.registry.MustRegister(m.lateness, m.notifications, m.bulkRequests, m.deliveries, m.jobRuns, m.jobSeconds, m.calls,
		m.callSeconds, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the counts at /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// NotificationSettled counts what became of a notification, and how late it was if it was sent.
func (m *Metrics) NotificationSettled(n tickler.Notification) {
	m.notifications.WithLabelValues(n.State.String()).Inc()
	if n.State == tickler.NotificationSent {
		m.lateness.Observe(n.SettledAt.Sub(n.Moment).Seconds())
	}
}

// BulkEnded counts a bulk request that has ended.
func (m *Metrics) BulkEnded(r tickler.BulkRequest) {
	m.bulkRequests.WithLabelValues(r.State.String()).Inc()
}

// DeliverySettled counts what became of a webhook.
func (m *Metrics) DeliverySettled(d tickler.Delivery) {
	m.deliveries.WithLabelValues(d.State.String()).Inc()
}

// JobEnded counts a run of a job.
func (m *Metrics) JobEnded(e jobs.Event) {
	m.jobRuns.WithLabelValues(e.Kind, string(e.Outcome)).Inc()
	m.jobSeconds.WithLabelValues(e.Kind).Observe(e.Took.Seconds())
}

// CallAnswered counts an API call. The operation is a route's own path, never what the caller sent.
func (m *Metrics) CallAnswered(operation string, status int, took time.Duration) {
	m.calls.WithLabelValues(operation, strconv.Itoa(status)).Inc()
	m.callSeconds.WithLabelValues(operation).Observe(took.Seconds())
}
