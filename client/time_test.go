package client_test

import (
	"encoding/json"
	"testing"
	"time"

	"tickler/client"
)

func TestTimeIsReadInEveryFormat(t *testing.T) {
	moment := time.Date(2026, 3, 12, 10, 30, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`"2026-03-12 10:30:00"`:        moment,
		`"2026-03-12 10:30:00.000"`:    moment,
		`"/Date(1773311400000+0000)/"`: moment,
		`"0001-01-01 00:00:00.000"`:    {},
		`""`:                           {},
		`null`:                         {},
	} {
		var got client.Time
		if err := json.Unmarshal([]byte(text), &got); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{`"yesterday"`, `"/Date(x)/"`, `17`} {
		if err := json.Unmarshal([]byte(text), new(client.Time)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestTimeIsWrittenInUTCAndWholeSeconds(t *testing.T) {
	india := time.FixedZone("", 5*60*60+30*60)
	draft := client.TaskDraft{DueDate: client.At(time.Date(2026, 3, 12, 16, 0, 0, 999, india))}
	written, err := json.Marshal(draft)
	if err != nil || string(written) != `{"DueDate":"2026-03-12 10:30:00"}` {
		t.Errorf("%s, %v", written, err)
	}
}
