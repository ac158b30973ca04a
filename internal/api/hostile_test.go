package api

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tickler"
)

// Where the body does not matter, a caller who declares one and never sends it is still answered:
// otherwise anybody could hold connections.
func TestAnswersDoNotWaitForABodyThatNobodyWants(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	server := httptest.NewServer(o.api)
	defer server.Close()
	keys := o.accessKey() + "\r\n" + o.secretKey() + "\r\n"
	for name, c := range map[string]struct {
		line, headers string
		length        int
		want          int
	}{
		"404": {"POST /v2/Task.svc/Craete", keys, 100, http.StatusNotFound},
		"405": {"PUT /v2/Task.svc/Create", keys, 100, http.StatusMethodNotAllowed},
		"401": {"POST /v2/Task.svc/Create", "", 100, http.StatusUnauthorized},
		"413": {"POST /v2/Task.svc/Create", keys, 1<<20 + 1, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			noError(t, err)
			defer func() { noError(t, conn.Close()) }()
			_, err = fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: x\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", c.line, c.headers, c.length)
			noError(t, err)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			noError(t, err)
			defer func() { noError(t, answer.Body.Close()) }()
			if answer.StatusCode != c.want || !answer.Close {
				t.Errorf("%d, and the connection closes: %t; want %d, true", answer.StatusCode, answer.Close, c.want)
			}
		})
	}
}

// A caller who reads the answer only after sending the whole body gets it, however large the body
// is: the connection is not closed while they send.
func TestRefusalReachesACallerWhoSendsTheWholeBodyFirst(t *testing.T) {
	t.Parallel()
	const large = 32 << 20 // more than any socket buffers
	body := strings.Repeat(" ", large)
	declared := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", large, body)
	chunked := fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", large, body)
	for name, c := range map[string]struct {
		callsBefore int
		body        string
		want        int
	}{
		"413, declared": {0, declared, http.StatusRequestEntityTooLarge},
		"413, chunked":  {0, chunked, http.StatusRequestEntityTooLarge},
		"429, declared": {tickler.DefaultRateLimit.Calls, declared, http.StatusTooManyRequests},
		"429, chunked":  {tickler.DefaultRateLimit.Calls, chunked, http.StatusTooManyRequests},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t)
			server := httptest.NewServer(o.api)
			defer server.Close()
			for range c.callsBefore {
				o.post("Task.svc/Create", `{}`)
			}
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			noError(t, err)
			defer func() { noError(t, conn.Close()) }()
			_, err = fmt.Fprintf(conn, "POST /v2/Task.svc/Create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n%s\r\n%s",
				o.accessKey(), o.secretKey(), c.body)
			noError(t, err)
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			noError(t, err)
			defer func() { noError(t, answer.Body.Close()) }()
			if answer.StatusCode != c.want {
				t.Errorf("%d, want %d", answer.StatusCode, c.want)
			}
		})
	}
}

// A parameter that keeps a call from doing harm must not be ignored because it is misspelt.
func TestMisspeltPrecautionsAreRefused(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	for _, c := range []struct {
		query  string
		header []string
		want   string
	}{
		{"?dryRun", nil, "'dryRun' has the invalid value ''. Expected true or false."},
		{"?dryRun=tru%zze", nil, "'dryRun' has the invalid value 'tru%zze'. Expected true or false."},
		{"?dryRunMode=true", nil, "Unknown parameter 'dryRunMode'. Did you mean 'dryRun'?"},
		{"?dryRun%3Dtrue", nil, "Unknown parameter 'dryRun=true'. Did you mean 'dryRun'?"},
		{"?options.dryRun=true", nil, "Unknown parameter 'options.dryRun'. Did you mean 'dryRun'?"},
		{"", []string{"X-LSQ-DryRun: true"}, "Unknown header 'X-Lsq-Dryrun'. Did you mean the parameter 'dryRun'?"},
		{"", []string{"X-LSQ-Idempotency-Key: one"}, "Unknown header 'X-Lsq-Idempotency-Key'. Did you mean 'Idempotency-Key'?"},
		{"", []string{"Idempotency-Key:   "}, "'Idempotency-Key' has the invalid value '  '. Expected at most 255 printable characters, not none."},
		{"", []string{"Idempotency-Key: one", "Idempotency-Key: two"}, "'Idempotency-Key' has the invalid value 'one, two'. Expected one key."},
	} {
		answer := o.post("Task.svc/Create"+c.query, `{"Name": "Call Ada back"}`, c.header...)
		if answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), c.want) {
			t.Errorf("%d %s\nwant %s", answer.Code, answer.Body, c.want)
		}
	}
	tasks := o.mustPost(t, "Task.svc/Retrieve", `{"Parameter": {"LookupName": "OwnerEmailAddress", "LookupValue": "grace@example.com"}}`)
	if !strings.Contains(tasks.Body.String(), `"RecordCount":0`) {
		t.Errorf("a task was written: %s", tasks.Body)
	}
}
