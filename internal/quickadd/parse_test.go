package quickadd_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/quickadd"
)

func loadZone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func parse(t *testing.T, line, now, zone string) quickadd.Result {
	t.Helper()
	return quickadd.Parse(line, contextOf(t, []string{now, zone, "day", "Monday"}))
}

// TestChangesOfClocks reads times around the days on which clocks are changed. All that is wanted is in UTC.
func TestChangesOfClocks(t *testing.T) {
	for _, test := range []struct {
		zone, now, line string
		due, end        string
		isSkipped       bool
	}{
		// 2026-03-29 02:00 to 03:00, 2026-10-25 03:00 to 02:00
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow", "2026-03-28 23:00:00", "", false},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 01:59", "2026-03-29 00:59:00", "", false},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 02:00", "2026-03-29 01:00:00", "", true},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 02:30", "2026-03-29 01:00:00", "", true},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 03:00", "2026-03-29 01:00:00", "", false},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 02:15-02:45", "2026-03-29 01:00:00", "2026-03-29 01:00:00", true},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 01:30-03:30", "2026-03-29 00:30:00", "2026-03-29 01:30:00", false},
		{"Europe/Berlin", "2026-03-28 12:00", "x tomorrow 01:30 for 1h", "2026-03-29 00:30:00", "2026-03-29 01:30:00", false},
		{"Europe/Berlin", "2026-03-29 01:30", "x in an hour", "2026-03-29 01:30:00", "", false},
		{"Europe/Berlin", "2026-03-29 01:30", "x in a day", "2026-03-29 22:00:00", "", false},
		{"Europe/Berlin", "2026-10-24 12:00", "x tomorrow 02:30", "2026-10-25 00:30:00", "", false}, // the first of two
		{"Europe/Berlin", "2026-10-24 12:00", "x tomorrow 02:30 for 1h", "2026-10-25 00:30:00", "2026-10-25 01:30:00", false},
		{"Europe/Berlin", "2026-10-24 12:00", "x tomorrow 02:30-03:30", "2026-10-25 00:30:00", "2026-10-25 02:30:00", false},
		{"Europe/Berlin", "2026-10-24 12:00", "x tomorrow midnight", "2026-10-25 23:00:00", "", false},
		// 2026-03-08 02:00 to 03:00, 2026-11-01 02:00 to 01:00
		{"America/Los_Angeles", "2026-03-07 12:00", "x sunday 2:30am", "2026-03-08 10:00:00", "", true},
		{"America/Los_Angeles", "2026-03-07 12:00", "x sunday 9am", "2026-03-08 16:00:00", "", false},
		{"America/Los_Angeles", "2026-03-07 12:00", "x tomorrow", "2026-03-08 08:00:00", "", false},
		{"America/Los_Angeles", "2026-03-07 12:00", "x monday", "2026-03-09 07:00:00", "", false},
		{"America/Los_Angeles", "2026-10-31 12:00", "x sunday 1:30am", "2026-11-01 08:30:00", "", false},
		{"America/Los_Angeles", "2026-10-31 12:00", "x 2 nov", "2026-11-02 08:00:00", "", false},
		{"America/Los_Angeles", "2026-10-31 23:30", "x in 3 hours", "2026-11-01 09:30:00", "", false},
		// never
		{"Asia/Kolkata", "2026-03-28 12:00", "x tomorrow", "2026-03-28 18:30:00", "", false},
		{"Asia/Kolkata", "2026-03-28 12:00", "x tomorrow 2:30am", "2026-03-28 21:00:00", "", false},
		{"Asia/Kolkata", "2026-03-28 00:10", "x today 12:05am", "2026-03-27 18:35:00", "", false},
		{"Asia/Kolkata", "2026-03-28 00:10", "x 12:05am", "2026-03-28 18:35:00", "", false},
		// 2026-09-27 02:00 to 03:00, 2026-04-05 03:00 to 02:00
		{"Pacific/Auckland", "2026-09-26 12:00", "x tomorrow 02:30", "2026-09-26 14:00:00", "", true},
		{"Pacific/Auckland", "2026-09-26 12:00", "x tomorrow 9am", "2026-09-26 20:00:00", "", false},
		{"Pacific/Auckland", "2026-04-04 12:00", "x tomorrow 02:30", "2026-04-04 13:30:00", "", false},
		{"Pacific/Auckland", "2026-04-04 12:00", "x tomorrow 3pm for 2h", "2026-04-05 03:00:00", "2026-04-05 05:00:00", false},
		// 2011-12-30 never was
		{"Pacific/Apia", "2011-12-29 12:00", "x tomorrow", "2011-12-30 10:00:00", "", false},
		{"Pacific/Apia", "2011-12-29 12:00", "x tomorrow 9am", "2011-12-30 10:00:00", "", true},
		{"Pacific/Apia", "2011-12-29 12:00", "x in 2 days 9am", "2011-12-30 19:00:00", "", false},
		{"Pacific/Apia", "2011-12-29 12:00", "x 11am", "2011-12-30 10:00:00", "", true},
		{"Pacific/Apia", "2011-12-29 22:00", "x in 3 hours", "2011-12-30 11:00:00", "", false},
	} {
		t.Run(test.zone+" "+test.now+" "+test.line, func(t *testing.T) {
			result := parse(t, test.line, test.now, test.zone)
			if got := written(result.Draft.DueAt); got != test.due {
				t.Errorf("due %s, want %s", got, test.due)
			}
			if got := written(result.Draft.EndAt); got != test.end {
				t.Errorf("ends %s, want %s", got, test.end)
			}
			isSkipped := false
			for _, p := range result.Parts {
				isSkipped = isSkipped || p.Reading.Skipped
			}
			if isSkipped != test.isSkipped {
				t.Errorf("skipped %t, want %t", isSkipped, test.isSkipped)
			}
		})
	}
}

