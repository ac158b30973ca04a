package plain_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"tickler"
	"tickler/internal/plain"
)

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05 -07:00", text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// timesIn are those of somebody in a zone, at an instant.
func timesIn(t *testing.T, zone, now string) plain.Times {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return plain.Times{Zone: location, Now: instant(t, now)}
}

const (
	kolkata    = "Asia/Kolkata"
	losAngeles = "America/Los_Angeles"
	auckland   = "Pacific/Auckland"
)

// One instant is another day in each zone, and "today" is each reader's own.
func TestDaysAreTheReadersOwn(t *testing.T) {
	const (
		noonUTC     = "2026-12-02 12:00:00 +00:00" // 17:30 in Kolkata, 4:00 in Los Angeles, 1:00 on the 3rd in Auckland
		midnightIST = "2026-12-02 18:30:00 +00:00" // 0:00 on the 3rd in Kolkata, 10:30 in Los Angeles, 7:30 on the 3rd in Auckland
	)
	for _, test := range []struct{ zone, now, at, instant, day string }{
		{kolkata, noonUTC, "2026-12-02 18:29:59 +00:00", "today 23:59", "today"},
		{losAngeles, noonUTC, "2026-12-02 18:29:59 +00:00", "today 10:29", "today"},
		{auckland, noonUTC, "2026-12-02 18:29:59 +00:00", "today 7:29", "today"},
		{kolkata, noonUTC, midnightIST, "tomorrow 0:00", "tomorrow"},
		{losAngeles, noonUTC, midnightIST, "today 10:30", "today"},
		{auckland, noonUTC, midnightIST, "today 7:30", "today"},
		{kolkata, midnightIST, noonUTC, "yesterday 17:30", "yesterday"},
		{losAngeles, midnightIST, noonUTC, "today 4:00", "today"},
		{auckland, midnightIST, noonUTC, "today 1:00", "today"},
		{auckland, noonUTC, "2026-12-02 10:59:59 +00:00", "yesterday 23:59", "yesterday"},
		{losAngeles, noonUTC, "2026-12-02 07:59:59 +00:00", "yesterday 23:59", "yesterday"},
		{losAngeles, noonUTC, "2026-12-03 08:00:00 +00:00", "tomorrow 0:00", "tomorrow"},
		{kolkata, noonUTC, "2026-12-08 05:00:00 +00:00", "Tue 8 Dec, 10:30", "Tue 8 Dec"},
		{losAngeles, noonUTC, "2026-12-08 05:00:00 +00:00", "Mon 7 Dec, 21:00", "Mon 7 Dec"},
		{auckland, noonUTC, "2026-12-31 11:00:00 +00:00", "Fri 1 Jan 2027, 0:00", "Fri 1 Jan 2027"},
		{losAngeles, noonUTC, "2026-12-31 11:00:00 +00:00", "Thu 31 Dec, 3:00", "Thu 31 Dec"},
		{auckland, "2026-12-31 10:00:00 +00:00", "2026-12-31 11:00:00 +00:00", "tomorrow 0:00", "tomorrow"}, // though the year differs
	} {
		times, at := timesIn(t, test.zone, test.now), instant(t, test.at)
		if got := times.Instant(at); got != test.instant {
			t.Errorf("%s in %s at %s is %q, want %q", test.at, test.zone, test.now, got, test.instant)
		}
		if got := times.Day(at); got != test.day {
			t.Errorf("the day of %s in %s at %s is %q, want %q", test.at, test.zone, test.now, got, test.day)
		}
	}
}

