package settings

import (
	"context"

	"tickler"
	"tickler/internal/web/frame"
)

// accountPage is what administrators set for all of the account.
type accountPage struct {
	ID   tickler.ID
	Form frame.Form
}

func (a area) account(_ context.Context, p *frame.Page) (frame.Answer, error) {
	account := p.Caller.Account.Account
	f := frame.Filled("zone", account.Zone.String(), "rateLimit", account.RateLimit.String())
	if account.LegacyErrorStatus {
		f.Set("legacyErrorStatus", "on")
	}
	return frame.Show("account", "Account", accountPage{account.ID, f}), nil
}

func (a area) setAccount(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	nameOf := map[tickler.Field]string{tickler.FieldZone: "zone", tickler.FieldRateLimit: "rateLimit"}
	zone, err := tickler.ParseZone(p.Form.Text("zone"))
	if err := p.Blame(err, nameOf); err != nil {
		return frame.Answer{}, err
	}
	limit, err := tickler.ParseRateLimit(p.Form.Text("rateLimit"))
	if err := p.Blame(err, nameOf); err != nil {
		return frame.Answer{}, err
	}
	legacy := p.Form.Value("legacyErrorStatus") == "on"
	if p.Form.HasMistakes() {
		return frame.Refuse("account", "Account", accountPage{p.Caller.Account.ID, p.Form}), nil
	}
	patch := tickler.AccountPatch{Zone: zone, RateLimit: &limit, LegacyErrorStatus: &legacy}
	if _, err := a.app.ChangeAccount(ctx, p.Caller, patch); err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("The account's settings are saved.")
	return frame.Redirect("/settings/account"), nil
}
