package pages_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"tickler/internal/mail/mailtest"
)

// outside serves what the program has mailed and called to the browser tests, and returns its URL.
//
//	GET  /mails          the mails so far
//	POST /received/NAME  takes everything that the program sends
//	GET  /received/NAME  what was sent there so far
func outside(t *testing.T, mail *mailtest.Server) string {
	t.Helper()
	r := &receiver{sent: map[string][]delivery{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mails", func(w http.ResponseWriter, _ *http.Request) {
		letters := []mailtest.Letter{}
		for _, m := range mail.Messages() {
			letters = append(letters, m.Letter(t))
		}
		writeJSON(w, letters)
	})
	mux.HandleFunc("POST /received/{name}", r.take)
	mux.HandleFunc("GET /received/{name}", r.give)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// receiver records what the program sends, by the last part of the path.
type receiver struct {
	mu   sync.Mutex
	sent map[string][]delivery
}

type delivery struct {
	Header http.Header
	Body   string
}

func (r *receiver) take(_ http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body) // a body that breaks off is kept as far as it came
	name := request.PathValue("name")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[name] = append(r.sent[name], delivery{request.Header, string(body)})
}

func (r *receiver) give(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	writeJSON(w, append([]delivery{}, r.sent[request.PathValue("name")]...))
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
