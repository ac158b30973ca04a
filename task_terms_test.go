package tickler_test

import (
	"errors"
	"testing"
	"time"

	"tickler"
)

// Due terms are days and weeks where the reader is, over changes of clocks too.
func TestDueTermsAreOfTheReadersCalendar(t *testing.T) {
	zone := func(name string) *time.Location {
		loaded, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return loaded
	}
	kolkata, angeles, auckland := zone("Asia/Kolkata"), zone("America/Los_Angeles"), zone("Pacific/Auckland")
	now := time.Date(2026, 3, 8, 19, 0, 0, 0, time.UTC) // Sunday in Los Angeles, where clocks go forward; Monday in the others
	for _, test := range []struct {
		name     string
		due      tickler.DueTerm
		zone     *time.Location
		start    time.Weekday
		from, to string
	}{
		{"today in India", tickler.DueToday, kolkata, time.Monday, "2026-03-08 18:30:00", "2026-03-09 18:29:59"},
		{"today in California has 23 hours", tickler.DueToday, angeles, time.Monday, "2026-03-08 08:00:00", "2026-03-09 06:59:59"},
		{"today in New Zealand", tickler.DueToday, auckland, time.Monday, "2026-03-08 11:00:00", "2026-03-09 10:59:59"},
		{"tomorrow", tickler.DueTomorrow, angeles, time.Monday, "2026-03-09 07:00:00", "2026-03-10 06:59:59"},
		{"this week ends on this Sunday", tickler.DueThisWeek, angeles, time.Monday, "2026-03-02 08:00:00", "2026-03-09 06:59:59"},
		{"this week begins on this Sunday", tickler.DueThisWeek, angeles, time.Sunday, "2026-03-08 08:00:00", "2026-03-15 06:59:59"},
		{"this week began on Saturday", tickler.DueThisWeek, angeles, time.Saturday, "2026-03-07 08:00:00", "2026-03-14 06:59:59"},
		{"this week begins on this Monday", tickler.DueThisWeek, kolkata, time.Monday, "2026-03-08 18:30:00", "2026-03-15 18:29:59"},
		{"next week", tickler.DueNextWeek, kolkata, time.Monday, "2026-03-15 18:30:00", "2026-03-22 18:29:59"},
		{"later", tickler.DueLater, kolkata, time.Monday, "2026-03-22 18:30:00", ""},
		{"any time", tickler.DueAnyTime, kolkata, time.Monday, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := tickler.TaskTerms{Due: test.due}.Filter(tickler.Reader{Now: now, Zone: test.zone, WeekStart: test.start})
			wantInstant(t, f.DueFrom, test.from)
			wantInstant(t, f.DueTo, test.to)
		})
	}
}

func wantInstant(t *testing.T, got time.Time, want string) {
	t.Helper()
	text := ""
	if !got.IsZero() {
		text = got.UTC().Format(time.DateTime)
	}
	if text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

func TestDaysOfTermsAreWhole(t *testing.T) {
	day := time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)
	angeles, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	reader := tickler.Reader{Now: day, Zone: angeles}
	f := tickler.TaskTerms{Due: tickler.DueBetween, From: day, To: day}.Filter(reader)
	wantInstant(t, f.DueFrom, "2026-03-08 08:00:00")
	wantInstant(t, f.DueTo, "2026-03-09 06:59:59")
	f = tickler.TaskTerms{Due: tickler.DueBetween, To: day}.Filter(reader)
	wantInstant(t, f.DueFrom, "")
	f = tickler.TaskTerms{Due: tickler.DueBetween, From: day}.Filter(reader)
	wantInstant(t, f.DueTo, "")
}

