package settings

import (
	"context"
	"errors"

	"tickler"
	"tickler/internal/web/frame"
)

// accountPage is what administrators set for all of the account.
type accountPage struct {
	ID   tickler.ID
	Form accountForm
}

func (a area) account(_ context.Context, p *frame.Page) (frame.Answer, error) {
	account := p.Caller.Account.Account
	f := accountForm{frame.Filled()}
	for name, value := range settingsOf(account) {
		f.Set(name, value)
	}
	f.showing(account)
	return frame.Show("account", "Account", accountPage{account.ID, f}), nil
}

func (a area) setAccount(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	f := accountForm{p.Form}
	patch, err := f.patch(p)
	if err != nil {
		return frame.Answer{}, err
	}
	refused := frame.Refuse("account", "Account", accountPage{p.Caller.Account.ID, f})
	if f.HasMistakes() {
		return refused, nil
	}
	_, err = a.app.ChangeAccount(ctx, p.Caller, patch)
	if conflict, ok := errors.AsType[*tickler.AccountConflict](err); ok {
		f.meet(conflict.Now)
		return refused, nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("The account's settings are saved.")
	if patch.Zone != nil && a.leavesReminders(ctx, p) {
		return frame.Redirect(remindersPath), nil
	}
	return frame.Redirect(accountPath), nil
}

// accountForm is the form of the account's settings. Beside each field it has, hidden, what the
// page showed there, so that only what somebody changed is said, and two who have the page open
// don't undo each other.
type accountForm struct{ frame.Form }

const (
	zoneField   = "zone"
	limitField  = "rateLimit"
	legacyField = "legacyErrorStatus"

	ticked = "on"
)

// settingsOf is what the fields hold for an account.
func settingsOf(a tickler.Account) map[string]string {
	legacy := ""
	if a.LegacyErrorStatus {
		legacy = ticked
	}
	return map[string]string{zoneField: a.Zone.String(), limitField: a.RateLimit.String(), legacyField: legacy}
}

// shown is the name of the hidden field beside a field.
func shown(name string) string { return name + "Shown" }

// showing remembers in the hidden fields what an account is like.
func (f accountForm) showing(a tickler.Account) {
	for name, value := range settingsOf(a) {
		f.Set(shown(name), value)
	}
}

// isChanged reports whether a field holds something else than the page showed there.
func (f accountForm) isChanged(name string) bool { return f.Text(name) != f.Value(shown(name)) }

// patch is what was changed in the form. Mistakes in it are marked. A form that does not say what
// it showed is taken to have shown the account as it is.
func (f accountForm) patch(p *frame.Page) (patch tickler.AccountPatch, err error) {
	current := p.Caller.Account.Account
	if f.Value(shown(zoneField)) == "" {
		f.showing(current)
	}
	seen := current
	seen.Zone = tickler.KeptZone(f.Value(shown(zoneField)))
	if seen.RateLimit, err = tickler.ParseRateLimit(f.Value(shown(limitField))); err != nil {
		return patch, err
	}
	patch.Seen = &seen
	nameOf := map[tickler.Field]string{tickler.FieldZone: zoneField, tickler.FieldRateLimit: limitField}
	if f.isChanged(zoneField) {
		patch.Zone, err = tickler.ParseZone(f.Text(zoneField))
		if err := p.Blame(err, nameOf); err != nil {
			return patch, err
		}
	}
	if f.isChanged(limitField) {
		limit, err := tickler.ParseRateLimit(f.Text(limitField))
		if err := p.Blame(err, nameOf); err != nil {
			return patch, err
		}
		patch.RateLimit = &limit
	}
	if f.isChanged(legacyField) {
		patch.LegacyErrorStatus = new(f.Value(legacyField) == ticked)
	}
	return patch, nil
}

// meet brings the form together with the settings as somebody else has left them. What nobody typed
// here is theirs; where both have set something, what was typed here stays, and theirs is shown
// below. To save once more is to have seen it.
func (f accountForm) meet(now tickler.Account) {
	for name, theirs := range settingsOf(now) {
		switch {
		case !f.isChanged(name):
			f.Set(name, theirs)
		case f.Value(shown(name)) != theirs && f.Text(name) != theirs:
			f.Mark(name,
				"Somebody else has set this to "+theirs+" in the meantime. Save again to set it to "+f.Text(name)+".")
		}
	}
	f.showing(now)
}
