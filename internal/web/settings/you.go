package settings

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/web/frame"
)

// youPage is what users set for themselves.
type youPage struct {
	Zone, Password frame.Form
	AccountZone    string
	Preferences    preferencesForm
}

func (a area) you(_ context.Context, p *frame.Page) (frame.Answer, error) {
	return frame.Show("you", "Settings", youPageOf(p, zoneForm(p), frame.Filled())), nil
}

func youPageOf(p *frame.Page, zone, password frame.Form) youPage {
	return youPage{
		Zone: zone, Password: password, AccountZone: p.Caller.Account.Zone.String(),
		Preferences: preferencesFormOf(p, shownPreferences(p)),
	}
}

func zoneForm(p *frame.Page) frame.Form {
	if p.Caller.User.Zone == nil {
		return frame.Filled()
	}
	return frame.Filled("zone", p.Caller.User.Zone.String())
}

// setZone gives the user a time zone of their own, or the account's if they name none.
func (a area) setZone(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	var zone *time.Location
	if name := p.Form.Text("zone"); name != "" {
		var err error
		zone, err = tickler.ParseZone(name)
		if err := p.Blame(err, map[tickler.Field]string{tickler.FieldZone: "zone"}); err != nil {
			return frame.Answer{}, err
		}
	}
	if p.Form.HasMistakes() {
		return frame.Refuse("you", "Settings", youPageOf(p, p.Form, frame.Filled())), nil
	}
	if err := a.app.SetOwnZone(ctx, p.Caller, zone); err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("Your time zone is saved.")
	return frame.Redirect(path), nil
}

// setReminderMails turns the mails about the user's reminders on or off.
func (a area) setReminderMails(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	off := p.Form.Value("mails") == "off"
	if err := a.app.SetRemindersOff(ctx, p.Caller, off); err != nil {
		return frame.Answer{}, err
	}
	if off {
		p.Confirm("Reminder mails are off.")
	} else {
		p.Confirm("Reminder mails are on.")
	}
	return frame.Redirect(path), nil
}

func (a area) signOutEverywhere(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	if err := a.app.SignOutEverywhere(ctx, p.Caller); err != nil {
		return frame.Answer{}, err
	}
	return frame.Redirect(frame.SignInPath + "?signed-out"), p.SignOut(ctx)
}
