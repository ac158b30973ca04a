package tickler_test

import (
	"strings"
	"testing"

	"tickler"
)

func TestCheckWebhookHeaders(t *testing.T) {
	for _, headers := range []map[string]string{
		nil, {"Authorization": "Bearer abc"}, {"X-Team": ""}, {"x_1.y~": strings.Repeat("x", tickler.MaxHeaderValue)},
	} {
		checkError(t, tickler.CheckWebhookHeaders("CustomHeaders", headers), nil)
	}
	const aName, aValue = "a header's name, like X-Team", "a header's value: at most 1000 characters of ASCII, in one line"
	for _, test := range []struct{ name, value, shown, expected string }{
		{"", "x", "", aName},
		{strings.Repeat("x", tickler.MaxHeaderName+1), "x", tickler.Cut(strings.Repeat("x", 101)), aName},
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
