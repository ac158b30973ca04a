package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"go.uber.org/goleak"

	"tickler"
	"tickler/internal/api"
	"tickler/internal/app"
	"tickler/internal/clock/clocktest"
	"tickler/internal/directory"
	"tickler/internal/live"
	"tickler/internal/plain"
	"tickler/internal/ratelimit"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
	"tickler/internal/web"
)

func TestMain(m *testing.M) {
	app.Hashing.Memory = 64 // KiB; what a password costs is not tested here
	goleak.VerifyTestMain(m)
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const password = "correct horse"

var passwordHash = sync.OnceValue(func() string {
	hash, err := argon2id.CreateHash(password, &app.Hashing)
	if err != nil {
		panic(err)
	}
	return hash
})

// world is an account with people of every role, its pages served:
//
//	admin (Administrator)
//	marketer (Marketing_User)
//	boss (Sales_User) ← seller (Sales_User)
//	loner (Sales_User)
//	keyless (Sales_User), who has no password
//	gone (Sales_User, inactive)
type world struct {
	*app.App
	t       *testing.T
	store   *store.Store
	live    *live.Hub
	clock   *clocktest.Clock
	account tickler.ID
	users   map[string]tickler.User
	server  *httptest.Server
}

// onEachEngine runs a test in a world on SQLite and in one on Postgres.
func onEachEngine(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Run(t, func(t *testing.T, s *store.Store) { test(t, newWorld(t, s)) })
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	w := &world{t: t, store: s, clock: clocktest.New(now), users: map[string]tickler.User{}}
	wire := api.Wire
	wire.Plain = plain.TextIn
	w.App = app.New(s, directory.New(s, w.clock, slog.New(slog.DiscardHandler)), w.clock, wire)
	w.live = live.New(s, w.clock, slog.New(slog.DiscardHandler))
	w.setUp()
	w.server = w.serve("http://tasks.example.com")
	return w
}

// anotherNode is one more node over the same database.
func (w *world) anotherNode() *world {
	other := *w
	other.App = app.New(w.store, directory.New(w.store, w.clock, slog.New(slog.DiscardHandler)), w.clock, api.Wire)
	other.server = other.serve("http://tasks.example.com")
	return &other
}

// serve serves the pages as those of a public URL.
func (w *world) serve(publicURL string) *httptest.Server {
	server := httptest.NewServer(web.New(web.Config{
		App: w.App, Bulk: api.BulkWire{}, PublicURL: publicURL, Log: slog.New(slog.DiscardHandler),
		Live: w.live, SignIns: ratelimit.NewSignIns(w.clock, tickler.RateLimit{Calls: 6, Window: time.Hour}, tickler.RateLimit{Calls: 3, Window: 15 * time.Minute}),
	}))
	w.t.Cleanup(server.Close)
	return server
}

func (w *world) setUp() {
	w.t.Helper()
	account := tickler.Account{ID: newID(), Zone: time.UTC, RateLimit: tickler.DefaultRateLimit, CreatedAt: now}
	admin := tickler.User{
		ID: newID(), AccountID: account.ID, FirstName: "Ada", Email: "admin@example.com", Role: tickler.Administrator, Active: true, CreatedAt: now,
	}
	fresh := tickler.FreshAccount{Account: account, Admin: admin, PasswordHash: passwordHash(), TaskTypes: tickler.FreshTaskTypes()}
	for i := range fresh.TaskTypes {
		fresh.TaskTypes[i].ID, fresh.TaskTypes[i].AccountID, fresh.TaskTypes[i].CreatedAt = newID(), account.ID, now
	}
	fresh.Key = tickler.AccessKey{ID: newID(), AccountID: account.ID, UserID: admin.ID, Key: "KEYOFADMIN", SecretHash: tickler.HashSecret("secret"), CreatedAt: now}
	w.must(w.store.CreateAccount(w.t.Context(), fresh))
	w.account, w.users["admin"] = account.ID, admin
	w.hire("marketer", tickler.MarketingUser, "", passwordHash())
	w.hire("boss", tickler.SalesUser, "", passwordHash())
	w.hire("seller", tickler.SalesUser, "boss", passwordHash())
	w.hire("loner", tickler.SalesUser, "", passwordHash())
	w.hire("keyless", tickler.SalesUser, "", "")
	w.hire("gone", tickler.SalesUser, "", passwordHash())
	w.must(w.store.DeactivateUser(w.t.Context(), w.account, w.users["gone"]))
}

func (w *world) hire(name string, role tickler.Role, manager, hash string) {
	w.t.Helper()
	user := tickler.User{
		ID: newID(), AccountID: w.account, FirstName: name, Email: name + "@example.com", Role: role, Active: true,
		ManagerID: w.users[manager].ID, CreatedAt: now,
	}
	w.must(w.store.CreateUser(w.t.Context(), user, hash))
	w.users[name] = user
}

// caller returns a user as the use cases know them.
func (w *world) caller(name string) app.Caller {
	w.t.Helper()
	caller, err := w.SignedIn(w.t.Context(), tickler.Session{AccountID: w.account, UserID: w.users[name].ID})
	w.must(err)
	return caller
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// browser is a browser that keeps cookies and follows no redirects.
type browser struct {
	t      *testing.T
	url    string
	client *http.Client
}

// stranger returns a browser in which nobody is signed in.
func (w *world) stranger() *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	transport := &http.Transport{}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &browser{w.t, w.server.URL, &http.Client{
		Transport: transport, Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// as returns a browser in which a user has signed in.
func (w *world) as(name string) *browser {
	w.t.Helper()
	b := w.stranger()
	b.post("/sign-in", "email", name+"@example.com", "password", password).want(http.StatusSeeOther, "")
	return b
}

// with is a browser that has a session's token.
func (w *world) with(token string) *browser {
	w.t.Helper()
	b := w.stranger()
	location, err := url.Parse(b.url)
	w.must(err)
	b.client.Jar.SetCookies(location, []*http.Cookie{{Name: "tickler_session", Value: token}})
	return b
}

// reply is what a browser got.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (b *browser) get(path string) reply { b.t.Helper(); return b.do(http.MethodGet, path, "") }

// post sends a form: names and values in turn.
func (b *browser) post(path string, pairs ...string) reply {
	b.t.Helper()
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, values.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

// do sends a request. The header is given as names and values in turn.
func (b *browser) do(method, path, body string, header ...string) reply {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return reply{b.t, response.StatusCode, response.Header, string(content)}
}

// want compares the status, and looks for a text in the page.
func (r reply) want(status int, text string) reply {
	r.t.Helper()
	if r.status != status || !strings.Contains(r.body, text) {
		r.t.Errorf("got %d, want %d with %q in\n%s", r.status, status, text, r.body)
	}
	return r
}

// lacks checks that a text is not in the page.
func (r reply) lacks(text string) reply {
	r.t.Helper()
	if strings.Contains(r.body, text) {
		r.t.Errorf("%q is in\n%s", text, r.body)
	}
	return r
}

// leadsTo checks where a redirect leads.
func (r reply) leadsTo(path string) reply {
	r.t.Helper()
	if got := r.header.Get("Location"); r.status != http.StatusSeeOther || got != path {
		r.t.Errorf("got %d to %q, want a redirection to %q\n%s", r.status, got, path, r.body)
	}
	return r
}

// cookie is the session's token.
func (b *browser) cookie() string {
	b.t.Helper()
	location, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(location) {
		if c.Name == "tickler_session" {
			return c.Value
		}
	}
	return ""
}
