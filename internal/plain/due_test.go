package plain_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/plain"
)

func TestATaskWithoutAnHourShowsNone(t *testing.T) {
	at := func(text string) time.Time {
		read, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return read
	}
	kolkata, angeles := time.FixedZone("Asia/Kolkata", 19_800), time.FixedZone("America/Los_Angeles", -28_800)
	times := plain.Times{Zone: kolkata, Now: at("2026-11-29T04:00:00Z")}
	toDo := tickler.Task{Category: tickler.CategoryToDo}
	for _, c := range []struct{ due, want, dated string }{
		{"2026-11-29T00:00:00+05:30", "today", "Sun 29 Nov"},
		{"2026-11-28T00:00:00-08:00", "yesterday", "Sat 28 Nov"}, // where its owner is
		{"2026-11-29T10:30:00+05:30", "today 10:30", "Sun 29 Nov, 10:30"},
	} {
		toDo.DueAt = at(c.due)
		due := times.DueOf(toDo, angeles)
		if due.String() != c.want || due.Dated() != c.dated {
			t.Errorf("%s: %q, %q; want %q, %q", c.due, due, due.Dated(), c.want, c.dated)
		}
	}
	appointment := tickler.Task{Category: tickler.CategoryAppointment, DueAt: at("2026-11-29T00:00:00+05:30")}
	if got := times.DueOf(appointment, angeles).String(); got != "today 0:00" {
		t.Errorf("an appointment at midnight: %q", got)
	}
	toDo.EndAt = at("2026-11-29T23:59:59+05:30")
	if got := times.EndOf(toDo).String(); got != "today" {
		t.Errorf("the end of a day: %q", got)
	}
}
