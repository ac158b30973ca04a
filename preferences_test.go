package tickler_test

import (
	"errors"
	"testing"
	"time"

	"tickler"
)

func TestPreferencesHaveDefaults(t *testing.T) {
	var none tickler.Preferences
	if none.Has12Hours() || none.Order() != tickler.DayFirst || none.FirstDay() != time.Monday {
		t.Errorf("by default: 12 hours %t, order %s, weeks from %s", none.Has12Hours(), none.Order(), none.FirstDay())
	}
	own := tickler.Preferences{Clock: tickler.Clock12, DateOrder: tickler.MonthFirst, WeekStart: tickler.WeekOnSunday}
	if !own.Has12Hours() || own.Order() != tickler.MonthFirst || own.FirstDay() != time.Sunday {
		t.Errorf("chosen: 12 hours %t, order %s, weeks from %s", own.Has12Hours(), own.Order(), own.FirstDay())
	}
	if got := (tickler.Preferences{WeekStart: tickler.WeekOnSaturday}).FirstDay(); got != time.Saturday {
		t.Errorf("weeks begin on %s", got)
	}
}

func TestPreferencesAreFromTheirLists(t *testing.T) {
	for _, clock := range tickler.ClockStyles {
		for _, order := range tickler.DateOrders {
			for _, start := range tickler.WeekStarts {
				if err := (tickler.Preferences{Clock: clock, DateOrder: order, WeekStart: start}).Validate(); err != nil {
					t.Errorf("%q %q %q: %v", clock, order, start, err)
				}
			}
		}
	}
	for field, wrong := range map[tickler.Field]tickler.Preferences{
		tickler.FieldClock:     {Clock: "13"},
		tickler.FieldDateOrder: {DateOrder: "ydm"},
		tickler.FieldWeekStart: {WeekStart: "tue"},
	} {
		err := wrong.Validate()
		if e, ok := errors.AsType[*tickler.Error](err); !ok || e.Fact != tickler.FactNotOneOf || e.Field != field {
			t.Errorf("%+v: %v", wrong, err)
		}
		user := tickler.User{Email: "mia@example.com", Role: tickler.SalesUser, Preferences: wrong}
		if user.Validate() == nil {
			t.Errorf("a user with %+v is taken", wrong)
		}
	}
}
