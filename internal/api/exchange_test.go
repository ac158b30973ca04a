package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"tickler"
)

// An exchange is a file of testdata/exchanges: what it shows, in words, and then sections. Each
// begins with a line of its own like these:
//
//	=== account legacy_error_status     a setting of the account, before the first request: this one,
//	=== account zone Asia/Kolkata       its time zone,
//	=== account limit 3/5s              or its rate limit
//	=== clock 2026-03-10 09:15:31       moves the clock
//	=== spend 25                        takes so many calls from the rate limit
//	=== store fails                     no task can be created from now on; "works" ends that
//	=== work                            works through the bulk requests that were accepted
//	=== request                         an HTTP request; its Content-Length is added
//	=== response                        what it was answered: status, the headers that matter, and the body, indented
//
// In a request ${name} stands for a name of the office: an id (${lead}, ${rep}, ${toDo}) or a key
// (${key}, ${secret}, ${repKey}). What a response makes is called ${id1}, ${id2} and so on, in
// responses and in the requests after them. ${upper id1}, ${repeat "x" 500} and ${"\xff"} write
// what can't be written otherwise.
//
// `go test ./internal/api -run Exchanges -update` writes the responses anew. Read what has changed.
type exchange struct {
	about    string
	sections []section
}

type section struct {
	word, args string
	text       string // without the newlines around it
}

// request and response are the words of the sections that make up most of an exchange.
const (
	request  = "request"
	response = "response"
)

func readExchange(t testing.TB, path string) exchange {
	t.Helper()
	content, err := os.ReadFile(path)
	noError(t, err)
	about, rest, _ := strings.Cut("\n"+string(content), "\n=== ")
	e := exchange{about: strings.TrimSpace(about)}
	if e.about == "" {
		t.Fatalf("%s says nothing about itself", path)
	}
	for _, part := range strings.Split(rest, "\n=== ") {
		line, text, _ := strings.Cut(part, "\n")
		word, args, _ := strings.Cut(line, " ")
		e.sections = append(e.sections, section{word, args, strings.Trim(text, "\n")})
	}
	return e
}

func (e exchange) String() string {
	var b strings.Builder
	b.WriteString(e.about + "\n")
	for _, s := range e.sections {
		b.WriteString("\n" + strings.TrimSpace("=== "+s.word+" "+s.args) + "\n")
		if s.text != "" {
			b.WriteString(s.text + "\n")
		}
	}
	return b.String()
}

// account returns the changes to the account that the exchange asks for.
func (e exchange) account(t testing.TB) (changes []func(*tickler.Account)) {
	t.Helper()
	for _, s := range e.sections {
		if s.word != "account" {
			continue
		}
		setting, value, _ := strings.Cut(s.args, " ")
		limit, limitErr := tickler.ParseRateLimit(value)
		changes = append(changes, func(a *tickler.Account) {
			switch setting {
			case "legacy_error_status":
				a.LegacyErrorStatus = true
			case "zone":
				a.Zone = mustLoadZone(t, value)
			case "limit":
				noError(t, limitErr)
				a.RateLimit = limit
			default:
				t.Fatalf("an account has no setting %q", setting)
			}
		})
	}
	return changes
}

// turn is one request of an exchange and its answer.
type turn struct {
	request *http.Request
	sent    []byte // the request's body
	answer  *httptest.ResponseRecorder
}

// play makes the office answer every request. It returns the exchange as it went, and its turns.
func (e exchange) play(t testing.TB, o *office) (exchange, []turn) {
	t.Helper()
	played := exchange{about: e.about}
	var turns []turn
	for _, s := range e.sections {
		switch s.word {
		case "account":
		case "clock":
			at, err := time.Parse(time.DateTime, s.args)
			noError(t, err)
			o.clock.Set(at)
		case "work":
			o.work(t)
		case "spend":
			o.spend(t, s.args)
		case "store":
			o.store.fault = nil
			if s.args == "fails" {
				o.store.fault = tickler.Unavailable(2*time.Second, fmt.Errorf("the disk is full"))
			}
		case request:
			r, body := o.parseRequest(t, s.text)
			turns = append(turns, turn{request: r, sent: body, answer: o.serve(r)})
			played.sections = append(played.sections, s, section{response, "", o.show(t, turns[len(turns)-1])})
			continue
		case response:
			continue // the one from the file stays
		default:
			t.Fatalf("an exchange knows no %q", s.word)
		}
		played.sections = append(played.sections, s)
	}
	return played, turns
}

