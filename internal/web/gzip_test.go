package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// gzipped asks as a browser does, and returns the page as it goes over the wire.
func (b *browser) gzipped(method, path, body string, header ...string) reply {
	b.t.Helper()
	return b.do(method, path, body, append(header, "Accept-Encoding", "gzip, deflate, br")...)
}

// unpacked is the page of a reply that must be gzipped and as long as it says.
func (r reply) unpacked() reply {
	r.t.Helper()
	if r.header.Get("Content-Encoding") != "gzip" || r.header.Get("Content-Length") != strconv.Itoa(len(r.body)) {
		r.t.Fatalf("%d bytes came, with %v", len(r.body), r.header)
	}
	reader, err := gzip.NewReader(strings.NewReader(r.body))
	if err != nil {
		r.t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		r.t.Fatal(err)
	}
	r.body = string(content)
	return r
}

// isPlain checks that a reply is not compressed.
func (r reply) isPlain() reply {
	r.t.Helper()
	if encoding := r.header.Get("Content-Encoding"); encoding != "" {
		r.t.Errorf("it is encoded as %s", encoding)
	}
	return r
}

func (r reply) varies() reply {
	r.t.Helper()
	if got := r.header.Values("Vary"); len(got) != 1 || got[0] != "Accept-Encoding" {
		r.t.Errorf("Vary: %q", got)
	}
	return r
}

func TestPagesAreGzippedForBrowsersThatTakeThemSo(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b := w.as("seller")
		packed := b.gzipped(http.MethodGet, "/", "").varies()
		page := packed.unpacked().want(http.StatusOK, "</html>")
		if len(packed.body) > len(page.body)/2 {
			t.Errorf("%d bytes became %d", len(page.body), len(packed.body))
		}
		for _, accepted := range []string{"identity", "br", "gzip;q=0"} {
			b.do(http.MethodGet, "/", "", "Accept-Encoding", accepted).isPlain().varies().want(http.StatusOK, "</html>")
		}
		b.gzipped(http.MethodGet, "/nothing-here", "").unpacked().want(http.StatusNotFound, "</html>")
		b.gzipped(http.MethodPost, "/settings/password", "current=wrong", "Content-Type", "application/x-www-form-urlencoded",
			"Sec-Fetch-Site", "same-origin").unpacked().want(http.StatusUnprocessableEntity, "</html>")
		w.stranger().gzipped(http.MethodGet, "/sign-in", "").unpacked().want(http.StatusOK, "</html>")
	})
}

// The length of a gzipped page tells what repeats in it, if nothing is done against that.
func TestTheLengthOfAPageIsNeverTheSame(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		b, lengths := w.as("seller"), map[int]bool{}
		for range 20 {
			lengths[len(b.gzipped(http.MethodGet, "/settings", "").unpacked().body)] = true
		}
		if len(lengths) != 1 {
			t.Fatalf("the page itself changes: %v", lengths)
		}
		for range 20 {
			lengths[len(b.gzipped(http.MethodGet, "/settings", "").body)] = true
		}
		if len(lengths) < 5 {
			t.Errorf("of 20 answers only %d differ in length", len(lengths)-1)
		}
	})
}

func TestPagesWithASecretAreNotGzipped(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		b := w.as("admin")
		b.gzipped(http.MethodGet, "/settings/webhook-secret", "").isPlain().varies().want(http.StatusOK, `class="secret"`)
		b.gzipped(http.MethodPost, "/settings/keys", "", "Sec-Fetch-Site", "same-origin",
			"Content-Type", "application/x-www-form-urlencoded").isPlain().want(http.StatusCreated, `id="secret-key"`)
		b.gzipped(http.MethodGet, "/settings/keys", "").unpacked().lacks(`id="secret-key"`)
	})
}

func TestHeadTellsOfAGzippedPageAndSendsNone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		r := w.as("seller").gzipped(http.MethodHead, "/", "").varies().want(http.StatusOK, "")
		length, err := strconv.Atoi(r.header.Get("Content-Length"))
		if r.header.Get("Content-Encoding") != "gzip" || err != nil || length == 0 || r.body != "" {
			t.Errorf("%d bytes came, with %v", len(r.body), r.header)
		}
	})
}

func TestWhatIsNoPageIsNotGzipped(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.stranger().gzipped(http.MethodGet, "/", "").isPlain().want(http.StatusSeeOther, "")

		w.live.Start(t.Context())
		t.Cleanup(w.live.Stop)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+"/live", nil)
		w.must(err)
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := w.as("seller").client.Do(request) // returns with the header, before any event
		w.must(err)
		defer response.Body.Close()
		reply{t: t, header: response.Header}.isPlain()
		if response.ContentLength >= 0 || response.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%d bytes, %v", response.ContentLength, response.Header)
		}
	})
}
