package tickler

import (
	"slices"
	"time"

	"tickler/internal/civil"
)

// TaskTerms say which tasks somebody wants to see, in words that hold on other days and for other
// people too: "due this week" is another week next Monday, and "mine" is whose who looks. A zero or
// nil field selects all.
type TaskTerms struct {
	Statuses []Status
	Owner    OwnerTerm
	TypeIDs  []ID
	Due      DueTerm
	// From and To are days, as midnights in UTC, for DueBetween. Zero is no bound.
	From, To  time.Time
	RelatedID ID
	IsTied    *bool // to a lead or an opportunity
	// Text is sought in the name and the description: see TaskFilter.
	Text string
}

// OwnerTerm says whose tasks.
type OwnerTerm struct {
	// IsReader is whoever looks, instead of ID.
	IsReader bool
	ID       ID // zero: anybody's
	// WithReports adds those of all who report to them, at any depth.
	WithReports bool
}

// DueTerm says when tasks are due, in the reader's calendar. The texts are stored.
type DueTerm string

// When tasks are due. Weeks begin on a day of the reader's choice.
const (
	DueAnyTime  DueTerm = ""
	DueOverdue  DueTerm = "overdue"
	DueToday    DueTerm = "today"
	DueTomorrow DueTerm = "tomorrow"
	DueThisWeek DueTerm = "this week"
	DueNextWeek DueTerm = "next week"
	DueLater    DueTerm = "later" // than next week
	DueBetween  DueTerm = "between"
)

// DueTerms lists every one but DueAnyTime.
var DueTerms = []DueTerm{DueOverdue, DueToday, DueTomorrow, DueThisWeek, DueNextWeek, DueLater, DueBetween}

// MaxSearchText is the length of what is sought, in code points.
const MaxSearchText = 200

// Validate checks what was said.
func (t TaskTerms) Validate() error {
	if t.Due != DueAnyTime && !slices.Contains(DueTerms, t.Due) {
		return Refuse(FactNotOneOf, FieldDue, string(t.Due), oneOf(DueTerms))
	}
	if !t.From.IsZero() && !t.To.IsZero() && t.To.Before(t.From) {
		return Refuse(FactEndsBeforeStart, FieldTo, t.To, FieldFrom, t.From)
	}
	for _, s := range t.Statuses {
		if !slices.Contains(Statuses, s) {
			return Refuse(FactNotOneOf, FieldState, string(s), oneOf(Statuses))
		}
	}
	return checkLength(FieldSearch, t.Text, MaxSearchText)
}

func oneOf[T ~string](all []T) (texts OneOf) {
	for _, one := range all {
		texts = append(texts, string(one))
	}
	return texts
}

// IsZero reports whether the terms select all tasks.
func (t TaskTerms) IsZero() bool {
	return len(t.Statuses) == 0 && t.Owner == OwnerTerm{} && len(t.TypeIDs) == 0 && t.Due == DueAnyTime &&
		t.RelatedID.IsZero() && t.IsTied == nil && t.Text == ""
}

// Reader is for whom and when terms are read.
type Reader struct {
	Now  time.Time
	Zone *time.Location
	// WeekStart is the day on which the reader's weeks begin.
	WeekStart time.Weekday
}

// Filter returns the filter that the terms mean to a reader. Accounts and owners are not for it to
// know: whoever calls it fills them in.
func (t TaskTerms) Filter(r Reader) TaskFilter {
	f := TaskFilter{
		Statuses: t.Statuses, At: r.Now, RelatedID: t.RelatedID, IsTied: t.IsTied, Text: t.Text,
	}
	if len(t.Statuses) == 0 {
		f.Statuses = nil
	}
	if len(t.TypeIDs) > 0 {
		f.TypeIDs = t.TypeIDs
	}
	f.DueFrom, f.DueTo = t.due(r)
	if t.Due == DueOverdue {
		f.Statuses = []Status{StatusOverdue}
		if len(t.Statuses) > 0 && !slices.Contains(t.Statuses, StatusOverdue) {
			f.Statuses = []Status{} // none is both
		}
	}
	isOverdue := len(f.Statuses) == 1 && f.Statuses[0] == StatusOverdue
	if isOverdue && (f.DueTo.IsZero() || f.DueTo.After(r.Now)) {
		f.DueTo = r.Now // what has ended was due before, and by that it is found sooner
	}
	return f
}

// due returns the inclusive bounds of due dates; zero for none.
func (t TaskTerms) due(r Reader) (from, to time.Time) {
	const week = 7
	day := func(days int) time.Time { return civil.OnDay(r.Now, r.Zone, days, 0) }
	before := func(days int) time.Time { return day(days).Add(-time.Second) }
	// monday is how many days after today the reader's week began: today or earlier.
	monday := -((int(r.Now.In(r.Zone).Weekday()) - int(r.WeekStart) + week) % week)
	switch t.Due {
	case DueToday:
		return day(0), before(1)
	case DueTomorrow:
		return day(1), before(2)
	case DueThisWeek:
		return day(monday), before(monday + week)
	case DueNextWeek:
		return day(monday + week), before(monday + 2*week)
	case DueLater:
		return day(monday + 2*week), time.Time{}
	case DueBetween:
		if !t.From.IsZero() {
			from = civil.InstantOf(t.From, r.Zone)
		}
		if !t.To.IsZero() {
			to = civil.InstantOf(t.To.AddDate(0, 0, 1), r.Zone).Add(-time.Second)
		}
		return from, to
	default:
		return time.Time{}, time.Time{}
	}
}
