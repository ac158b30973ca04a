package api

import (
	"testing"

	"tickler"
	"tickler/internal/api/wire"
)

func TestEventsAreReadByNumberCodeAndName(t *testing.T) {
	read := func(text string) (*tickler.TaskEvent, error) {
		r := wire.ReadValue("WebhookEvent", wire.Node{Kind: wire.StringNode, Text: text})
		event := readEvent(r, "WebhookEvent")
		return event, r.Err()
	}
	for text, want := range map[string]tickler.TaskEvent{"7": tickler.TaskCreated, "task_overdue": tickler.TaskOverdue, "TASK DELETE": tickler.TaskDeleted} {
		if got, err := read(text); got == nil || *got != want || err != nil {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"1", "Lead_Post_Create", "07"} {
		if got, err := read(text); got != nil || faultOf(err) == nil || faultOf(err).Kind != tickler.KindInvalid {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if got, err := read(" "); got != nil || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
}