// A day may have 23 or 25 hours, and an hour may come twice or never.
func TestDaysAroundChangesOfClocks(t *testing.T) {
	for _, test := range []struct{ zone, now, at, want, exact string }{
		// Los Angeles springs forward on 8 March 2026 at 2:00.
		{losAngeles, "2026-03-07 23:30:00 -08:00", "2026-03-08 23:30:00 -07:00", "tomorrow 23:30", "2026-03-08 23:30 -07:00"},
		{losAngeles, "2026-03-08 00:30:00 -08:00", "2026-03-09 00:00:00 -07:00", "tomorrow 0:00", "2026-03-09 00:00 -07:00"},
		{losAngeles, "2026-03-08 23:59:59 -07:00", "2026-03-08 01:59:00 -08:00", "today 1:59", "2026-03-08 01:59 -08:00"},
		{losAngeles, "2026-03-08 23:59:59 -07:00", "2026-03-08 02:00:00 -08:00", "today 3:00", "2026-03-08 03:00 -07:00"},
		// It falls back on 1 November 2026 at 2:00: 1:30 comes twice, and the exact form tells which.
		{losAngeles, "2026-11-01 00:10:00 -07:00", "2026-11-01 01:30:00 -07:00", "today 1:30", "2026-11-01 01:30 -07:00"},
		{losAngeles, "2026-11-01 00:10:00 -07:00", "2026-11-01 01:30:00 -08:00", "today 1:30", "2026-11-01 01:30 -08:00"},
		{losAngeles, "2026-11-01 00:10:00 -07:00", "2026-11-01 23:59:59 -08:00", "today 23:59", "2026-11-01 23:59:59 -08:00"},
		{losAngeles, "2026-11-01 23:50:00 -08:00", "2026-11-02 00:00:00 -08:00", "tomorrow 0:00", "2026-11-02 00:00 -08:00"},
		// Auckland springs forward on 27 September 2026 at 2:00, and falls back on 5 April 2026 at 3:00.
		{auckland, "2026-09-26 23:59:59 +12:00", "2026-09-27 03:00:00 +13:00", "tomorrow 3:00", "2026-09-27 03:00 +13:00"},
		{auckland, "2026-09-27 00:00:00 +12:00", "2026-09-27 23:00:00 +13:00", "today 23:00", "2026-09-27 23:00 +13:00"},
		{auckland, "2026-04-05 00:00:00 +13:00", "2026-04-05 23:59:00 +12:00", "today 23:59", "2026-04-05 23:59 +12:00"},
		{auckland, "2026-04-05 00:00:00 +13:00", "2026-04-06 00:00:00 +12:00", "tomorrow 0:00", "2026-04-06 00:00 +12:00"},
		// Kolkata never changes its clocks.
		{kolkata, "2026-11-01 00:10:00 +05:30", "2026-10-31 23:59:59 +05:30", "yesterday 23:59", "2026-10-31 23:59:59 +05:30"},
	} {
		times, at := timesIn(t, test.zone, test.now), instant(t, test.at)
		if got := times.Instant(at); got != test.want {
			t.Errorf("%s in %s at %s is %q, want %q", test.at, test.zone, test.now, got, test.want)
		}
		if got := times.Exact(at); got != test.exact {
			t.Errorf("%s in %s is exactly %q, want %q", test.at, test.zone, got, test.exact)
		}
	}
}

func TestPreferencesDecideTheForm(t *testing.T) {
	type preferences = tickler.Preferences
	for _, test := range []struct {
		preferences           preferences
		soon, later, far, day string
	}{
		{preferences{}, "today 0:05", "Wed 9 Dec, 15:00", "Sat 2 Jan 2027, 12:30", "Wed 9 Dec"},
		{preferences{Clock: tickler.Clock24, DateOrder: tickler.DayFirst}, "today 0:05", "Wed 9 Dec, 15:00", "Sat 2 Jan 2027, 12:30", "Wed 9 Dec"},
		{preferences{Clock: tickler.Clock12}, "today 12:05 am", "Wed 9 Dec, 3:00 pm", "Sat 2 Jan 2027, 12:30 pm", "Wed 9 Dec"},
		{preferences{DateOrder: tickler.MonthFirst}, "today 0:05", "Wed, Dec 9, 15:00", "Sat, Jan 2, 2027, 12:30", "Wed, Dec 9"},
		{preferences{DateOrder: tickler.YearFirst}, "today 0:05", "Wed 2026-12-09, 15:00", "Sat 2027-01-02, 12:30", "Wed 2026-12-09"},
	} {
		times := timesIn(t, "UTC", "2026-12-02 12:00:00 +00:00")
		times.Preferences = test.preferences
		for text, want := range map[string]string{
			"2026-12-02 00:05:00 +00:00": test.soon, "2026-12-09 15:00:00 +00:00": test.later, "2027-01-02 12:30:00 +00:00": test.far,
		} {
			if got := times.Instant(instant(t, text)); got != want {
				t.Errorf("%+v: %s is %q, want %q", test.preferences, text, got, want)
			}
		}
		if got := times.Day(instant(t, "2026-12-09 15:00:00 +00:00")); got != test.day {
			t.Errorf("%+v: the day is %q, want %q", test.preferences, got, test.day)
		}
	}
}

