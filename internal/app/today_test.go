package app_test

import (
	"slices"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// The day of each reader is that of their own zone, at one and the same instant: around midnight,
// and where clocks are changed.
func TestTodayIsThatOfTheReader(t *testing.T) {
	for _, test := range []struct{ zone, now, first, tomorrow, eighth string }{
		// An instant on three days' calendars.
		{"Asia/Kolkata", "2026-11-29 18:29:59", "2026-11-28 18:30:00", "2026-11-29 18:30:00", "2026-12-06 18:30:00"},
		{"Asia/Kolkata", "2026-11-29 18:30:00", "2026-11-29 18:30:00", "2026-11-30 18:30:00", "2026-12-07 18:30:00"},
		{"America/Los_Angeles", "2026-11-29 18:30:00", "2026-11-29 08:00:00", "2026-11-30 08:00:00", "2026-12-07 08:00:00"},
		{"Pacific/Auckland", "2026-11-29 18:30:00", "2026-11-29 11:00:00", "2026-11-30 11:00:00", "2026-12-07 11:00:00"},
		{"Pacific/Auckland", "2026-11-29 10:59:59", "2026-11-28 11:00:00", "2026-11-29 11:00:00", "2026-12-06 11:00:00"},
		// Los Angeles: 8 March has 23 hours, 1 November has 25.
		{"America/Los_Angeles", "2026-03-08 07:59:59", "2026-03-07 08:00:00", "2026-03-08 08:00:00", "2026-03-15 07:00:00"},
		{"America/Los_Angeles", "2026-03-08 08:00:00", "2026-03-08 08:00:00", "2026-03-09 07:00:00", "2026-03-16 07:00:00"},
		{"America/Los_Angeles", "2026-11-01 07:00:00", "2026-11-01 07:00:00", "2026-11-02 08:00:00", "2026-11-09 08:00:00"},
		{"America/Los_Angeles", "2026-11-02 07:59:59", "2026-11-01 07:00:00", "2026-11-02 08:00:00", "2026-11-09 08:00:00"},
		// Auckland: 27 September has 23 hours, 5 April has 25.
		{"Pacific/Auckland", "2026-09-27 10:59:59", "2026-09-26 12:00:00", "2026-09-27 11:00:00", "2026-10-04 11:00:00"},
		{"Pacific/Auckland", "2026-04-05 11:59:59", "2026-04-04 11:00:00", "2026-04-05 12:00:00", "2026-04-12 12:00:00"},
	} {
		t.Run(test.zone+" "+test.now, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, w *world) {
				zone, err := time.LoadLocation(test.zone)
				w.must(err)
				caller := w.as("seller")
				caller.User.Zone, caller.Now = zone, instant(t, test.now)
				tomorrow, eighth := instant(t, test.tomorrow), instant(t, test.eighth)
				first := instant(t, test.first)
				for name, due := range map[string]time.Time{
					"first": first, "last": tomorrow.Add(-time.Second), "tomorrow": tomorrow, "seventh": eighth.Add(-time.Second), "eighth": eighth,
					"yesterday": first.Add(-time.Second),
				} {
					end := due.Add(100 * time.Hour) // none of them is overdue
					_, err := w.CreateTask(t.Context(), caller, tickler.TaskDraft{Name: name, DueAt: &due, EndAt: &end})
					w.must(err)
				}
				today, err := w.Today(t.Context(), caller, tickler.ID{})
				w.must(err)
				equal(t, []string{"yesterday", "first", "last"}, taskNames(today.Tasks))
				equal(t, []string{"tomorrow"}, taskNames(today.Days[0].Tasks))
				equal(t, []string{"seventh"}, taskNames(today.Days[6].Tasks))
				if got := today.Days[0].Start; !got.Equal(tomorrow) {
					t.Errorf("tomorrow begins at %v", got)
				}
			})
		})
	}
}

// What is done counts from the reader's midnight on, and what has ended is overdue a second later.
func TestTodaySortsByState(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		caller := w.as("seller")
		add := func(name string, end time.Duration) tickler.ID {
			due, ends := caller.Now.Add(-time.Hour), caller.Now.Add(end)
			task, err := w.CreateTask(t.Context(), caller, tickler.TaskDraft{Name: name, DueAt: &due, EndAt: &ends})
			w.must(err)
			return task.ID
		}
		add("ends now", 0)
		add("ended", -time.Second)
		add("ended before", -time.Minute)
		put := add("put off", -time.Second)
		done := add("done", time.Hour)
		_, err := w.Act(t.Context(), caller, []tickler.ID{put}, app.Snoozing(caller.Now.Add(time.Hour)))
		w.must(err)
		_, err = w.Act(t.Context(), caller, []tickler.ID{done}, app.Completing())
		w.must(err)
		today, err := w.Today(t.Context(), caller, tickler.ID{})
		w.must(err)
		equal(t, []string{"ended before", "ended"}, taskNames(today.Overdue))
		equal(t, []string{"ends now"}, taskNames(today.Tasks))
		equal(t, []string{"put off"}, taskNames(today.Snoozed))
		equal(t, []string{"done"}, taskNames(today.Done))
		if today.Open() != 4 || today.DoneCount != 1 {
			t.Errorf("%d open, %d done", today.Open(), today.DoneCount)
		}
		caller.Now = caller.Now.Add(time.Hour)
		today, err = w.Today(t.Context(), caller, tickler.ID{})
		w.must(err)
		if !slices.Contains(taskNames(today.Overdue), "put off") {
			t.Errorf("it is not back: %v", taskNames(today.Overdue))
		}
	})
}

// Nobody sees the day of a person outside of their team, nor of another account.
func TestTodayOfOthers(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		_, other := w.newAccount("somebody@example.org")
		_, err := w.Today(t.Context(), w.as("admin"), other.ID)
		wantKind(t, err, tickler.KindUnknownEntity)
		_, err = w.Today(t.Context(), w.as("seller"), w.as("admin").User.ID)
		wantKind(t, err, tickler.KindUnknownEntity)
	})
}

func taskNames(tasks []tickler.Task) (names []string) {
	for _, t := range tasks {
		names = append(names, t.Name)
	}
	return names
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateTime, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
