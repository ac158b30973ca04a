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
		checkError(t, tickler.CheckWebhookHeaders(headers), nil)
	}
	const aName, aValue, ours = tickler.FactNotHeaderName, tickler.FactNotHeaderValue, tickler.FactReservedHeader
	for _, test := range []struct {
		name, value, shown string
		want               tickler.Fact
	}{
		{"", "x", "", aName},
		{strings.Repeat("x", tickler.MaxHeaderName+1), "x", strings.Repeat("x", tickler.MaxHeaderName+1), aName},
		{"X Team", "x", "X Team", aName},
		{"X-Team:", "x", "X-Team:", aName},
		{"Ä", "x", "Ä", aName},
		{"hOST", "x", "hOST", ours},
		{"Webhook-Signature", "v1,x", "Webhook-Signature", ours},
		{"Content-Encoding", "gzip", "Content-Encoding", ours},
		{"Transfer-Encoding", "chunked", "Transfer-Encoding", ours},
		{"Proxy-Authorization", "x", "Proxy-Authorization", ours},
		{"X-Team", "a\r\nHost: b", "a\r\nHost: b", aValue},
		{"X-Team", "ä", "ä", aValue},
		{"X-Team", strings.Repeat("x", tickler.MaxHeaderValue+1), strings.Repeat("x", tickler.MaxHeaderValue+1), aValue},
	} {
		err := tickler.CheckWebhookHeaders(map[string]string{test.name: test.value})
		want := tickler.Refuse(test.want, tickler.FieldHeaders, test.shown)
		if test.want == aValue {
			want.With = []any{tickler.MaxHeaderValue}
		}
		checkError(t, err, want)
	}
	twice := map[string]string{"X-Team": "North", "x-team": "South", "X-Key": "abc"}
	checkError(t, tickler.CheckWebhookHeaders(twice), tickler.Refuse(tickler.FactHeaderTwice, tickler.FieldHeaders, "x-team"))
	many := map[string]string{}
	for i := range tickler.MaxHeaders + 1 {
		many["X"+strings.Repeat("x", i)] = ""
	}
	checkError(t, tickler.CheckWebhookHeaders(many), tickler.Refuse(tickler.FactTooManyHeaders, tickler.FieldHeaders, 21, 20))
}
