package civil_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests need time zones on every machine

	"pgregory.net/rapid"

	"tickler/internal/civil"
	"tickler/internal/civil/civiltest"
)

// at reads an instant, UTC.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.DateTime, text)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func loadZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// anyInDayBefore reports whether the condition holds at any whole minute of somewhat more than the
// day before t.
func anyInDayBefore(t time.Time, holds func(time.Time) bool) bool {
	for minutes := range 26 * 60 {
		if holds(t.Add(-time.Duration(minutes+1) * time.Minute)) {
			return true
		}
	}
	return false
}

func TestStartOfDayIsTheFirstInstantOfTheDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := civiltest.Places().Draw(t, "place")
		date := civiltest.DateIn(p.Time, p.Zone)
		start := civil.StartOfDay(p.Time, p.Zone)
		onDate := func(t time.Time) bool { return civiltest.DateIn(t, p.Zone) == date }
		if !onDate(start) || onDate(start.Add(-time.Second)) || anyInDayBefore(start, onDate) {
			t.Fatalf("day of %v starts at %v", p.Time.In(p.Zone), start.In(p.Zone))
		}
	})
}

func TestEndOfDayIsTheSecondBeforeTheNextDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := civiltest.Places().Draw(t, "place")
		date := civiltest.DateIn(p.Time, p.Zone)
		end := civil.EndOfDay(p.Time, p.Zone)
		later := func(t time.Time) bool { return civiltest.DateIn(t, p.Zone) > date }
		if !later(end.Add(time.Second)) || later(end) || anyInDayBefore(end, later) {
			t.Fatalf("day of %v ends at %v", p.Time.In(p.Zone), end.In(p.Zone))
		}
	})
}

func TestDayBounds(t *testing.T) {
	tests := []struct{ zone, instant, start, end string }{
		{"UTC", "2026-11-20 18:30:00", "2026-11-20 00:00:00", "2026-11-20 23:59:59"},
		{"Asia/Kolkata", "2026-11-20 18:29:59", "2026-11-19 18:30:00", "2026-11-20 18:29:59"},
		{"Asia/Kolkata", "2026-11-20 18:30:00", "2026-11-20 18:30:00", "2026-11-21 18:29:59"},
		{"America/Sao_Paulo", "2018-11-04 12:00:00", "2018-11-04 03:00:00", "2018-11-05 01:59:59"},
		{"Asia/Beirut", "2026-03-29 12:00:00", "2026-03-28 22:00:00", "2026-03-29 20:59:59"},
		{"Africa/Cairo", "2024-04-26 12:00:00", "2024-04-25 22:00:00", "2024-04-26 20:59:59"},
		{"America/Havana", "2026-11-01 12:00:00", "2026-11-01 04:00:00", "2026-11-02 04:59:59"},
		{"Australia/Lord_Howe", "2026-04-05 00:00:00", "2026-04-04 13:00:00", "2026-04-05 13:29:59"},
		{"Europe/London", "2026-03-29 12:00:00", "2026-03-29 00:00:00", "2026-03-29 22:59:59"},
		{"Pacific/Apia", "2011-12-30 09:59:59", "2011-12-29 10:00:00", "2011-12-30 09:59:59"},
		{"Pacific/Apia", "2011-12-30 10:00:00", "2011-12-30 10:00:00", "2011-12-31 09:59:59"},
		// A wrong bound from the time package once made these loop forever.
		{"America/New_York", "2028-12-31 18:00:00", "2028-12-31 05:00:00", "2029-01-01 04:59:59"},
		{"America/New_York", "2040-12-31 18:00:00", "2040-12-31 05:00:00", "2041-01-01 04:59:59"},
	}
	for _, test := range tests {
		t.Run(test.zone+" "+test.instant, func(t *testing.T) {
			zone, instant := loadZone(t, test.zone), at(t, test.instant)
			if got := civil.StartOfDay(instant, zone); got != at(t, test.start) {
				t.Errorf("starts at %v, want %s", got, test.start)
			}
			if got := civil.EndOfDay(instant, zone); got != at(t, test.end) {
				t.Errorf("ends at %v, want %s", got, test.end)
			}
		})
	}
}

func TestInstantOfALocalTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := civiltest.Places().Draw(t, "local time")
		if err := civiltest.CheckShows(civil.InstantOf(p.Time, p.Zone), p.Time, p.Zone); err != nil {
			t.Fatal(err)
		}
	})
}

func TestInstantOfGapsAndFolds(t *testing.T) {
	tests := []struct{ zone, wall, want string }{
		{"UTC", "2026-03-08 02:30:00", "2026-03-08 02:30:00"},
		{"America/New_York", "2026-03-08 01:59:59", "2026-03-08 06:59:59"},
		{"America/New_York", "2026-03-08 02:00:00", "2026-03-08 07:00:00"},
		{"America/New_York", "2026-03-08 02:59:59", "2026-03-08 07:00:00"},
		{"America/New_York", "2026-03-08 03:00:00", "2026-03-08 07:00:00"},
		{"America/New_York", "2026-11-01 00:59:59", "2026-11-01 04:59:59"},
		{"America/New_York", "2026-11-01 01:30:00", "2026-11-01 05:30:00"},
		{"America/New_York", "2026-11-01 02:00:00", "2026-11-01 07:00:00"},
		{"America/New_York", "2040-12-31 12:00:00", "2040-12-31 17:00:00"},
		{"America/Sao_Paulo", "2018-11-04 00:30:00", "2018-11-04 03:00:00"},
		{"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03 15:30:00"},
		{"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 10:00:00"},
	}
	for _, test := range tests {
		t.Run(test.zone+" "+test.wall, func(t *testing.T) {
			if got := civil.InstantOf(at(t, test.wall), loadZone(t, test.zone)); got != at(t, test.want) { // in UTC, too
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

func TestTimeOfDayReadsWhatItWrites(t *testing.T) {
	for seconds := range 86_400 {
		want := civil.TimeOfDay(seconds)
		if got, err := civil.ParseTimeOfDay(want.String()); err != nil || got != want {
			t.Fatalf("%d is written %s and read %d, %v", want, want, got, err)
		}
	}
}

func TestParseTimeOfDay(t *testing.T) {
	for text, want := range map[string]civil.TimeOfDay{
		"00:00:00": 0,
		"10:00:00": 36_000,
		"09:08:07": 9*3600 + 8*60 + 7,
		"23:59:59": 86_399,
	} {
		if got, err := civil.ParseTimeOfDay(text); err != nil || got != want {
			t.Errorf("%s gives %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "10", "10:00", "1:00:00", "1:00:00.5", "10:00:0", "10:00:00.5", "10:00:00Z", " 10:00:00", "10:00:00 ", "24:00:00",
		"10:60:00", "10:00:60", "-1:00:00", "10-00-00", "10:00:00 AM", "١٠:٠٠:٠٠",
	} {
		if got, err := civil.ParseTimeOfDay(text); err == nil {
			t.Errorf("%q is accepted as %s", text, got)
		}
	}
}

func FuzzParseTimeOfDay(f *testing.F) {
	for _, text := range []string{"10:00:00", "23:59:59", "24:00:00", "1:00:00", "1:00:00.5", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := civil.ParseTimeOfDay(text)
		if err == nil && (got < 0 || got >= 86_400 || got.String() != text) {
			t.Errorf("%q gives %d, which is written %s", text, got, got)
		}
	})
}
