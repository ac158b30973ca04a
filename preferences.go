package tickler

import "time"

// Preferences are how a user wants dates and times written. The zero value has none of their own:
// the defaults hold.
type Preferences struct {
	Clock     ClockStyle
	DateOrder DateOrder
	WeekStart WeekStart
}

// ClockStyle is how the hours of a day are counted. Its texts are stored.
type ClockStyle string

// The ways to count hours.
const (
	ClockByDefault ClockStyle = "" // 24 hours
	Clock12        ClockStyle = "12"
	Clock24        ClockStyle = "24"
)

// ClockStyles lists those that somebody may choose, the default first.
var ClockStyles = []ClockStyle{ClockByDefault, Clock24, Clock12}

// DateOrder is the order in which a date has its day, month and year. Its texts are stored.
type DateOrder string

// The orders of a date.
const (
	OrderByDefault DateOrder = ""    // the day first
	DayFirst       DateOrder = "dmy" // 2 Dec 2026
	MonthFirst     DateOrder = "mdy" // Dec 2, 2026
	YearFirst      DateOrder = "ymd" // 2026-12-02
)

// DateOrders lists those that somebody may choose, the default first.
var DateOrders = []DateOrder{OrderByDefault, DayFirst, MonthFirst, YearFirst}

// WeekStart is the day on which weeks begin. Its texts are stored.
type WeekStart string

// The first days of weeks.
const (
	WeekByDefault  WeekStart = "" // Monday
	WeekOnMonday   WeekStart = "mon"
	WeekOnSaturday WeekStart = "sat"
	WeekOnSunday   WeekStart = "sun"
)

// WeekStarts lists those that somebody may choose, the default first.
var WeekStarts = []WeekStart{WeekByDefault, WeekOnMonday, WeekOnSaturday, WeekOnSunday}

// Has12Hours reports whether hours are counted to twelve, with am and pm.
func (p Preferences) Has12Hours() bool { return p.Clock == Clock12 }

// Order returns the order of dates, never OrderByDefault.
func (p Preferences) Order() DateOrder {
	if p.DateOrder == OrderByDefault {
		return DayFirst
	}
	return p.DateOrder
}

// FirstDay returns the day on which weeks begin.
func (p Preferences) FirstDay() time.Weekday {
	switch p.WeekStart {
	case WeekOnSaturday:
		return time.Saturday
	case WeekOnSunday:
		return time.Sunday
	default:
		return time.Monday
	}
}

// Validate checks that each preference is one that somebody may choose.
func (p Preferences) Validate() error {
	if err := checkOneOf(FieldClock, p.Clock, ClockStyles); err != nil {
		return err
	}
	if err := checkOneOf(FieldDateOrder, p.DateOrder, DateOrders); err != nil {
		return err
	}
	return checkOneOf(FieldWeekStart, p.WeekStart, WeekStarts)
}
