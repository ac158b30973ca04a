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
	"tickler/internal/mail"
	"tickler/internal/metrics"
	"tickler/internal/ratelimit"
	"tickler/internal/store"
	"tickler/internal/web"
	"tickler/internal/webhook"
	"tickler/internal/worker"
)

// node is all that runs over an open store: the use cases, the background work and what answers HTTP.
type node struct {
	store     *store.Store
	clock     tickler.Clock
	directory *directory.Directory
	app       *app.App
	metrics   *metrics.Metrics
	log       *slog.Logger
	api       http.Handler
	web       http.Handler
	counts    http.Handler
	// stops end what was started, the last one first.
	stops []func()
}

// startNode starts everything but the HTTP server.
func (c serveCommand) startNode(ctx context.Context, env *environment, s *store.Store, publicURL string, log *slog.Logger) (*node, error) {
	n := &node{store: s, clock: env.clock, metrics: metrics.New(version), log: log}
	n.counts = n.metrics.Handler()
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
	n.app = app.New(s, n.directory, n.clock, api.EventWire{})
	if err := n.startWorkers(ctx, c, publicURL); err != nil {
		n.stop()
		return nil, err
	}
	proxies, err := parseProxies(c.TrustedProxies)
	if err != nil {
		n.stop()
		return nil, err
	}
	n.api = api.New(api.Config{
		App: n.app, Limiter: limiter(s, env.clock), WrongKeys: ratelimit.NewAddresses(env.clock, tickler.DefaultRateLimit),
		WrongKeysLimit: tickler.DefaultRateLimit, Proxies: proxies, PublicURL: publicURL, Log: log, Answered: n.metrics.CallAnswered,
	})
	n.web = web.New(web.Config{
		App: n.app, Bulk: api.BulkWire{}, SignIns: ratelimit.NewSignIns(env.clock, wrongPasswordsPerAddress, wrongPasswordsPerPerson),
		Proxies: proxies, PublicURL: publicURL, Log: log,
	})
	return n, nil
}

// How many wrong passwords are told that they are wrong: from one address, behind which there may be a whole office, and for
// one person, where somebody else may be guessing.
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
		return fmt.Errorf("the database's time can't be read: %w", err)
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
	webhooks := webhook.NewSender(version, flags.AllowPrivateWebhooks, n.clock)
	n.stops = append(n.stops, webhooks.Close)
	deps := worker.Deps{
		Store: n.store, App: n.app, Wire: api.BulkWire{}, Webhooks: webhooks, Metrics: n.metrics, Clock: n.clock, PublicURL: publicURL,
		Log: n.log,
	}
	if sender != nil { // else Mail stays nil, and does not hold a nil pointer
		deps.Mail = sender
		n.stops = append(n.stops, sender.Close)
	} else {
		n.log.Warn("no mail server is configured: reminders are kept, marked as unsent. Give --smtp-url to mail them.")
	}
	if !n.store.Shared() { // this server is alone on its data folder
		if err := n.store.Jobs().ReleaseAll(ctx, n.clock.Now()); err != nil {
			return err
		}
	}
	runner := jobs.NewRunner(n.store.Jobs(), n.clock, n.log, uuid.NewString(), n.metrics.JobEnded, worker.Kinds(deps)...)
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
	n.metrics.Gauge("tickler_jobs", "Background jobs by kind and state.", []string{"kind", "state"},
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

// ServeHTTP answers for people and programs who watch the service, and leaves the rest to the API and the pages.
func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/healthz":
		writeLine(w, http.StatusOK, "ok")
	case path == "/readyz":
		n.ready(w, r)
	case path == "/metrics":
		n.counts.ServeHTTP(w, r)
	case api.Serves(path):
		n.api.ServeHTTP(w, r)
	default:
		n.web.ServeHTTP(w, r)
	}
}

// ready tells a load balancer whether calls can be answered now.
func (n *node) ready(w http.ResponseWriter, r *http.Request) {
	const readyTimeout = 2 * time.Second
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	err := n.store.Ping(ctx)
	if err == nil {
		err = n.directory.Fresh()
	}
	if err != nil {
		n.log.Warn("not ready", "error", err)
		writeLine(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	writeLine(w, http.StatusOK, "ready")
}

func writeLine(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}

// mailFlags say how mail leaves.
type mailFlags struct {
	SMTPURL  string `help:"The mail server: smtp://user:password@host:port?tls=none|starttls|implicit. Reminders stay unsent without it." name:"smtp-url" placeholder:"URL" secret:""`
	MailFrom string `help:"The sender of every mail." default:"Tickler <tickler@localhost>" placeholder:"ADDRESS"`
}

// sender gives nil when no mail server is configured.
func (f mailFlags) sender(clock tickler.Clock) (*mail.Sender, error) {
	if f.SMTPURL == "" {
		return nil, nil //nolint:nilnil // to have none is an ordinary way to run
	}
	return mail.New(f.SMTPURL, f.MailFrom, clock)
}
