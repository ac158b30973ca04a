package civil_test

import (
	"errors"
	"testing"
	"time"

	"tickler/internal/civil"
)

func TestSpan(t *testing.T) {
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	santiago, err := time.LoadLocation("America/Santiago") // 2026-09-06 begins at 01:00
	if err != nil {
		t.Fatal(err)
	}
	newYork, err := time.LoadLocation("America/New_York") // clocks go forward on 2026-03-08 and back on 2026-11-01
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		from, to string
		zone     *time.Location
		wantFrom string // "": no lower bound
		wantTo   string
		wantErr  error
	}{
		{"2026-03-11", "2026-03-12", time.UTC, "2026-03-11 00:00:00", "2026-03-12 23:59:59", nil},
		{"2026-03-11", "2026-03-11", kolkata, "2026-03-10 18:30:00", "2026-03-11 18:29:59", nil},
		{"2026-09-06", "2026-09-06", santiago, "2026-09-06 04:00:00", "2026-09-07 02:59:59", nil},
		{"2026-03-11 10:00:00", "2026-03-11T10:00:00Z", kolkata, "2026-03-11 10:00:00", "2026-03-11 10:00:00", nil},
		{"2026-03-11 20:00:00", "2026-03-11", kolkata, "", "", civil.ErrEndsBeforeStart},
		{"2026-03-12", "2026-03-11", time.UTC, "", "", civil.ErrEndsBeforeStart},
		{"2026-01-01", "2026-04-11", time.UTC, "2026-01-01 00:00:00", "2026-04-11 23:59:59", nil},
		{"2026-08-01", "2026-11-09", santiago, "2026-08-01 04:00:00", "2026-11-10 02:59:59", nil},
		{"2026-01-01", "2026-04-12", time.UTC, "", "", civil.ErrSpanTooLong},
		{"2026-01-01 00:00:00", "2026-04-11 00:00:01", time.UTC, "", "", civil.ErrSpanTooLong},
		{"2026-03-01 05:00:00", "2026-06-09 05:00:00", newYork, "2026-03-01 05:00:00", "2026-06-09 05:00:00", nil},
		{"2026-03-01 05:00:00", "2026-06-09 05:00:01", newYork, "", "", civil.ErrSpanTooLong},
		{"2026-08-01 04:00:00", "2026-11-09 05:00:00", newYork, "2026-08-01 04:00:00", "2026-11-09 05:00:00", nil},
		{"2026-08-01 04:00:00", "2026-11-09 05:00:01", newYork, "", "", civil.ErrSpanTooLong},
		{"1970-01-01", "2026-03-11", time.UTC, "", "2026-03-11 23:59:59", nil},
		{"1970-01-01 05:30:00", "2026-03-11 09:15:30", kolkata, "", "2026-03-11 09:15:30", nil},
		{"1969-12-31 19:00:00", "2026-03-11 09:15:30", santiago, "", "2026-03-11 09:15:30", nil},
		{"1970-01-02", "2026-03-11", time.UTC, "", "", civil.ErrSpanTooLong},
	} {
		from, fromErr := civil.ParseSpanEnd(test.from)
		to, toErr := civil.ParseSpanEnd(test.to)
		if fromErr != nil || toErr != nil {
			t.Fatal(fromErr, toErr)
		}
		span, err := civil.NewSpan(from, to, test.zone)
		if test.wantErr != nil {
			if !errors.Is(err, test.wantErr) {
				t.Errorf("%s to %s in %s: got %v, want %v", test.from, test.to, test.zone, err, test.wantErr)
			}
			continue
		}
		gotFrom := ""
		if !span.From.IsZero() {
			gotFrom = civil.FormatInstant(span.From)
		}
		if err != nil || gotFrom != test.wantFrom || civil.FormatInstant(span.To) != test.wantTo {
			t.Errorf("%s to %s in %s: got %s to %s (%v), want %s to %s", test.from, test.to, test.zone, gotFrom, span.To, err, test.wantFrom, test.wantTo)
		}
	}
}

func TestSpanEndsThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"", "2026-3-1", "2026-02-30", "12.03.2026", "2026-03-11 25:00:00", "2026-03-11 10:00", "10000-01-01", "yesterday"} {
		if end, err := civil.ParseSpanEnd(text); err == nil {
			t.Errorf("%q was read as %v", text, end)
		}
	}
}
