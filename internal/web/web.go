// Package web is the browser UI: pages rendered on the server, with forms that need no script. It
// only puts its areas together; README.md beside this file says how to add a page.
package web

import (
	"embed"
	"io/fs"
	"log/slog"
	"net/http"

	"tickler/internal/app"
	"tickler/internal/httpio"
	"tickler/internal/web/acts"
	"tickler/internal/web/add"
	"tickler/internal/web/docs"
	"tickler/internal/web/frame"
	"tickler/internal/web/leads"
	"tickler/internal/web/live"
	"tickler/internal/web/mailact"
	"tickler/internal/web/requests"
	"tickler/internal/web/settings"
	"tickler/internal/web/signin"
	"tickler/internal/web/tasks"
	"tickler/internal/web/today"
	"tickler/internal/web/webhooks"
)

// Config is what the pages need.
type Config struct {
	App     *app.App
	Bulk    requests.Wire
	SignIns frame.SignIns
	Live    live.Hub
	// SendsMail says whether a mail server is configured.
	SendsMail bool
	Proxies   httpio.Proxies
	// PublicURL is where browsers reach the service, without a final slash. Requests come in
	// without its path.
	PublicURL string
	Log       *slog.Logger
}

// New makes the HTTP handler of all pages. The navigation has the areas' sections in this order.
func New(c Config) http.Handler {
	guesses := frame.Guesses{SignIns: c.SignIns, Proxies: c.Proxies}
	return frame.New(frame.Config{App: c.App, Tokens: c.App.Tokens, Assets: assets, PublicURL: c.PublicURL, Log: c.Log},
		today.New(c.App, c.SendsMail),
		tasks.New(c.App),
		leads.New(c.App),
		requests.New(c.App, c.Bulk),
		settings.New(c.App, guesses),
		webhooks.New(c.App),
		acts.New(c.App, tasks.Asked),
		add.New(c.App),
		mailact.New(c.App),
		signin.New(c.App, guesses),
		docs.New(),
		live.New(c.Live),
	)
}

//go:embed all:static
var built embed.FS

//go:embed assets/*.css
var sources embed.FS

// assets are this program's.
var assets = mustReadAssets(built, sources)

func mustReadAssets(built, sources fs.FS) frame.Assets {
	a, err := frame.ReadAssets(built, sources)
	if err != nil {
		panic(err) // the build put something wrong into the program
	}
	return a
}
