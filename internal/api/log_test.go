package api

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// However a call ends, even if the server breaks off, its keys are not in the log, wherever they
// were sent.
func TestKeysNeverReachTheLog(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	server := httptest.NewUnstartedServer(o.api)
	server.Config.ErrorLog = slog.NewLogLogger(o.api.Log.Handler(), slog.LevelDebug)
	server.Start()
	defer server.Close()
	inQuery := "?accessKey=" + o.names["key"] + "&secretKey=" + o.names["secret"]
	const unknown, guess = "SOMEBODYSACCESSKEY", "SOMEBODYSSECRETKEY"
	notOurs := errors.New("constraint failed")
	for _, c := range []struct {
		method, path, query, body string
		fault                     error
		status                    int
	}{
		{get, "/v2/UserManagement.svc/Users.Get", inQuery, "", nil, 200},
		{post, "/v2/Task.svc/Create", inQuery, `{`, nil, 400},
		{get, "/v2/Task.svc/Retrieve.GetById", inQuery + "&id=" + o.names["secret"], "", nil, 400},
		{get, "/v2/Task.svc/Create", inQuery, "", nil, 405},
		{get, "/v2/Nothing", inQuery, "", nil, 404},
		{get, "/v2/UserManagement.svc/Users.Get", "?accessKey=" + unknown + "&secretKey=" + guess, "", nil, 401},
		{get, "/v2/UserManagement.svc/Users.Get", "?accessKey=" + o.names["key"] + "&secretKey=" + guess, "", nil, 401},
		{get, "/v2/UserManagement.svc/Users.Get", inQuery + "&a;b&%zz", "", nil, 200},
		{post, panicPath, inQuery, `{}`, nil, 500},
		{post, "/v2/Task.svc/Create", inQuery, `{"Name": "Call Ada back"}`, notOurs, 500},
		{post, "/v2/Task.svc/Create", inQuery, `{"Name": "Call Ada back"}`, tickler.Unavailable(time.Second, notOurs), 503},
	} {
		o.store.fault = c.fault
		for _, header := range []bool{false, true} {
			r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL+c.path+c.query, strings.NewReader(c.body))
			noError(t, err)
			r.Header.Set("Content-Type", "application/json")
			if header && c.status != http.StatusUnauthorized {
				r.Header.Set("x-LSQ-AccessKey", o.names["key"])
				r.Header.Set("x-LSQ-SecretKey", o.names["secret"])
			}
			answer, err := server.Client().Do(r)
			noError(t, err)
			noError(t, answer.Body.Close())
			if answer.StatusCode != c.status {
				t.Errorf("%s: %d, want %d", c.path, answer.StatusCode, c.status)
			}
		}
	}
	server.Close()
	log := o.log.String()
	for _, word := range []string{"constraint failed", "a bug", "goroutine ", "level=DEBUG", "operation=unknown"} { // it does log
		if !strings.Contains(log, word) {
			t.Errorf("%q is not in the log:\n%s", word, log)
		}
	}
	for _, secret := range []string{o.names["key"], o.names["secret"], unknown, guess, "secretKey"} {
		if strings.Contains(strings.ToLower(log), strings.ToLower(secret)) {
			t.Errorf("%q is in the log:\n%s", secret, log)
		}
	}
}

// An internal error tells the caller nothing but the id under which it is logged.
func TestInternalErrorsTellNoInternals(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.store.fault = errors.New("constraint failed")
	w := o.post("Task.svc/Create", `{"Name": "Call Ada back"}`)
	id := w.Header().Get("X-Request-Id")
	want := "The API call failed by a fault of ours. Quote the request id " + id + " when you report it."
	if e := readError(w.Body.Bytes()); w.Code != http.StatusInternalServerError || e.ExceptionMessage != want {
		t.Errorf("%d %s", w.Code, e.ExceptionMessage)
	}
	if log := o.log.String(); !strings.Contains(log, "id="+id) || !strings.Contains(log, "constraint failed") {
		t.Errorf("the log has not %s:\n%s", id, log)
	}
}

// Keys with a length or characters that no store keeps are wrong, and are not looked up.
func TestImpossibleKeys(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		for name, key := range map[string]string{
			"none": "", "long": strings.Repeat("x", 60_000), "NUL": "%00", "not UTF-8": "%ff", "right but for a NUL": o.names["key"] + "%00",
		} {
			w := o.call(get, "/v2/UserManagement.svc/Users.Get?secretKey="+o.names["secret"]+"&accessKey="+key, "")
			if w.Code != http.StatusUnauthorized {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
	})
}
