package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/api"
	"tickler/internal/app"
	"tickler/internal/httpio"
	"tickler/internal/ratelimit"
	"tickler/internal/store"
	"tickler/internal/worker"
)

// serveCommand runs the service.
type serveCommand struct {
	databaseFlags `embed:""`
	mailFlags     `embed:""`

	Listen               string   `help:"The address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL            string   `help:"Where clients reach the service. By default the listening address." placeholder:"URL"`
	TrustedProxies       []string `help:"Networks whose X-Forwarded-For is trusted, like 10.0.0.0/8." placeholder:"CIDR"`
	TLSCert              string   `help:"A certificate file: serves https." placeholder:"FILE" and:"tls"`
	TLSKey               string   `help:"The certificate's key file." placeholder:"FILE" and:"tls"`
	AllowPrivateWebhooks bool     `help:"Allow webhooks to private, loopback and link-local addresses."`
	LogFormat            string   `help:"text or json." enum:"text,json" default:"text"`
	LogLevel             string   `help:"debug (every call), info, warn or error." enum:"debug,info,warn,error" default:"info"`

	// prepare, if there is one, fills the database before it is served.
	prepare func(ctx context.Context, s *store.Store) error
	// webhooks hands webhooks over; nil for a sender that does.
	webhooks worker.WebhookSender
}

// Run serves until the context ends, then lets running calls finish.
func (c serveCommand) Run(ctx context.Context, env *environment) error {
	log, err := c.logger(env)
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if !c.onPostgres() {
		if err := os.MkdirAll(c.Data, 0o700); err != nil {
			return fmt.Errorf("could not create the data folder: %w", err)
		}
		unlock, err := c.lock()
		if err != nil {
			return err
		}
		defer func() { _ = unlock() }()
	}
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	if ran, err := s.Migrate(ctx); err != nil {
		return errors.Join(err, s.Close())
	} else if len(ran) > 0 {
		log.Info("migrated the database", "migrations", ran)
	}
	return errors.Join(c.serve(ctx, env, s, log), s.Close())
}

// check refuses invalid flags before anything is created.
func (c serveCommand) check() error {
	if _, err := parseProxies(c.TrustedProxies); err != nil {
		return err
	}
	if _, err := readPublicURL(c.PublicURL); err != nil {
		return err
	}
	if c.Listen == "" { // any port would do, which nobody means
		return misused("--listen", "", "an address and a port, like 127.0.0.1:8080")
	}
	if c.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			return fmt.Errorf("could not use the certificate: %w", err)
		}
	}
	return nil
}

// readPublicURL returns a public URL as links are written: as it goes over the wire, without a
// slash at the end. It refuses one to which no path can be added. An empty one stands for the
// listening address.
func readPublicURL(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	sent, err := address.ParseURL("", text)
	if err == nil {
		var public *url.URL
		public, err = url.Parse(sent)
		if err == nil && !strings.Contains(sent, "?") && isPlainPath(public.Path) {
			return strings.TrimRight(sent, "/"), nil
		}
	}
	return "", fmt.Errorf("--public-url: %q is not a URL like https://example.com/tickler", text)
}

// isPlainPath reports whether a path is in its shortest form, but for slashes at its end: browsers
// read /../x and //x as something else.
func isPlainPath(text string) bool {
	text = strings.TrimRight(text, "/")
	return text == "" || path.Clean(text) == text
}

// How long a shutdown waits for running calls, and then for mails that are being handed over. The
// sum stays below the 30 seconds that service managers grant.
const (
	callGrace = 20 * time.Second
	jobGrace  = 8 * time.Second
)

// serve runs everything over an open store.
func (c serveCommand) serve(ctx context.Context, env *environment, s *store.Store, log *slog.Logger) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("could not listen on %s: %w", c.Listen, err)
	}
	at := c.scheme() + "://" + reachable(listener.Addr())
	publicURL, err := readPublicURL(c.PublicURL)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if publicURL == "" {
		publicURL = at
	}
	if c.prepare != nil {
		if err := c.prepare(ctx, s); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	node, err := c.startNode(ctx, env, s, publicURL, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer node.stop()
	if err := setUpFirstAccount(ctx, env, node.app, publicURL); err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{
		Handler:           httpio.Below(publicURL, node),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(node.live.Close) // pages that follow would keep it waiting
	log.Info("tickler is serving", "address", at, "version", version)
	if env.serving != nil {
		env.serving(at)
	}
	return c.untilDone(ctx, server, listener, log)
}

// reachable returns the host and port by which this machine reaches a listening address. One that
// stands for all addresses of the machine, [::] or 0.0.0.0, is none that a browser can be sent to.
func reachable(listening net.Addr) string {
	tcp, ok := listening.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return listening.String()
	}
	return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
}

// untilDone serves until the context ends; then it accepts no new calls and waits for the running
// ones.
func (c serveCommand) untilDone(
	ctx context.Context, server *http.Server, listener net.Listener, log *slog.Logger,
) error {
	ended := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			ended <- server.ServeTLS(listener, c.TLSCert, c.TLSKey)
		} else {
			ended <- server.Serve(api.Listener(listener))
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	log.Info("shutting down: waiting for running calls")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), callGrace)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(fmt.Errorf("calls still running after %s were cut off", callGrace), server.Close())
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// setUpFirstAccount makes an account and prints its keys when there is none yet.
func setUpFirstAccount(ctx context.Context, env *environment, useCases *app.App, publicURL string) error {
	accounts, err := useCases.AccountIDs(ctx) // one that can't be read keeps nobody else from being served
	if err != nil || len(accounts) > 0 {
		return err
	}
	made, err := useCases.CreateAccount(ctx, app.NewAccount{
		Email: "admin@example.com", Zone: time.UTC, RateLimit: tickler.DefaultRateLimit, OnlyAsFirst: true,
	})
	if tickler.KindOf(err) == tickler.KindDuplicate { // another node was first, and has printed it
		return nil
	}
	if err != nil {
		return err
	}
	return welcome(env.stdout, made, publicURL)
}

// limiter counts in memory on one node, and in the database when there may be several.
func limiter(s *store.Store, clock tickler.Clock) ratelimit.Limiter {
	if s.Shared() {
		return ratelimit.NewShared(s, clock)
	}
	return ratelimit.NewLocal(clock)
}

func parseProxies(networks []string) (httpio.Proxies, error) {
	var proxies httpio.Proxies
	for _, text := range networks {
		text = strings.TrimSpace(text)
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			one, oneErr := netip.ParseAddr(text)
			if oneErr != nil {
				return nil, fmt.Errorf("--trusted-proxies: %q is not a network like 10.0.0.0/8", text)
			}
			prefix = netip.PrefixFrom(one, one.BitLen())
		}
		proxies = append(proxies, prefix)
	}
	return proxies, nil
}

func (c serveCommand) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

func (c serveCommand) logger(env *environment) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, err
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(env.stderr, options)), nil
	}
	return slog.New(slog.NewTextHandler(env.stderr, options)), nil
}
