package httpio_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tickler/internal/httpio"
)

func TestRequestID(t *testing.T) {
	for name, sent := range map[string]string{
		"letters, digits and marks": "trace-4F1c_2.7:1",
		"64 characters":             strings.Repeat("x", 64),
	} {
		t.Run(name, func(t *testing.T) {
			if got := requestID(sent); got != sent {
				t.Errorf("%q became %q", sent, got)
			}
		})
	}
	for name, sent := range map[string]string{
		"none":                "",
		"65 characters":       strings.Repeat("x", 65),
		"a blank":             "a b",
		"what breaks a line":  "a\nb",
		"quotes":              `a"b`,
		"letters not of ours": "é",
	} {
		t.Run(name, func(t *testing.T) {
			first, second := requestID(sent), requestID(sent)
			if first == sent || len(first) < 20 || first == second {
				t.Errorf("%q became %q, then %q", sent, first, second)
			}
			if again := requestID(first); again != first {
				t.Errorf("our own %q became %q", first, again)
			}
		})
	}
}

func requestID(sent string) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if sent != "" {
		r.Header["X-Request-Id"] = []string{sent}
	}
	return httpio.RequestID(r)
}

func TestClientAddress(t *testing.T) {
	proxies := httpio.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for name, c := range map[string]struct {
		proxies   httpio.Proxies
		remote    string
		forwarded []string
		want      string
	}{
		"without proxies":                   {nil, "192.0.2.1:50000", nil, "192.0.2.1"},
		"from a stranger who claims":        {proxies, "192.0.2.1:50000", []string{"198.51.100.7"}, "192.0.2.1"},
		"nobody is trusted":                 {nil, "10.0.0.1:50000", []string{"198.51.100.7"}, "10.0.0.1"},
		"through a proxy":                   {proxies, "10.0.0.1:50000", []string{"198.51.100.7"}, "198.51.100.7"},
		"through two proxies":               {proxies, "10.0.0.1:50000", []string{"198.51.100.7, 10.0.0.2"}, "198.51.100.7"},
		"through two, a line each":          {proxies, "10.0.0.1:50000", []string{"198.51.100.7", "10.0.0.2"}, "198.51.100.7"},
		"what the client wrote before":      {proxies, "10.0.0.1:50000", []string{"203.0.113.1, 198.51.100.7"}, "198.51.100.7"},
		"a lie behind a proxy's name":       {proxies, "10.0.0.1:50000", []string{"203.0.113.1, 10.0.0.9, 198.51.100.7"}, "198.51.100.7"},
		"a proxy calls for itself":          {proxies, "10.0.0.1:50000", nil, "10.0.0.1"},
		"all of them proxies":               {proxies, "10.0.0.1:50000", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"no address":                        {proxies, "10.0.0.1:50000", []string{"unknown"}, "10.0.0.1"},
		"no address further out":            {proxies, "10.0.0.1:50000", []string{"unknown, 10.0.0.2"}, "10.0.0.2"},
		"empty":                             {proxies, "10.0.0.1:50000", []string{""}, "10.0.0.1"},
		"with a port":                       {proxies, "10.0.0.1:50000", []string{"198.51.100.7:4711"}, "198.51.100.7"},
		"IPv6":                              {proxies, "[2001:db8::1]:50000", []string{"2001:4860::8"}, "2001:4860::8"},
		"IPv6 with a port":                  {proxies, "[2001:db8::1]:50000", []string{"[2001:4860::8]:4711"}, "2001:4860::8"},
		"IPv6 with a zone":                  {proxies, "[2001:db8::1%eth0]:50000", []string{"fe80::1%eth0"}, "fe80::1"},
		"IPv4 inside IPv6":                  {proxies, "[::ffff:10.0.0.1]:50000", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"a remote address that can't be it": {proxies, "@", []string{"198.51.100.7"}, "invalid IP"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.remote
			for _, line := range c.forwarded {
				r.Header.Add("X-Forwarded-For", line)
			}
			if got := c.proxies.ClientAddress(r).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWholeSecondsAreNeverTooFew(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "1", 0: "1", time.Nanosecond: "1", time.Second: "1", time.Second + time.Nanosecond: "2", 90 * time.Second: "90",
	} {
		if got := httpio.WholeSeconds(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestTextsThatBothDatabasesKeep(t *testing.T) {
	for text, want := range map[string]bool{"": true, "Zoë\n": true, "a\x00b": false, "\xff": false} {
		if got := httpio.IsText(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}
