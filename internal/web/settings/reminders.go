package settings

import (
	"context"

	"tickler/internal/web/frame"
)

// remindersPage is about the reminders that stay where the account's time zone of before had them.
type remindersPage struct {
	Zone  string
	Count int
}

// leavesReminders reports whether there is something to see on the page of reminders. If that can't
// be told now, there may be: the settings are saved already.
func (a area) leavesReminders(ctx context.Context, p *frame.Page) bool {
	count, err := a.app.RemindersElsewhere(ctx, p.Caller)
	return count > 0 || err != nil
}

func (a area) reminders(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	count, err := a.app.RemindersElsewhere(ctx, p.Caller)
	return frame.Show("reminders", "Reminders", remindersPage{p.Caller.Account.Zone.String(), count}), err
}

// moveReminders needs no care for a form that is sent twice: what is moved is not moved again.
func (a area) moveReminders(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	moved, err := a.app.MoveReminders(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("Moved " + frame.Counted(moved, "reminder") + " to the account's time zone.")
	return frame.Redirect(accountPath), nil
}