func TestOverdueCountsMidnights(t *testing.T) {
	for _, test := range []struct{ zone, now, end, want string }{
		{kolkata, "2026-12-02 12:00:00 +05:30", "2026-12-02 12:00:00 +05:30", ""}, // the last instant at which it is not
		{kolkata, "2026-12-02 12:00:00 +05:30", "2026-12-02 12:00:01 +05:30", ""},
		{kolkata, "2026-12-02 12:00:01 +05:30", "2026-12-02 12:00:00 +05:30", "overdue"},
		{kolkata, "2026-12-02 12:01:00 +05:30", "2026-12-02 12:00:00 +05:30", "1 min overdue"},
		{kolkata, "2026-12-02 14:59:59 +05:30", "2026-12-02 12:00:00 +05:30", "2 hours overdue"},
		{kolkata, "2026-12-03 00:00:00 +05:30", "2026-12-02 23:59:59 +05:30", "1 day overdue"},
		{kolkata, "2026-12-03 23:00:00 +05:30", "2026-12-02 00:00:00 +05:30", "1 day overdue"},
		{kolkata, "2026-12-05 00:00:00 +05:30", "2026-12-02 23:59:59 +05:30", "3 days overdue"},
		{losAngeles, "2026-12-03 00:00:00 +05:30", "2026-12-02 23:00:00 +05:30", "1 hour overdue"}, // one day there
		{losAngeles, "2026-11-02 00:00:00 -08:00", "2026-10-31 23:59:59 -07:00", "2 days overdue"}, // 49 hours
		{losAngeles, "2026-03-09 00:00:00 -07:00", "2026-03-07 23:59:59 -08:00", "2 days overdue"}, // 47 hours
	} {
		if got := timesIn(t, test.zone, test.now).Overdue(instant(t, test.end)); got != test.want {
			t.Errorf("at %s in %s, %s is %q, want %q", test.now, test.zone, test.end, got, test.want)
		}
	}
}

func TestSpans(t *testing.T) {
	times := timesIn(t, kolkata, "2026-12-02 12:00:00 +05:30")
	for _, test := range []struct{ from, to, want string }{
		{"2026-12-02 10:00:00 +05:30", "2026-12-02 10:30:00 +05:30", "10:00–10:30"},
		{"2026-12-02 10:00:00 +05:30", "2026-12-02 10:00:00 +05:30", "10:00"},
		{"2026-12-02 23:30:00 +05:30", "2026-12-03 00:30:00 +05:30", "today 23:30 – tomorrow 0:30"},
		{"2026-12-09 23:30:00 +05:30", "2026-12-10 00:30:00 +05:30", "Wed 9 Dec, 23:30 – Thu 10 Dec, 0:30"},
	} {
		if got := times.Span(instant(t, test.from), instant(t, test.to)); got != test.want {
			t.Errorf("from %s to %s is %q, want %q", test.from, test.to, got, test.want)
		}
	}
	if got := times.Span(instant(t, "2026-12-02 10:00:00 +05:30"), time.Time{}); got != "today 10:00" {
		t.Errorf("a span without an end is %q", got)
	}
}

func TestDistanceIsInWords(t *testing.T) {
	times := timesIn(t, "UTC", "2026-03-01 12:00:00 +00:00")
	for after, want := range map[time.Duration]string{
		0:                            "just now",
		-59 * time.Second:            "just now",
		time.Second:                  "in a moment",
		-time.Minute:                 "1 min ago",
		20 * time.Minute:             "in 20 min",
		59*time.Minute + time.Second: "in 59 min",
		-time.Hour:                   "1 hour ago",
		47 * time.Hour:               "in 47 hours",
		-48 * time.Hour:              "2 days ago",
		59 * 24 * time.Hour:          "in 59 days",
		60 * 24 * time.Hour:          "",
		-60 * 24 * time.Hour:         "",
	} {
		if got := times.Distance(times.Now.Add(after)); got != want {
			t.Errorf("%s from now is %q, want %q", after, got, want)
		}
	}
}

func TestNoInstantIsNoText(t *testing.T) {
	times := timesIn(t, kolkata, "2026-12-02 12:00:00 +05:30")
	var none time.Time
	for name, got := range map[string]string{
		"Instant": times.Instant(none), "Day": times.Day(none), "Hour": times.Hour(none), "Overdue": times.Overdue(none),
		"Distance": times.Distance(none), "Exact": times.Exact(none), "Span": times.Span(none, none),
	} {
		if got != "" {
			t.Errorf("%s of no instant is %q", name, got)
		}
	}
}
