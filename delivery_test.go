package tickler_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// The vendor's own intervals, in contract section 3.
func TestRetryTableOfDeliveries(t *testing.T) {
	d := tickler.Delivery{}
	now := at(t, "2026-11-20 12:00:00")
	var waits []string
	for {
		var a tickler.DeliveryAttempt
		d, a = d.Attempted(tickler.DeliveryAttempt{At: now, Status: 500, Error: "the receiver answered 500"})
		if a.Number != d.Attempts || a.ByHand {
			t.Errorf("attempt %d has the number %d, by hand %t", d.Attempts, a.Number, a.ByHand)
		}
		if d.State != tickler.DeliveryPending {
			break
		}
		if !d.SettledAt.IsZero() {
			t.Error("it is pending and settled")
		}
		waits = append(waits, d.Wait().String())
		now = now.Add(d.Wait())
	}
	want := "30s 2m0s 7m0s 15m0s 30m0s 45m0s 1h0m0s 1h30m0s 2h0m0s 3h0m0s"
	if got := strings.Join(waits, " "); got != want {
		t.Errorf("it waits %s, want %s", got, want)
	}
	if d.State != tickler.DeliveryFailed || d.Attempts != 11 || d.SettledAt != now || d.LastStatus != 500 || d.LastError == "" {
		t.Errorf("after all of it: %+v", d)
	}
}

func TestDeliveryThatIsTaken(t *testing.T) {
	began := at(t, "2026-11-20 12:00:00")
	d, _ := tickler.Delivery{}.Attempted(tickler.DeliveryAttempt{At: began, Error: "connection refused"})
	d, _ = d.Attempted(tickler.DeliveryAttempt{At: began, Took: 1500 * time.Millisecond, Status: 204})
	want := tickler.Delivery{State: tickler.DeliveryDone, Attempts: 2, LastStatus: 204, SettledAt: began.Add(time.Second)}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Another node held it for its own, and comes later.
	d, a := d.Attempted(tickler.DeliveryAttempt{At: began.Add(time.Minute), Error: "connection refused"})
	want.Attempts = 3
	if diff := cmp.Diff(want, d); diff != "" || a.Number != 3 {
		t.Errorf("attempt %d (-want +got):\n%s", a.Number, diff)
	}
}

func TestReplayedDeliveryHasTheWholeRetryTableAgain(t *testing.T) {
	failed := tickler.DeliveryAttempt{At: at(t, "2026-11-20 12:00:00"), Error: "connection refused"}
	d := tickler.Delivery{}
	for range 11 {
		d, _ = d.Attempted(failed)
	}
	d = d.Replay()
	for i := range 11 {
		if d.State != tickler.DeliveryPending || !d.SettledAt.IsZero() {
			t.Fatalf("%d attempts after it was asked for again: %+v", i, d)
		}
		var a tickler.DeliveryAttempt
		d, a = d.Attempted(failed)
		if a.Number != 12+i || a.ByHand != (i == 0) {
			t.Errorf("attempt %d, by hand %t", a.Number, a.ByHand)
		}
	}
	if d.State != tickler.DeliveryFailed || d.Attempts != 22 {
		t.Errorf("after all of it: %+v", d)
	}
}

func TestWhenADeliveryIsDue(t *testing.T) {
	failed := tickler.DeliveryAttempt{At: at(t, "2026-11-20 12:00:00"), Took: 10 * time.Second, Error: "no answer within 10s"}
	d := tickler.Delivery{}
	for _, want := range []string{"0001-01-01 00:00:00", "2026-11-20 12:00:40", "2026-11-20 12:02:10"} {
		if got := d.DueAt(); got.Format(time.DateTime) != want {
			t.Errorf("after %d attempts it is due at %s, want %s", d.Attempts, got, want)
		}
		var a tickler.DeliveryAttempt
		d, a = d.Attempted(failed)
		d.Log = append(d.Log, a)
	}
	if got := d.Replay().DueAt(); !got.IsZero() {
		t.Errorf("asked for again it is due at %s", got)
	}
}

func TestDeliveryStatesHaveNames(t *testing.T) {
	var names []string
	for _, state := range tickler.DeliveryStates() {
		names = append(names, state.String())
	}
	if got := strings.Join(names, " "); got != "pending done failed" {
		t.Error(got)
	}
}

func TestPrintableAnswer(t *testing.T) {
	for body, want := range map[string]string{
		"":                                     "",
		"ok\r\nthere\r\n":                      "ok\nthere",
		"a\tb\nc":                              "a\tb\nc",
		"a\x00b\x1b[31mc\u202ed\u0085":         "a\ufffdb\ufffd[31mc\ufffdd\ufffd",
		"a\xff\xfeb":                           "a\ufffd\ufffdb",
		strings.Repeat("é", 1000):              strings.Repeat("é", 1000),
		strings.Repeat("é", 1001):              strings.Repeat("é", 1000),
		strings.Repeat("x", 999) + "\xc3\xa9z": strings.Repeat("x", 999) + "é",
	} {
		if got := tickler.PrintableAnswer([]byte(body)); got != want {
			t.Errorf("%q became %q, want %q", body, got, want)
		}
	}
}

