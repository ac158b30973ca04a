package settings

import (
	"context"
	"net/http"

	"tickler"
	"tickler/internal/web/frame"
)

// keysPage is a user's own access keys, and the one that they have just made with its secret.
type keysPage struct {
	Keys   []tickler.AccessKey
	New    tickler.AccessKey
	Secret string
	Call   frame.Call // with the new key in it
}

func (a area) keys(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	keys, err := a.app.OwnAccessKeys(ctx, p.Caller)
	return frame.Show("keys", "Access keys", keysPage{Keys: keys}), err
}

// createKey shows the secret in its own answer: it is kept nowhere, so no other page could.
func (a area) createKey(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	key, secret, err := a.app.CreateAccessKey(ctx, p.Caller, p.Caller.User)
	if err != nil {
		return frame.Answer{}, err
	}
	keys, err := a.app.OwnAccessKeys(ctx, p.Caller)
	return frame.Show("keys", "Access keys", keysPage{keys, key, secret, p.Call(key.Key, secret)}).WithStatus(http.StatusCreated), err
}

func (a area) revokeKey(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	key := p.Form.Text("key")
	if err := a.app.RevokeAccessKey(ctx, p.Caller, key); err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("The access key " + key + " is revoked.")
	return frame.Redirect(path + "/keys"), nil
}
