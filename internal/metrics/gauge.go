package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tickler"
)

// Read reads a number, or several with different labels, and sets each.
type Read func(ctx context.Context, set func(value float64, labels ...string)) error

// Gauge adds a number that is read at each scrape. It is left out when reading it fails.
func (m *Metrics) Gauge(name, help string, labels []string, read Read) {
	m.registry.MustRegister(gauge{prometheus.NewDesc(name, help, labels, nil), read})
}

// keepSlow is how long the last value of a slow gauge is shown before it is read again.
const keepSlow = 10 * time.Second

// SlowGauge adds a number that is expensive to read, by a query for example: however often the
// metrics are scraped, it is read at most once in ten seconds.
func (m *Metrics) SlowGauge(name, help string, labels []string, read Read) {
	m.registry.MustRegister(&slowGauge{gauge: gauge{prometheus.NewDesc(name, help, labels, nil), read}, clock: m.clock})
}

type gauge struct {
	description *prometheus.Desc
	read        Read
}

// readTimeout keeps a hanging database from blocking the metrics.
const readTimeout = 2 * time.Second

// Describe implements prometheus.Collector.
func (g gauge) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- g.description }

// Collect implements prometheus.Collector.
func (g gauge) Collect(metrics chan<- prometheus.Metric) {
	for _, metric := range g.values() {
		metrics <- metric
	}
}

// values reads the numbers; none when that fails.
func (g gauge) values() []prometheus.Metric {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	var read []prometheus.Metric
	err := g.read(ctx, func(value float64, labels ...string) {
		read = append(read, prometheus.MustNewConstMetric(g.description, prometheus.GaugeValue, value, labels...))
	})
	if err != nil {
		return nil
	}
	return read
}

// slowGauge remembers what was read, or that it failed.
type slowGauge struct {
	gauge
	clock tickler.Clock

	mu     sync.Mutex // held while it reads: the others get what that gives
	readAt time.Time
	kept   []prometheus.Metric
}

// Collect implements prometheus.Collector.
func (g *slowGauge) Collect(metrics chan<- prometheus.Metric) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := g.clock.Now(); g.readAt.IsZero() || now.Sub(g.readAt) >= keepSlow || now.Before(g.readAt) {
		g.kept, g.readAt = g.values(), now
	}
	for _, metric := range g.kept {
		metrics <- metric
	}
}
