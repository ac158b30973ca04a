package tickler_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

func TestADeliveryWaitsForEarlierOnesToTheSameReceiver(t *testing.T) {
	task := tickler.ID{9}
	to := func(id byte, url string, state tickler.SubscriptionState) tickler.Subscription {
		return tickler.Subscription{ID: tickler.ID{id}, URL: url, State: state}
	}
	all := []tickler.Subscription{
		to(1, "https://example.com/a", tickler.SubscriptionActive), to(2, "https://example.com/a", tickler.SubscriptionActive),
		to(3, "https://example.com/b", tickler.SubscriptionActive), to(4, "https://example.com/a", tickler.SubscriptionPaused),
		to(5, "https://example.com/a", tickler.SubscriptionResuming),
	}
	series := func(ids ...byte) (names []string) {
		for _, id := range ids {
			names = append(names, tickler.ID{id}.String()+":"+task.String())
		}
		return names
	}
	ids := []tickler.ID{{1}, {2}, {3}}
	told := tickler.Delivery{SubscriptionID: tickler.ID{1}, TaskID: task}.To(all[0])
	replayed, trial, ofRequest := told, told, told
	replayed.Attempts, replayed.Replayed = 2, 2
	trial.TaskID = tickler.ID{}
	ofRequest.SubscriptionID = tickler.ID{}
	for name, test := range map[string]struct {
		d             tickler.Delivery
		takesTurns    bool
		series        string
		ahead, behind []string
	}{
		"of a task":         {told, true, series(1)[0], series(2), series(2, 3)},
		"asked for":         {replayed, false, series(1)[0], nil, series(2, 3)},
		"a trial":           {trial, false, "", nil, nil},
		"of a bulk request": {ofRequest, false, "", nil, nil},
	} {
		d := test.d
		if d.TakesTurns() != test.takesTurns || d.Series() != test.series {
			t.Errorf("%s: takes turns %t, series %q", name, d.TakesTurns(), d.Series())
		}
		if diff := cmp.Diff(test.ahead, d.SeriesAhead(all)); diff != "" {
			t.Errorf("%s: ahead (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.behind, d.SeriesBehind(ids)); diff != "" {
			t.Errorf("%s: behind (-want +got):\n%s", name, diff)
		}
	}
}

func TestADeliveryGoesToItsSubscriptionsURL(t *testing.T) {
	s := tickler.Subscription{URL: "https://example.com/b", Method: "POST", ContentType: "text/plain", Headers: map[string]string{"X-Team": "North"}}
	got := tickler.Delivery{ID: tickler.ID{1}, URL: "https://example.com/a", ContentType: "application/json", Payload: []byte("{}")}.To(s)
	want := tickler.Delivery{ID: tickler.ID{1}, URL: s.URL, Method: s.Method, ContentType: s.ContentType, Headers: s.Headers, Payload: []byte("{}")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