func TestParseWebhookURL(t *testing.T) {
	long := "https://example.com/" + strings.Repeat("x", tickler.MaxURL-len("https://example.com/"))
	for text, want := range map[string]string{
		"https://example.com":                 "https://example.com",
		"http://example.com:8080/a%20b?c=d#e": "http://example.com:8080/a%20b?c=d#e",
		"HTTPS://Example.com/":                "HTTPS://Example.com/",
		"http://[::1]:80/":                    "http://[::1]:80/", // refused when it is called
		"https://bücher.example/":             "https://bücher.example/",
		long:                                  long,
	} {
		got, err := tickler.ParseWebhookURL("URL", " "+text+"\t")
		if err != nil || got != want {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "example.com", "/hook", "//example.com/hook", "ftp://example.com", "javascript:alert(1)", "http:example.com", "https://", "https://:443/",
		"https://example.com:0/", "https://example.com:65536/", "https://example.com:x/", "https://exa mple.com/", "http://[::1/",
	} {
		_, err := tickler.ParseWebhookURL("StatusWebhookURL", text)
		checkError(t, err, invalid("StatusWebhookURL", text, "a URL like https://example.com/hook"))
	}
	_, err := tickler.ParseWebhookURL("URL", long+"x")
	checkError(t, err, invalid("URL", tickler.Cut(long), "a URL of at most 2000 characters"))
	_, err = tickler.ParseWebhookURL("URL", "https://mia:secret@example.com/")
	checkError(t, err, invalid("URL", "https://mia:xxxxx@example.com/",
		"a URL without user and password: what a receiver knows us by is the signature"))
}

func TestCheckWebhookHeaders(t *testing.T) {
	for _, headers := range []map[string]string{
		nil, {"Authorization": "Bearer abc"}, {"X-Team": ""}, {"x_1.y~": strings.Repeat("x", tickler.MaxHeaderValue)},
	} {
		checkError(t, tickler.CheckWebhookHeaders("CustomHeaders", headers), nil)
	}
	const aName, aValue = "a header's name, like X-Team", "a header's value: at most 1000 characters of ASCII, in one line"
	for _, test := range []struct{ name, value, shown, expected string }{
		{"", "x", "", aName},
		{"X Team", "x", "X Team", aName},
		{"X-Team:", "x", "X-Team:", aName},
		{"Ä", "x", "Ä", aName},
		{"hOST", "x", "hOST", "a header that we don't set ourselves"},
		{"Webhook-Signature", "v1,x", "Webhook-Signature", "a header that we don't set ourselves"},
		{"Content-Encoding", "gzip", "Content-Encoding", "a header that we don't set ourselves"},
		{"Transfer-Encoding", "chunked", "Transfer-Encoding", "a header that we don't set ourselves"},
		{"Proxy-Authorization", "x", "Proxy-Authorization", "a header that we don't set ourselves"},
		{"X-Team", "a\r\nHost: b", "a\r\nHost: b", aValue},
		{"X-Team", "ä", "ä", aValue},
		{"X-Team", strings.Repeat("x", tickler.MaxHeaderValue+1), tickler.Cut(strings.Repeat("x", 101)), aValue},
	} {
		err := tickler.CheckWebhookHeaders("CustomHeaders", map[string]string{test.name: test.value})
		checkError(t, err, invalid("CustomHeaders", test.shown, test.expected))
	}
	twice := map[string]string{"X-Team": "North", "x-team": "South", "X-Key": "abc"}
	checkError(t, tickler.CheckWebhookHeaders("CustomHeaders", twice), invalid("CustomHeaders", "x-team", "each header once, in any case"))
	many := map[string]string{}
	for i := range tickler.MaxHeaders + 1 {
		many["X"+strings.Repeat("x", i)] = ""
	}
	checkError(t, tickler.CheckWebhookHeaders("CustomHeaders", many), invalid("CustomHeaders", "21", "at most 20 headers"))
}

func TestSecretsOverlapForADay(t *testing.T) {
	now := at(t, "2026-11-20 12:00:00")
	first := tickler.WebhookSecrets{}.Rotated("a", now)
	second := first.Rotated("b", now)
	third := second.Rotated("c", now.Add(time.Hour))
	for _, test := range []struct {
		secrets tickler.WebhookSecrets
		at      time.Time
		want    string
	}{
		{first, now, "a"},
		{second, now, "b a"},
		{second, now.Add(24*time.Hour - time.Second), "b a"},
		{second, now.Add(24 * time.Hour), "b"},
		{third, now.Add(time.Hour), "c b"},
	} {
		if got := strings.Join(test.secrets.SigningSecrets(test.at), " "); got != test.want {
			t.Errorf("at %s %+v sign with %s, want %s", test.at, test.secrets, got, test.want)
		}
	}
}
