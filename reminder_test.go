package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/civil/civiltest"
)

// Every way to send or leave out the three attributes, with the rule that docs/contract.md
// section 2 gives it.
func TestNewReminderPicksTheRule(t *testing.T) {
	ten := clock(t, "10:00:00")
	minutes := func(n int) tickler.Reminder {
		return tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: n}
	}
	days := func(n int, at *civil.TimeOfDay) tickler.Reminder {
		return tickler.Reminder{Rule: tickler.DaysBefore, Days: n, At: at}
	}
	tests := map[string]struct {
		minutes, days *int
		at            *civil.TimeOfDay
		want          tickler.Reminder
	}{
		"nothing":                   {nil, nil, nil, tickler.Reminder{}},
		"minutes":                   {new(15), nil, nil, minutes(15)},
		"0 minutes":                 {new(0), nil, nil, minutes(0)},
		"days":                      {nil, new(1), nil, days(1, nil)},
		"0 days":                    {nil, new(0), nil, days(0, nil)},
		"days over minutes":         {new(15), new(1), nil, days(1, nil)},
		"days over 0 minutes":       {new(0), new(1), nil, days(1, nil)},
		"minutes over 0 days":       {new(15), new(0), nil, minutes(15)},
		"0 minutes over 0 days":     {new(0), new(0), nil, minutes(0)},
		"time":                      {nil, nil, ten, days(0, ten)},
		"time over minutes":         {new(15), nil, ten, days(0, ten)},
		"time over 0 minutes":       {new(0), nil, ten, days(0, ten)},
		"time and days":             {nil, new(1), ten, days(1, ten)},
		"time and 0 days":           {nil, new(0), ten, days(0, ten)},
		"time, days, minutes":       {new(15), new(1), ten, days(1, ten)},
		"time, days, 0 minutes":     {new(0), new(1), ten, days(1, ten)},
		"time, 0 days, minutes":     {new(15), new(0), ten, days(0, ten)},
		"time, 0 days, 0 minutes":   {new(0), new(0), ten, days(0, ten)},
		"midnight is a time as any": {new(15), nil, clock(t, "00:00:00"), days(0, clock(t, "00:00:00"))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, tickler.NewReminder(test.minutes, test.days, test.at)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReminderMomentDaysBefore(t *testing.T) {
	tests := map[string]struct {
		zone, due string
		days      int
		at        string // empty: none
		want      string
	}{
		// The examples of docs/contract.md section 2.
		"UTC":                      {"UTC", "2020-11-11 10:30:00", 1, "10:00:00", "2020-11-10 10:00:00"},
		"Kolkata":                  {"Asia/Kolkata", "2020-11-11 10:30:00", 1, "10:00:00", "2020-11-10 04:30:00"},
		"Kolkata, due at midnight": {"Asia/Kolkata", "2026-11-20 18:30:00", 0, "10:00:00", "2026-11-21 04:30:00"},

		"second before midnight":   {"Asia/Kolkata", "2026-11-20 18:29:59", 0, "10:00:00", "2026-11-20 04:30:00"},
		"after the due instant":    {"UTC", "2026-11-20 18:30:00", 0, "23:59:59", "2026-11-20 23:59:59"},
		"without a time":           {"Asia/Kolkata", "2020-11-11 10:30:15", 1, "", "2020-11-10 10:30:15"},
		"without a time, 0 days":   {"Asia/Kolkata", "2020-11-11 10:30:15", 0, "", "2020-11-11 10:30:15"},
		"same local time over DST": {"America/New_York", "2026-03-09 14:00:00", 2, "", "2026-03-07 15:00:00"},

		"into a gap":                  {"America/New_York", "2026-03-09 12:00:00", 1, "02:30:00", "2026-03-08 07:00:00"},
		"into a gap, without a time":  {"America/New_York", "2026-03-09 06:30:00", 1, "", "2026-03-08 07:00:00"},
		"into a gap at midnight":      {"America/Sao_Paulo", "2018-11-05 12:00:00", 1, "00:15:00", "2018-11-04 03:00:00"},
		"into a day that is not":      {"Pacific/Apia", "2011-12-31 00:00:00", 1, "10:00:00", "2011-12-30 10:00:00"},
		"into a fold":                 {"America/New_York", "2026-11-02 12:00:00", 1, "01:30:00", "2026-11-01 05:30:00"},
		"due in a fold's second hour": {"America/New_York", "2026-11-01 06:30:00", 0, "", "2026-11-01 05:30:00"},

		"to the end of a month":     {"UTC", "2026-05-01 08:00:00", 1, "10:00:00", "2026-04-30 10:00:00"},
		"to a leap day":             {"UTC", "2028-03-01 08:00:00", 1, "10:00:00", "2028-02-29 10:00:00"},
		"no leap day":               {"UTC", "2027-03-01 08:00:00", 1, "10:00:00", "2027-02-28 10:00:00"},
		"a year before a leap day":  {"UTC", "2028-02-29 08:00:00", 365, "10:00:00", "2027-03-01 10:00:00"},
		"to the year before":        {"Asia/Kolkata", "2026-12-31 18:30:00", 1, "00:00:00", "2026-12-30 18:30:00"},
		"to a leap year's last day": {"America/New_York", "2041-01-01 12:00:00", 1, "09:00:00", "2040-12-31 14:00:00"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			reminder := tickler.Reminder{Rule: tickler.DaysBefore, Days: test.days}
			if test.at != "" {
				reminder.At = clock(t, test.at)
			}
			got := reminder.Moment(at(t, test.due), loadZone(t, test.zone))
			if !got.Equal(at(t, test.want)) {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

func TestReminderMomentMinutesBefore(t *testing.T) {
	// Minutes are elapsed time: a change of the clocks between does not move them.
	due, newYork := at(t, "2026-03-08 07:30:00"), loadZone(t, "America/New_York")
	for minutes, want := range map[int]string{
		0:                          "2026-03-08 07:30:00",
		90:                         "2026-03-08 06:00:00",
		24 * 60:                    "2026-03-07 07:30:00",
		tickler.MaxReminderMinutes: "2025-03-08 07:30:00",
	} {
		reminder := tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: minutes}
		if got := reminder.Moment(due, newYork); !got.Equal(at(t, want)) {
			t.Errorf("%d minutes before is %v, want %s", minutes, got, want)
		}
	}
}

func TestWithoutARuleThereIsNoMoment(t *testing.T) {
	if got := (tickler.Reminder{}).Moment(at(t, "2026-03-08 07:30:00"), time.UTC); !got.IsZero() {
		t.Errorf("got %v", got)
	}
}

func TestReminderMomentIsOnItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := civiltest.Places().Draw(t, "due")
		days := rapid.IntRange(0, tickler.MaxReminderDays).Draw(t, "days")
		seconds := rapid.Ptr(rapid.IntRange(0, 86_399), true).Draw(t, "time of day")

		// The local time, by counting whole days back on a calendar without clock changes.
		wall := civiltest.Shown(p.Time, p.Zone)
		reminder := tickler.Reminder{Rule: tickler.DaysBefore, Days: days}
		if seconds != nil {
			wall = wall.Truncate(24 * time.Hour).Add(time.Duration(*seconds) * time.Second)
			reminder.At = new(civil.TimeOfDay(*seconds))
		}
		wall = wall.Add(-time.Duration(days) * 24 * time.Hour)

		if err := civiltest.CheckShows(reminder.Moment(p.Time, p.Zone), wall, p.Zone); err != nil {
			t.Fatal(err)
		}
	})
}

func TestReminderMomentIsSoManyMinutesBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := civiltest.Places().Draw(t, "due")
		minutes := rapid.IntRange(0, tickler.MaxReminderMinutes).Draw(t, "minutes")
		moment := tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: minutes}.Moment(p.Time, p.Zone)
		if got := p.Time.Sub(moment).Minutes(); got != float64(minutes) {
			t.Fatalf("%v minutes before, want %d", got, minutes)
		}
	})
}

func TestReminderInWords(t *testing.T) {
	for want, reminder := range map[string]tickler.Reminder{
		"none":                      {},
		"0 minutes before":          {Rule: tickler.MinutesBefore},
		"2 days before":             {Rule: tickler.DaysBefore, Days: 2},
		"0 days before at 00:00:00": {Rule: tickler.DaysBefore, At: clock(t, "00:00:00")},
	} {
		if got := reminder.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
