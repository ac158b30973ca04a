package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/api"
	"tickler/internal/app"
	"tickler/internal/clock"
	"tickler/internal/directory"
	"tickler/internal/jobs"
	"tickler/internal/live"
	"tickler/internal/metrics"
	"tickler/internal/plain"
	"tickler/internal/ratelimit"
	"tickler/internal/store"
	"tickler/internal/web"
	"tickler/internal/webhook"
	"tickler/internal/worker"
)

// node is all that runs over an open store: the use cases, the background work and what answers
// HTTP.
type node struct {
	store     *store.Store
	clock     tickler.Clock
	directory *directory.Directory
	app       *app.App
	live      *live.Hub
	metrics   *metrics.Metrics
	log       *slog.Logger
	sendsMail bool // a mail server is configured
	// surfaces are what answers HTTP; the first one that serves a path does.
	surfaces []surface
	// stops end what was started, the last one first.
	stops []func()
}

// startNode starts everything but the HTTP server.
func (c serveCommand) startNode(
	ctx context.Context, env *environment, s *store.Store, publicURL string, log *slog.Logger,
) (*node, error) {
	n := &node{store: s, clock: env.clock, metrics: metrics.New(version, env.clock), log: log}
	if err := n.startClock(ctx, env); err != nil {
		return nil, err
	}
	n.directory = directory.New(s, n.clock, log)
	if err := n.directory.Start(ctx); err != nil {
		n.stop()
		return nil, err
	}
	n.stops = append(n.stops, n.directory.Stop)
	n.metrics.Gauge("tickler_unreadable_accounts", "Accounts whose rows can't be read: nothing is done for them.", nil,
		func(_ context.Context, set func(float64, ...string)) error {
			set(float64(n.directory.Unreadable()))
			return nil
		})
	wire := api.Wire
	wire.Plain = plain.TextIn
	n.app = app.New(s, n.directory, n.clock, wire)
	if _, err := n.app.Tokens(ctx); err != nil { // so that the first start makes their key
		n.stop()
		return nil, err
	}
	if err := n.startWorkers(ctx, c, publicURL); err != nil {
		n.stop()
		return nil, err
	}
	n.live = live.New(s, n.clock, log)
	n.live.Start(ctx)
	n.stops = append(n.stops, n.live.Stop)
	proxies, err := parseProxies(c.TrustedProxies)
	if err != nil {
		n.stop()
		return nil, err
	}
	calls := api.New(api.Config{
		App: n.app, Limiter: limiter(s, env.clock),
		WrongKeys:      ratelimit.NewAddresses(env.clock, tickler.DefaultRateLimit),
		WrongKeysLimit: tickler.DefaultRateLimit, Proxies: proxies, PublicURL: publicURL, Log: log,
		Answered: n.metrics.CallAnswered,
	})
	pages := web.New(web.Config{
		App: n.app, Bulk: api.BulkWire{},
		SignIns:   ratelimit.NewSignIns(env.clock, wrongPasswordsPerAddress, wrongPasswordsPerPerson),
		SendsMail: n.sendsMail,
		Live:      n.live, Proxies: proxies, PublicURL: publicURL, Log: log,
	})
	n.surfaces = []surface{
		{isPath("/healthz"), http.HandlerFunc(alive)},
		{isPath("/readyz"), http.HandlerFunc(n.ready)},
		{isPath("/metrics"), n.metrics.Handler()},
		{api.Serves, calls},
		{anyPath, pages},
	}
	return n, nil
}

// How many wrong passwords are allowed before sign-ins are refused: per address, behind which there
// may be a whole office, and per person, where somebody else may be guessing.
var (
	wrongPasswordsPerAddress = tickler.RateLimit{Calls: 50, Window: 15 * time.Minute}
	wrongPasswordsPerPerson  = tickler.RateLimit{Calls: 10, Window: 15 * time.Minute}
)

// startClock makes the database's time the node's own, where nodes share one.
func (n *node) startClock(ctx context.Context, env *environment) error {
	if !n.store.Shared() || env.fixedClock {
		return nil
	}
	databaseTime := clock.NewDatabase(env.clock, n.store, n.log)
	if err := databaseTime.Measure(ctx); err != nil {
		return fmt.Errorf("could not read the database's time: %w", err)
	}
	databaseTime.Start(ctx)
	n.stops = append(n.stops, databaseTime.Stop)
	n.clock = databaseTime
	n.metrics.Gauge("tickler_clock_offset_seconds", "How far the database's clock is ahead of this node's.", nil,
		func(_ context.Context, set func(float64, ...string)) error {
			set(databaseTime.Offset().Seconds())
			return nil
		})
	return nil
}

func (n *node) startWorkers(ctx context.Context, flags serveCommand, publicURL string) error {
	sender, err := flags.sender(n.clock)
	if err != nil {
		return err
	}
	webhooks := flags.webhooks
	if webhooks == nil {
		public := webhook.NewSender(version, flags.AllowPrivateWebhooks, n.clock)
		n.stops = append(n.stops, public.Close)
		webhooks = public
	}
	deps := worker.Deps{
		Store: n.store, App: n.app, Wire: api.BulkWire{}, Webhooks: webhooks, Metrics: n.metrics, Clock: n.clock,
		PublicURL: publicURL, Log: n.log,
	}
	if sender != nil { // else Mail stays nil, and does not hold a nil pointer
		deps.Mail, n.sendsMail = sender, true
		n.stops = append(n.stops, sender.Close)
	} else {
		n.log.Warn("no mail server is configured: reminders are kept as unsent; set --smtp-url to mail them")
	}
	if !n.store.Shared() { // this server is alone on its data folder
		if err := n.store.Jobs().ReleaseAll(ctx, n.clock.Now()); err != nil {
			return err
		}
	}
	runner := jobs.NewRunner(n.store.Jobs(), n.clock, n.log, uuid.NewString(), n.metrics.JobEnded,
		worker.Kinds(deps)...)
	n.app.OnJob(runner.Wake)
	runner.Start(ctx)
	n.stops = append(n.stops, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobGrace)
		defer cancel()
		runner.Stop(grace)
	})
	for _, loop := range worker.Loops(deps, runner.Wake) {
		loop.Start(ctx)
		n.stops = append(n.stops, loop.Stop)
	}
	n.metrics.SlowGauge("tickler_jobs", "Background jobs by kind and state.", []string{"kind", "state"},
		func(ctx context.Context, set func(float64, ...string)) error {
			counts, err := n.store.Jobs().Counts(ctx)
			for _, c := range counts {
				set(float64(c.Count), c.Kind, c.State)
			}
			return err
		})
	return nil
}

// stop ends everything that was started, the last one first.
func (n *node) stop() {
	for _, stop := range slices.Backward(n.stops) {
		stop()
	}
}
