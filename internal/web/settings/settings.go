package web

import (
	"context"
	"time"

	"tickler"
)

// SettingsSections are the parts of the settings that the user may open.
func (v view) SettingsSections() []navigationLink {
	sections := []link{{"/settings", "You"}, {"/settings/keys", "Access keys"}}
	if v.User.Role == tickler.Administrator {
		sections = append(sections, link{"/settings/account", "Account"}, link{"/webhooks", "Webhooks"}, link{"/settings/webhook-secret", "Webhook secret"})
	}
	var links []navigationLink
	current := 0
	for i, l := range sections {
		links = append(links, navigationLink{link: l})
		if isWithin(v.path, l.Path) {
			current = i // all are within the first
		}
	}
	links[current].Current = true
	return links
}

// settingsPage is what a user sets for himself.
type settingsPage struct {
	Zone, Password form
	AccountZone    string
}

func (web *Web) settings(_ context.Context, p *page) (answer, error) {
	return show("settings", "Settings", settingsFor(p, zoneForm(p), filled())), nil
}

func settingsFor(p *page, zone, password form) settingsPage {
	return settingsPage{Zone: zone, Password: password, AccountZone: p.caller.Account.Zone.String()}
}

func zoneForm(p *page) form {
	if p.caller.User.Zone == nil {
		return filled()
	}
	return filled("zone", p.caller.User.Zone.String())
}

// setOwnZone gives the user a time zone of his own, or the account's if he names none.
func (web *Web) setOwnZone(ctx context.Context, p *page) (answer, error) {
	var zone *time.Location
	if name := p.form.text("zone"); name != "" {
		var err error
		zone, err = tickler.ParseZone(name)
		if err := p.form.blame(err, map[string]string{"TimeZone": "zone"}); err != nil {
			return answer{}, err
		}
	}
	if p.form.hasMistakes() {
		return refuse("settings", "Settings", settingsFor(p, p.form, filled())), nil
	}
	if err := web.App.SetOwnZone(ctx, p.caller, zone); err != nil {
		return answer{}, err
	}
	p.confirm("Your time zone is kept.")
	return redirect("/settings"), nil
}

// changePassword ends the user's other sessions; this one goes on under a new token.
func (web *Web) changePassword(ctx context.Context, p *page) (answer, error) {
	address, name := web.Proxies.ClientAddress(p.Request), tickler.Fold(p.caller.User.Email)
	if verdict := web.SignIns.Try(address, name); !verdict.Admitted {
		p.form.mark("old", "Too many passwords were wrong. Wait "+waitText(verdict.Reset)+" and try again.")
		return refuse("settings", "Settings", settingsFor(p, zoneForm(p), p.form)), nil
	}
	err := web.App.ChangePassword(ctx, p.caller, p.form.Value("old"), p.form.Value("new"))
	if err := p.form.blame(err, map[string]string{"OldPassword": "old", "Password": "new"}); err != nil {
		return answer{}, err
	}
	if p.form.Field("old").Mistake == "" {
		web.SignIns.Right(address, name)
	}
	if p.form.hasMistakes() {
		return refuse("settings", "Settings", settingsFor(p, zoneForm(p), p.form)), nil
	}
	p.confirm("Your password is changed, and you are signed out everywhere else.")
	return redirect("/settings"), web.sessions.renew(ctx)
}

func (web *Web) signOutEverywhere(ctx context.Context, p *page) (answer, error) {
	if err := web.App.SignOutEverywhere(ctx, p.caller); err != nil {
		return answer{}, err
	}
	return redirect("/sign-in?signed-out"), web.sessions.Destroy(ctx)
}
