// Package civiltest draws instants and local times for tests, mostly around days on which clocks
// are changed.
package civiltest

import (
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // the tests need zones wherever they run

	"pgregory.net/rapid"
)

// turns are days on which calendars and clocks do something odd, and quiet ones to compare them
// with. The years after 2037 are beyond the tables of zone files, where a rule takes over; so are
// those after 2007 in files without padding.
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

// Place is an instant, or a local time, in a zone.
type Place struct {
	Zone *time.Location
	Time time.Time
}

// Places draws mostly what is near a turn, and else anything between 1900 and 2100.
func Places() *rapid.Generator[Place] {
	return rapid.Custom(func(t *rapid.T) Place {
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
		return Place{zone, day.Add(time.Duration(seconds) * time.Second)}
	})
}

// DateIn returns the local date as a number that orders as dates do.
func DateIn(t time.Time, zone *time.Location) int {
	year, month, day := t.In(zone).Date()
	return year*10_000 + int(month)*100 + day
}

// showing returns every instant at which clocks in the zone show what wall shows in UTC, earliest
// first: it tries each offset that the zone has around then.
func showing(wall time.Time, zone *time.Location) []time.Time {
	var instants []time.Time
	for hours := -48; hours <= 48; hours++ {
		_, offset := wall.Add(time.Duration(hours) * time.Hour).In(zone).Zone()
		instant := wall.Add(-time.Duration(offset) * time.Second)
		if Shown(instant, zone).Equal(wall) {
			instants = append(instants, instant)
		}
	}
	slices.SortFunc(instants, time.Time.Compare)
	return slices.Compact(instants)
}

// Shown returns what clocks in the zone show, as if it were UTC, so that readings can be compared.
func Shown(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	_, offset := local.Zone()
	return local.Add(time.Duration(offset) * time.Second).UTC()
}

// CheckShows tells why got is not the instant that the contract gives a local time: the first that
// shows it or, when none does, the first after the gap.
func CheckShows(got, wall time.Time, zone *time.Location) error {
	if instants := showing(wall, zone); len(instants) > 0 {
		if !got.Equal(instants[0]) {
			return fmt.Errorf("%v in %v is %v, want the first of %v", wall, zone, got, instants)
		}
		return nil
	}
	if !Shown(got, zone).After(wall) || !Shown(got.Add(-time.Second), zone).Before(wall) {
		return fmt.Errorf("%v in %v is %v, want the first instant after the gap", wall, zone, got.In(zone))
	}
	return nil
}