func written(t *time.Time) string {
	if t == nil {
		return ""
	}
	return civil.FormatInstant(*t)
}

func TestReadings(t *testing.T) {
	const now, zone = "2026-11-26 10:00", "Asia/Kolkata"
	for _, test := range []struct {
		line string
		want []quickadd.Choice // of the parts
		day  string            // of all of them
	}{
		{"x tue", []quickadd.Choice{quickadd.ComingWeekday}, "2026-12-01"},
		{"x thu", []quickadd.Choice{quickadd.ComingWeekday}, "2026-12-03"},
		{"x this thu", []quickadd.Choice{quickadd.WeekdayThisWeek}, "2026-11-26"},
		{"x next fri", []quickadd.Choice{quickadd.WeekdayNextWeek}, "2026-12-04"},
		{"x next week", []quickadd.Choice{quickadd.MondayNextWeek}, "2026-11-30"},
		{"x next month", []quickadd.Choice{quickadd.FirstOfNextMonth}, "2026-12-01"},
		{"x eom", []quickadd.Choice{quickadd.LastOfMonth}, "2026-11-30"},
		{"x eow", []quickadd.Choice{quickadd.FridayOfWeek}, "2026-11-27"},
		{"x this weekend", []quickadd.Choice{quickadd.Saturday}, "2026-11-28"},
		{"x 2 jan", []quickadd.Choice{quickadd.ComingDate}, "2027-01-02"},
		{"x 2 jan 2027", []quickadd.Choice{quickadd.NoChoice}, "2027-01-02"},
		{"x 9am", []quickadd.Choice{quickadd.ComingHour}, "2026-11-27"},
		{"x at 3", []quickadd.Choice{quickadd.GuessedHalf}, "2026-11-26"},
		{"x tue at 3", []quickadd.Choice{quickadd.ComingWeekday, quickadd.GuessedHalf}, "2026-12-01"},
		{"x tomorrow 15:00", []quickadd.Choice{quickadd.NoChoice, quickadd.NoChoice}, "2026-11-27"},
		{"x tonight", []quickadd.Choice{quickadd.HourOfPart}, "2026-11-26"},
		{"x tue midnight", []quickadd.Choice{quickadd.ComingWeekday, quickadd.NoChoice}, "2026-12-02"},
		{"x in 2 hours", []quickadd.Choice{quickadd.NoChoice}, "2026-11-26"},
		{"x eod", []quickadd.Choice{quickadd.NoChoice}, "2026-11-26"},
	} {
		t.Run(test.line, func(t *testing.T) {
			parts := parse(t, test.line, now, zone).Parts
			if len(parts) != len(test.want) {
				t.Fatalf("parts %+v", parts)
			}
			for i, p := range parts {
				if p.Reading.Choice != test.want[i] || p.Reading.Day.Format(time.DateOnly) != test.day {
					t.Errorf("%s: choice %d of %s, want %d of %s", p.Text, p.Reading.Choice, p.Reading.Day, test.want[i], test.day)
				}
			}
		})
	}
}

