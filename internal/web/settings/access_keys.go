package web

import (
	"context"
	"net/http"

	"tickler"
)

// accessKeysPage is a user's own keys, and the one that he has just made with its secret.
type accessKeysPage struct {
	Keys   []tickler.AccessKey
	New    tickler.AccessKey
	Secret string
	Call   exampleCall // with the new key in it
}

func (web *Web) accessKeys(ctx context.Context, p *page) (answer, error) {
	keys, err := web.App.OwnAccessKeys(ctx, p.caller)
	return show("access_keys", "Access keys", accessKeysPage{Keys: keys}), err
}

// createAccessKey shows the secret in its own answer: it is kept nowhere, so no other page could.
func (web *Web) createAccessKey(ctx context.Context, p *page) (answer, error) {
	key, secret, err := web.App.CreateAccessKey(ctx, p.caller, p.caller.User)
	if err != nil {
		return answer{}, err
	}
	keys, err := web.App.OwnAccessKeys(ctx, p.caller)
	a := show("access_keys", "Access keys", accessKeysPage{keys, key, secret, exampleCall{web.PublicURL, key.Key, secret}})
	a.status = http.StatusCreated
	return a, err
}

func (web *Web) revokeAccessKey(ctx context.Context, p *page) (answer, error) {
	key := p.form.text("key")
	if err := web.App.RevokeAccessKey(ctx, p.caller, key); err != nil {
		return answer{}, err
	}
	p.confirm("The access key " + key + " is revoked.")
	return redirect("/settings/keys"), nil
}