// spend uses up calls of the account's rate limit.
func (o *office) spend(t testing.TB, calls string) {
	t.Helper()
	n, err := strconv.Atoi(calls)
	noError(t, err)
	for range n {
		if answer := o.get("Authentication.svc/UserByAccessKey.Get"); answer.Code != http.StatusOK {
			t.Fatalf("a call to be spent was answered %d %s", answer.Code, answer.Body)
		}
	}
}

// parseRequest reads a request as a server would, after filling in its names.
func (o *office) parseRequest(t testing.TB, text string) (*http.Request, []byte) {
	t.Helper()
	functions := template.FuncMap{"repeat": strings.Repeat, "upper": strings.ToUpper}
	for name, value := range o.names {
		functions[name] = func() string { return value }
	}
	parsed, err := template.New("request").Delims("${", "}").Funcs(functions).Parse(o.ownAddresses(text))
	noError(t, err)
	var filled strings.Builder
	noError(t, parsed.Execute(&filled, nil))
	head, body, _ := strings.Cut(filled.String(), "\n\n")
	lines := strings.Split(head, "\n")
	lines[0] += " HTTP/1.1"
	lines = append(lines, "Host: tickler.example", fmt.Sprintf("Content-Length: %d", len(body)), "", body)
	wire := strings.Join(lines, "\r\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	noError(t, err)
	r.RemoteAddr = "192.0.2.1:50000"
	return r, []byte(body)
}

// shownHeaders are the headers that are always shown; show adds those that depend on the answer.
var shownHeaders = []string{"Allow", "Content-Disposition", "Idempotency-Replayed", "Retry-After"}

// show formats an answer as exchanges have it.
func (o *office) show(t testing.TB, turn turn) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", turn.answer.Code, http.StatusText(turn.answer.Code))
	shown := slices.Clone(shownHeaders)
	if turn.request.Header.Get("X-Request-Id") != "" {
		shown = append(shown, "X-Request-Id")
	}
	if turn.answer.Code == http.StatusTooManyRequests {
		shown = append(shown, "RateLimit", "RateLimit-Policy")
	}
	if turn.request.Header.Get("Origin") != "" {
		for name := range turn.answer.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				shown = append(shown, name)
			}
		}
		slices.Sort(shown)
	}
	for _, name := range shown {
		if value := turn.answer.Header().Get(name); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, o.anonymous(value))
		}
	}
	return b.String() + "\n" + o.anonymous(showBody(t, turn.answer))
}

// showBody formats a body for people: JSON indented, a table as its lines, any other file by its
// type.
func showBody(t testing.TB, answer *httptest.ResponseRecorder) string {
	t.Helper()
	switch contentType := answer.Header().Get("Content-Type"); {
	case answer.Body.Len() == 0:
		return "(no body)"
	case strings.HasPrefix(contentType, "text/csv"):
		text := strings.TrimPrefix(answer.Body.String(), "\ufeff")
		return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	case answer.Code == http.StatusOK && !strings.HasPrefix(contentType, "application/json"):
		return "(" + contentType + ")"
	}
	var body bytes.Buffer
	noError(t, json.Indent(&body, answer.Body.Bytes(), "", "  "))
	return body.String()
}

var (
	guid   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	autoID = regexp.MustCompile(`("(?:ProspectAutoId|AutoId)": )"?\d+"?`)
)

// anonymous replaces ids with their names, and the office's own domain with example.com. An id
// without a name gets the next of ${id1}, ${id2} …
func (o *office) anonymous(text string) string {
	names := make(map[string]string, len(o.names))
	for name, value := range o.names {
		names[value] = name
	}
	made := 0
	for name := range o.names {
		if strings.HasPrefix(name, "id") {
			made++
		}
	}
	text = strings.ReplaceAll(text, "@"+o.domain, "@")
	text = guid.ReplaceAllStringFunc(text, func(id string) string {
		if names[id] == "" {
			made++
			names[id] = fmt.Sprintf("id%d", made)
			o.names[names[id]] = id
		}
		return "${" + names[id] + "}"
	})
	return autoID.ReplaceAllString(text, `$1"$${autoId}"`)
}
