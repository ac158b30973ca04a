package civil_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the tests need zones wherever they run

	"pgregory.net/rapid"

	"tickler/internal/civil"
)

// turns are days on which calendars and clocks do something odd, and quiet ones to compare them with. The years after
// 2037 are beyond the tables of zone files, where a rule takes over; so are those after 2007 in files without padding.
var turns = []struct{ zone, day string }{
	{"UTC", "2028-02-29"},
	{"UTC", "2026-12-31"},
	{"Asia/Kolkata", "2026-11-21"},
	{"Asia/Kathmandu", "1986-01-01"},      // +05:30 to +05:45 at midnight
	{"America/New_York", "2026-03-08"},    // 02:00 to 03:00
	{"America/New_York", "2026-11-01"},    // 02:00 to 01:00
	{"America/New_York", "2028-12-31"},    // last day of a leap year
	{"America/New_York", "2040-12-31"},    // the same
	{"America/New_York", "2044-03-13"},    // 02:00 to 03:00
	{"Europe/London", "2026-03-29"},       // 01:00 to 02:00
	{"Europe/London", "2026-10-25"},       // 02:00 to 01:00
	{"Europe/London", "2048-12-31"},       // last day of a leap year
	{"America/Sao_Paulo", "2018-11-04"},   // no 00:00
	{"America/Sao_Paulo", "2018-02-17"},   // 24:00 to 23:00
	{"Asia/Beirut", "2026-03-29"},         // no 00:00
	{"Asia/Beirut", "2026-10-24"},         // 24:00 to 23:00
	{"Africa/Cairo", "2024-04-26"},        // no 00:00
	{"Africa/Cairo", "2044-10-27"},        // 24:00 to 23:00
	{"America/Havana", "2026-11-01"},      // 00:00 twice
	{"America/St_Johns", "2010-11-07"},    // 00:01 back to 23:01 of the day before
	{"Antarctica/Casey", "2010-03-05"},    // 02:00 back to 23:00 of the day before
	{"Australia/Lord_Howe", "2026-04-05"}, // half an hour back
	{"Australia/Lord_Howe", "2026-10-04"}, // half an hour on
	{"Pacific/Apia", "2011-12-30"},        // no such day
	{"Pacific/Kwajalein", "1993-08-21"},   // no such day
	{"Pacific/Kiritimati", "2026-01-01"},  // +14:00
	{"Pacific/Pago_Pago", "2026-01-01"},   // -11:00
	{"Africa/Monrovia", "1972-01-07"},     // an offset that is no whole minute
}

// place is an instant, or a local time, in a zone.
type place struct {
	zone *time.Location
	t    time.Time
}

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

// places draws mostly what is near a turn, and else anything between 1900 and 2100.
func places() *rapid.Generator[place] {
	return rapid.Custom(func(t *rapid.T) place {
		turn := rapid.SampledFrom(turns).Draw(t, "turn")
		zone, err := time.LoadLocation(turn.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, err := time.Parse(time.DateOnly, turn.day)
		if err != nil {
			t.Fatal(err)
		}
		const threeDays, hundredYears = 3 * 86_400, 100 * 365 * 86_400
		var seconds int64
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			seconds = rapid.Int64Range(-hundredYears, hundredYears).Draw(t, "seconds off")
			day = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		case 1: // whole quarters of hours hit the changes themselves
			seconds = 900 * rapid.Int64Range(-threeDays/900, threeDays/900).Draw(t, "quarters off")
		default:
			seconds = rapid.Int64Range(-threeDays, threeDays).Draw(t, "seconds off")
		}
		return place{zone, day.Add(time.Duration(seconds) * time.Second)}
	})
}

// dateIn gives the local date as a number that orders as dates do.
func dateIn(t time.Time, zone *time.Location) int {
	year, month, day := t.In(zone).Date()
	return year*10_000 + int(month)*100 + day
}

// anyInDayBefore tells whether the condition holds at one of the whole minutes of the day and more that lead up to t.
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
		p := places().Draw(t, "place")
		date := dateIn(p.t, p.zone)
		start := civil.StartOfDay(p.t, p.zone)
		onDate := func(t time.Time) bool { return dateIn(t, p.zone) == date }
		if !onDate(start) || onDate(start.Add(-time.Second)) || anyInDayBefore(start, onDate) {
			t.Fatalf("day of %v starts at %v", p.t.In(p.zone), start.In(p.zone))
		}
	})
}

func TestEndOfDayIsTheSecondBeforeTheNextDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := places().Draw(t, "place")
		date := dateIn(p.t, p.zone)
		end := civil.EndOfDay(p.t, p.zone)
		later := func(t time.Time) bool { return dateIn(t, p.zone) > date }
		if !later(end.Add(time.Second)) || later(end) || anyInDayBefore(end, later) {
			t.Fatalf("day of %v ends at %v", p.t.In(p.zone), end.In(p.zone))
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
		// A wrong bound from the time package once made these run for ever.
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

// showing gives every instant at which clocks in the zone show what wall shows in UTC, earliest first: it tries each
// offset that the zone has around then.
func showing(wall time.Time, zone *time.Location) []time.Time {
	var instants []time.Time
	for hours := -48; hours <= 48; hours++ {
		_, offset := wall.Add(time.Duration(hours) * time.Hour).In(zone).Zone()
		instant := wall.Add(-time.Duration(offset) * time.Second)
		if shown(instant, zone).Equal(wall) {
			instants = append(instants, instant)
		}
	}
	slices.SortFunc(instants, time.Time.Compare)
	return slices.Compact(instants)
}

// shown gives what clocks in the zone show, as if it were UTC, so that readings can be compared.
func shown(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	_, offset := local.Zone()
	return local.Add(time.Duration(offset) * time.Second).UTC()
}

// checkShows tells why got is not the instant that the contract gives a local time: the first that shows it or, when none
// does, the first after the gap.
func checkShows(got, wall time.Time, zone *time.Location) error {
	if instants := showing(wall, zone); len(instants) > 0 {
		if !got.Equal(instants[0]) {
			return fmt.Errorf("%v in %v is %v, want the first of %v", wall, zone, got, instants)
		}
		return nil
	}
	if !shown(got, zone).After(wall) || !shown(got.Add(-time.Second), zone).Before(wall) {
		return fmt.Errorf("%v in %v is %v, want the first instant after the gap", wall, zone, got.In(zone))
	}
	return nil
}

func TestInstantOfALocalTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := places().Draw(t, "local time")
		if err := checkShows(civil.InstantOf(p.t, p.zone), p.t, p.zone); err != nil {
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
