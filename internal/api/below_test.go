package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tickler"
)

// What net/http itself refuses is answered in the API's form: JSON with Status Error, an id, and
// CORS headers for any origin.
func TestErrorsBelowTheAPI(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	server := httptest.NewUnstartedServer(o.api)
	server.Listener = Listener(server.Listener)
	server.Config.MaxHeaderBytes = 64 << 10
	server.Start()
	defer server.Close()
	const create = "/v2/Task.svc/Create"
	for name, c := range map[string]struct {
		request string
		want    failure
		says    string
	}{
		"a raw blank in the query": {"GET " + create + "?a=b c HTTP/1.1\r\nHost: x\r\n\r\n", failureOf[tickler.KindInvalid], "A blank in the query is written %20 or +"},
		"a query of 200 kB": {
			"GET " + create + "?a=" + strings.Repeat("x", 200<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", requestTooLarge, "longer than 64 KiB",
		},
		"a header of 200 kB": {"GET " + create + " HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("x", 200<<10) + "\r\n\r\n", requestTooLarge, "longer than 64 KiB"},
		"no Host":            {"GET " + create + " HTTP/1.1\r\n\r\n", failureOf[tickler.KindInvalid], "missing required Host header"},
		"two Hosts":          {"GET " + create + " HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"no HTTP":            {"hello\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"another HTTP":       {"GET " + create + " HTTP/3.7\r\nHost: x\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"a bad header":       {"GET " + create + " HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"a bad length":       {"POST " + create + " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"an unknown coding":  {"POST " + create + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: br\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"a bad escape":       {"GET /v2/%zz HTTP/1.1\r\nHost: x\r\n\r\n", failureOf[tickler.KindInvalid], "can't be read as HTTP"},
		"an expectation": {
			"POST " + create + " HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}", unmetExpectation, "'Expect' can be 100-continue only",
		},
		"what can be read": {"GET /v2/Nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", notFound, "could not be found"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			noError(t, err)
			defer func() { noError(t, conn.Close()) }()
			_, _ = fmt.Fprint(conn, c.request) // it may be answered before all is sent
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			noError(t, err)
			body, err := io.ReadAll(answer.Body)
			noError(t, err)
			noError(t, answer.Body.Close())
			if got := (failure{answer.StatusCode, errorType(t, body)}); got != c.want || !strings.Contains(string(body), c.says) {
				t.Errorf("%v %s\nwant %v and %s", got, body, c.want, c.says)
			}
			if answer.Header.Get("X-Request-Id") == "" || answer.Header.Get("Access-Control-Allow-Origin") != "*" || !answer.Close {
				t.Errorf("%v", answer.Header)
			}
		})
	}
}

// A handler's answer goes out as written, whatever it looks like.
func TestOnlyRefusalsBelowTheAPIAreRewritten(t *testing.T) {
	for _, written := range []string{
		"", "HTTP/1.1 400", "HTTP/1.1 400 Bad Request\r\nDate: x\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400",
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nok",
		"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 417",
		"x\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request",
	} {
		if refusal, isOne := refusalBelow([]byte(written)); isOne {
			t.Errorf("%q became %q", written, refusal)
		}
	}
}