func TestPartsLieInTheLine(t *testing.T) {
	line := "Call Asha Rao tue 3pm for 45m #Phone Call @ravi +Asha remind 30m at Koramangala"
	want := []struct {
		kind quickadd.Kind
		text string
	}{
		{quickadd.Day, "tue"},
		{quickadd.Hour, "3pm"},
		{quickadd.Duration, "for 45m"},
		{quickadd.Type, "#Phone Call"},
		{quickadd.Owner, "@ravi"},
		{quickadd.Lead, "+Asha"},
		{quickadd.Reminder, "remind 30m"},
		{quickadd.Location, "at Koramangala"},
	}
	parts := parse(t, line, "2026-11-26 10:00", "Asia/Kolkata").Parts
	if len(parts) != len(want) {
		t.Fatalf("parts %+v", parts)
	}
	for i, p := range parts {
		if p.Kind != want[i].kind || p.Text != want[i].text || line[p.From:p.To] != p.Text {
			t.Errorf("part %d is %+v, want %+v", i, p, want[i])
		}
	}
}

func TestPlainIsText(t *testing.T) {
	line := "Call Asha tomorrow morning for 45m @ravi"
	for _, test := range []struct{ plain, name, due string }{
		{"@ravi", "Call Asha @ravi", "2026-11-27 03:30:00"},
		{"for 45m", "Call Asha for 45m", "2026-11-27 03:30:00"},
		{"45", "Call Asha for 45m", "2026-11-27 03:30:00"}, // a part that is touched is text as a whole
		{"morning", "Call Asha morning for 45m", "2026-11-26 18:30:00"},
		{"tomorrow", "Call Asha tomorrow morning for 45m", ""}, // a morning of what day?
	} {
		t.Run(test.plain, func(t *testing.T) {
			c := contextOf(t, []string{"2026-11-26 10:00", "Asia/Kolkata", "day", "Monday"})
			c.Plain = []quickadd.Span{spanOf(t, line, test.plain)}
			draft := quickadd.Parse(line, c).Draft
			if draft.Name != test.name || written(draft.DueAt) != test.due {
				t.Errorf("name %q due %s, want %q due %s", draft.Name, written(draft.DueAt), test.name, test.due)
			}
		})
	}
}

func TestLeadIsWhatIsKnown(t *testing.T) {
	known := map[string]bool{"asha": true, "asha rao": true, "De La Cruz": true}
	for _, test := range []struct{ line, query, name string }{
		{"x +asha rao tomorrow", "asha rao", "x"},
		{"x +asha about price tomorrow", "asha", "x about price"},
		{"+De La Cruz Call", "De La Cruz", "Call"},
		{"x +Nobody Known", "Nobody Known", "x"},
		{"x +nobody known", "nobody", "x known"},
	} {
		c := contextOf(t, []string{"2026-11-26 10:00", "Asia/Kolkata", "day", "Monday"})
		c.KnowsLead = func(words string) bool { return known[words] }
		if r := quickadd.Parse(test.line, c); r.LeadQuery != test.query || r.Draft.Name != test.name {
			t.Errorf("%s: lead %q, name %q", test.line, r.LeadQuery, r.Draft.Name)
		}
	}
}

