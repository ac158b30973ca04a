package quickadd

import (
	"time"

	"tickler"
)

// Context is what a line is read with.
type Context struct {
	Now  time.Time
	Zone *time.Location // of the days and hours in the line
	// Order says what 2/12 means.
	Order DateOrder
	// WeekStart is the first day of a week, which "next week" and "next tuesday" depend on.
	WeekStart time.Weekday
	Types     []tickler.TaskType
	Users     []tickler.User // who may own the task; those who are deactivated are passed over
	Me        tickler.ID     // the user whom @me means
	// KnowsLead reports whether there is a lead by these words. It decides how many words after a
	// plus are the lead's name: the most that are known. Nil takes all that begin with a capital.
	KnowsLead func(words string) bool
	// Plain lists stretches of the line that are text whatever they look like. They keep out a part
	// that they touch, and nothing comes in its place.
	Plain []Span
}

// DateOrder is which comes first in a date of numbers.
type DateOrder int

// The orders.
const (
	DayFirst DateOrder = iota
	MonthFirst
)

// Span is a stretch of a line: from one byte up to, and without, another.
type Span struct{ From, To int }

func (s Span) touches(other Span) bool { return s.From < other.To && other.From < s.To }

// Result is what a line says.
type Result struct {
	// Draft has the name, times, type, owner, reminder and location. Without a type it leaves the
	// default type to the domain, without an owner the caller. A day without an hour is due at its
	// first instant, and its end is the domain's.
	Draft tickler.TaskDraft
	// LeadQuery is what to look for among the leads, to relate the task to; empty for none.
	LeadQuery string
	// WholeDay says that the line names a day and no hour. A to-do needs none; of an appointment
	// the hour is still to be asked for.
	WholeDay bool
	// Parts lists what is not the name, in the order of the line. They don't overlap.
	Parts []Part
}

// Part is a stretch of the line that says something about the task.
type Part struct {
	Kind Kind
	Span
	Text    string // of the line
	Reading Reading
}

// Kind is what a part says.
type Kind int

// The kinds.
const (
	Day Kind = iota + 1
	Hour
	Duration
	Type
	Owner
	Lead
	Reminder
	Location
)

// Reading is how a part was understood. Only what its kind names is set.
type Reading struct {
	// Choice is what was decided where the words leave a choice. Of a Day or an Hour.
	Choice Choice
	// Day is the calendar day, represented by its midnight in UTC. Of a Day or an Hour.
	Day time.Time
	// Start and End are instants; End is zero if the part names none. Of an Hour.
	Start, End time.Time
	// Skipped says that clocks in the zone never show the hour on that day: Start is the first
	// instant after the gap. Of an Hour.
	Skipped  bool
	Lasts    time.Duration    // of a Duration
	TypeID   tickler.ID       // of a Type
	OwnerID  tickler.ID       // of an Owner
	Query    string           // of a Lead
	Reminder tickler.Reminder // of a Reminder; the zero Reminder is "no reminder"
	Place    string           // of a Location
}

// Choice is what was decided where words leave a choice.
type Choice int

// The choices.
const (
	NoChoice         Choice = iota
	ComingWeekday           // "tuesday": the next one, never today
	WeekdayThisWeek         // "this tuesday": the next one, perhaps today
	WeekdayNextWeek         // "next tuesday": the one of next week, not of this one
	MondayNextWeek          // "next week"
	FirstOfNextMonth        // "next month"
	LastOfMonth             // "end of month"
	FridayOfWeek            // "end of week"
	Saturday                // "this weekend"
	ComingDate              // "2 dec": the next one, perhaps today
	ComingHour              // "3pm": today, or tomorrow once it has passed
	GuessedHalf             // "at 3": 15:00, since nobody works at 03:00
	HourOfPart              // "morning", "tonight": an hour that stands for it
)

// LongestLine is how many bytes of a line are read: as many as the longest name, in any script, and
// parts beside it may have. A longer line is a name as a whole.
const LongestLine = 4_000

// Parse reads a line. Whatever is no part of it is the name.
func Parse(line string, c Context) Result {
	r := newReader(line, c)
	if len(line) > LongestLine {
		return r.settle()
	}
	r.scan()
	r.judge()
	r.keepPlain()
	return r.settle()
}
