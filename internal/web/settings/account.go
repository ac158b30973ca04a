package web

import (
	"context"

	"tickler"
)

// accountPage is what administrators set for all of the account.
type accountPage struct {
	ID   tickler.ID
	Form form
}

func (web *Web) accountSettings(_ context.Context, p *page) (answer, error) {
	account := p.caller.Account.Account
	f := filled("zone", account.Zone.String(), "rateLimit", account.RateLimit.String())
	if account.LegacyErrorStatus {
		f.values.Set("legacyErrorStatus", "on")
	}
	return show("account", "Account", accountPage{account.ID, f}), nil
}

func (web *Web) setAccount(ctx context.Context, p *page) (answer, error) {
	account := p.caller.Account.Account
	fieldOf := map[string]string{"TimeZone": "zone", "RateLimit": "rateLimit"}
	var err error
	account.Zone, err = tickler.ParseZone(p.form.text("zone"))
	if err := p.form.blame(err, fieldOf); err != nil {
		return answer{}, err
	}
	account.RateLimit, err = tickler.ParseRateLimit(p.form.text("rateLimit"))
	if err := p.form.blame(err, fieldOf); err != nil {
		return answer{}, err
	}
	account.LegacyErrorStatus = p.form.Value("legacyErrorStatus") == "on"
	if p.form.hasMistakes() {
		return refuse("account", "Account", accountPage{account.ID, p.form}), nil
	}
	if err := web.App.UpdateAccount(ctx, p.caller, account); err != nil {
		return answer{}, err
	}
	p.confirm("The account's settings are kept.")
	return redirect("/settings/account"), nil
}
