package settings

import (
	"context"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// preferencesForm is how dates and times are written for a user: what they can choose, and what it
// looks like.
type preferencesForm struct {
	Clocks, Orders, Weeks []choice
	Examples              []string
}

// choice is an option of a list.
type choice struct {
	Value, Text string
	Chosen      bool
}

const (
	clockField = "clock"
	orderField = "dateOrder"
	weekField  = "weekStart"
)

// preferencesFormOf is the form filled with preferences. What somebody has not chosen is shown as
// the choice that holds.
func preferencesFormOf(p *frame.Page, shown tickler.Preferences) preferencesForm {
	var f preferencesForm
	for _, clock := range []tickler.ClockStyle{tickler.Clock24, tickler.Clock12} {
		one := tickler.Preferences{Clock: clock}
		f.Clocks = append(f.Clocks, choice{
			string(clock), string(clock) + " hours: " + afternoon(p, one), one.Has12Hours() == shown.Has12Hours(),
		})
	}
	words := map[tickler.DateOrder]string{
		tickler.DayFirst: "Day first", tickler.MonthFirst: "Month first", tickler.YearFirst: "Year first",
	}
	for _, order := range tickler.DateOrders[1:] {
		times := p.Times()
		times.Preferences = tickler.Preferences{DateOrder: order}
		f.Orders = append(f.Orders, choice{
			string(order), words[order] + ": " + times.Day(p.Now.AddDate(1, 0, 0)), order == shown.Order(),
		})
	}
	for _, start := range tickler.WeekStarts[1:] {
		day := tickler.Preferences{WeekStart: start}.FirstDay()
		f.Weeks = append(f.Weeks, choice{string(start), day.String(), day == shown.FirstDay()})
	}
	f.Examples = examples(p, shown)
	return f
}

const afternoonHour = civil.TimeOfDay(15 * 3600)

// afternoon is an hour that the two ways to count write differently.
func afternoon(p *frame.Page, shown tickler.Preferences) string {
	times := p.Times()
	times.Preferences = shown
	return times.Hour(civil.OnDay(p.Now, p.Zone(), 0, afternoonHour))
}

// examples are a few instants, near and far.
func examples(p *frame.Page, shown tickler.Preferences) (texts []string) {
	times := p.Times()
	times.Preferences = shown
	for _, days := range []int{1, 6, 366} {
		texts = append(texts, times.Instant(civil.OnDay(p.Now, p.Zone(), days, afternoonHour)))
	}
	return texts
}

// shownPreferences are those that the page's query asks to see before they are saved, else the
// user's own.
func shownPreferences(p *frame.Page) tickler.Preferences {
	query := p.URL.Query()
	asked := tickler.Preferences{
		Clock: tickler.ClockStyle(query.Get(clockField)), DateOrder: tickler.DateOrder(query.Get(orderField)),
		WeekStart: tickler.WeekStart(query.Get(weekField)),
	}
	if asked == (tickler.Preferences{}) || asked.Validate() != nil {
		return p.Caller.User.Preferences
	}
	return asked
}

// setPreferences has no mistakes to show: the form has lists only, so another value is none of ours.
func (a area) setPreferences(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	err := a.app.SetOwnPreferences(ctx, p.Caller, tickler.Preferences{
		Clock: tickler.ClockStyle(p.Form.Text(clockField)), DateOrder: tickler.DateOrder(p.Form.Text(orderField)),
		WeekStart: tickler.WeekStart(p.Form.Text(weekField)),
	})
	if err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("Dates and times are written your way now.")
	return frame.Redirect(path), nil
}