// What is overdue was due before, and by that it is found.
func TestOverdueIsAStatusAndABound(t *testing.T) {
	now := time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)
	reader := tickler.Reader{Now: now, Zone: time.UTC}
	for name, terms := range map[string]tickler.TaskTerms{
		"due":       {Due: tickler.DueOverdue},
		"both":      {Due: tickler.DueOverdue, Statuses: []tickler.Status{tickler.StatusPending, tickler.StatusOverdue}},
		"status":    {Statuses: []tickler.Status{tickler.StatusOverdue}},
		"this week": {Statuses: []tickler.Status{tickler.StatusOverdue}, Due: tickler.DueThisWeek},
	} {
		f := terms.Filter(reader)
		if len(f.Statuses) != 1 || f.Statuses[0] != tickler.StatusOverdue || !f.DueTo.Equal(now) || !f.At.Equal(now) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := (tickler.TaskTerms{Due: tickler.DueOverdue, Statuses: []tickler.Status{tickler.StatusCompleted}}).Filter(reader); f.Statuses == nil || len(f.Statuses) > 0 {
		t.Errorf("what is both overdue and completed is %v", f.Statuses)
	}
}

func TestTermsAreChecked(t *testing.T) {
	day := time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)
	for fact, terms := range map[tickler.Fact]tickler.TaskTerms{
		tickler.FactNotOneOf:        {Due: "soon"},
		tickler.FactEndsBeforeStart: {Due: tickler.DueBetween, From: day, To: day.AddDate(0, 0, -1)},
		tickler.FactTooLong:         {Text: string(make([]byte, tickler.MaxSearchText+1))},
	} {
		if err := terms.Validate(); !isFact(err, fact) {
			t.Errorf("%+v: %v, want that it is %s", terms, err, fact)
		}
	}
	if err := (tickler.TaskTerms{Statuses: []tickler.Status{"Done"}}).Validate(); !isFact(err, tickler.FactNotOneOf) {
		t.Errorf("an unknown status: %v", err)
	}
	if !(tickler.TaskTerms{}).IsZero() || (tickler.TaskTerms{Text: "x"}).IsZero() {
		t.Error("only terms that say nothing are zero")
	}
}

func TestViewsAreChecked(t *testing.T) {
	good := tickler.View{Name: "Mine", Order: tickler.ByDueDate, Columns: []tickler.TaskColumn{tickler.ByOwnerName}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for fact, change := range map[tickler.Fact]func(v *tickler.View){
		tickler.FactNeededByView: func(v *tickler.View) { v.Name = "" },
		tickler.FactNotVisible:   func(v *tickler.View) { v.Name = "\u200b" },
		tickler.FactTooLong:      func(v *tickler.View) { v.Name = string(make([]rune, tickler.MaxViewName+1)) + "x" },
		tickler.FactNotOneOf:     func(v *tickler.View) { v.Order = "mood" },
	} {
		v := good
		change(&v)
		if err := v.Validate(); !isFact(err, fact) {
			t.Errorf("%s: %v", fact, err)
		}
	}
	v := good
	v.Columns = []tickler.TaskColumn{"mood"}
	if err := v.Validate(); !isFact(err, tickler.FactNotOneOf) {
		t.Error(err)
	}
}

func TestWhoSeesAndChangesViews(t *testing.T) {
	maker, other, admin := tickler.User{ID: tickler.ID{1}, Role: tickler.SalesUser}, tickler.User{ID: tickler.ID{2}, Role: tickler.MarketingUser}, tickler.User{ID: tickler.ID{3}, Role: tickler.Administrator}
	for _, test := range []struct {
		user                           tickler.User
		isShared, isSeen, mayBeChanged bool
	}{
		{maker, false, true, true},
		{maker, true, true, true},
		{other, false, false, false},
		{other, true, true, false},
		{admin, false, false, false},
		{admin, true, true, true},
	} {
		v := tickler.View{MakerID: maker.ID, IsShared: test.isShared}
		if v.IsSeenBy(test.user) != test.isSeen || v.MayBeChangedBy(test.user) != test.mayBeChanged {
			t.Errorf("%+v", test)
		}
	}
}

func isFact(err error, fact tickler.Fact) bool {
	e, ok := errors.AsType[*tickler.Error](err)
	return ok && e.Fact == fact
}