// TestDraftMakesTask makes tasks of drafts, with the domain's defaults.
func TestDraftMakesTask(t *testing.T) {
	for _, test := range []struct{ line, due, end string }{
		{"x tomorrow", "2026-11-26 18:30:00", "2026-11-27 18:29:59"},
		{"x tomorrow 3pm", "2026-11-27 09:30:00", "2026-11-27 18:29:59"},
		{"x tomorrow 3pm #Meeting", "2026-11-27 09:30:00", "2026-11-27 10:00:00"},
		{"x tomorrow 3pm for 45m #Meeting", "2026-11-27 09:30:00", "2026-11-27 10:15:00"},
		{"x #Meeting for 45m", "2026-11-26 04:30:00", "2026-11-26 05:15:00"},
	} {
		c := contextOf(t, []string{"2026-11-26 10:00", "Asia/Kolkata", "day", "Monday"})
		draft := quickadd.Parse(test.line, c).Draft
		setting := tickler.Setting{
			Actor: tickler.Actor{Now: c.Now, Zone: c.Zone}, Type: taskTypes[3], OwnerID: c.Me,
		}
		for _, taskType := range taskTypes {
			if taskType.ID == draft.TypeID {
				setting.Type = taskType
			}
		}
		task, err := draft.Task(setting)
		if err != nil {
			t.Fatal(err)
		}
		if got := civil.FormatInstant(task.DueAt); got != test.due {
			t.Errorf("%s: due %s, want %s", test.line, got, test.due)
		}
		if got := civil.FormatInstant(task.EndAt); got != test.end {
			t.Errorf("%s: ends %s, want %s", test.line, got, test.end)
		}
	}
}

// TestOneOfEach reads lines that say something twice: names by a sign count where they come first, all else where it
// comes last.
func TestOneOfEach(t *testing.T) {
	for line, want := range map[string][]string{
		"x #Phone #Meeting @ravi @priya":    {"#Phone", "@ravi"},
		"x remind 1h remind 10m":            {"remind 10m"},
		"x fri tue":                         {"tue"},
		"x tue 3pm wed 4pm":                 {"wed", "4pm"},
		"Meet x at Cafe Noir at Taj":        {"at Taj"},
		"x tomorrow in an hour":             {"in an hour"},
		"x 3-4pm for 45m":                   nil, // which of the two?
		"x tomorrow 3pm eod #Phone for 1h ": {"tomorrow", "3pm", "eod", "#Phone", "for 1h"},
	} {
		var got []string
		for _, p := range parse(t, line, "2026-11-26 10:00", "Asia/Kolkata").Parts {
			got = append(got, p.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: parts %q, want %q", line, got, want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	c := contextOf(b, []string{"2026-11-26 10:00", "Asia/Kolkata", "day", "Monday"})
	for b.Loop() {
		quickadd.Parse("Call Asha Rao tue 3pm for 45m #Phone Call @ravi +Asha remind 30m at Koramangala", c)
	}
}

func TestLongLineIsAName(t *testing.T) {
	for _, test := range []struct {
		length int
		isRead bool
	}{{quickadd.LongestLine, true}, {quickadd.LongestLine + 1, false}} {
		line := strings.Repeat("x", test.length-len(" tomorrow")) + " tomorrow"
		result := parse(t, line, "2026-11-26 10:00", "Asia/Kolkata")
		if isRead := len(result.Parts) == 1; isRead != test.isRead || !isRead && result.Draft.Name != line {
			t.Errorf("%d bytes: read %t, want %t", test.length, isRead, test.isRead)
		}
	}
}

func spanOf(t *testing.T, line, text string) quickadd.Span {
	t.Helper()
	for i := range line {
		if len(line[i:]) >= len(text) && line[i:i+len(text)] == text {
			return quickadd.Span{From: i, To: i + len(text)}
		}
	}
	t.Fatalf("%q is not in %q", text, line)
	return quickadd.Span{}
}
