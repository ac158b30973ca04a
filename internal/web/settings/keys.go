package settings

import (
	"context"
	"net/http"

	"tickler"
	"tickler/internal/app"
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

// createKey shows the secret in its own answer: it is kept nowhere, so no other page could. So the
// same form sent again makes no other key, but can't show the secret of the first one.
func (a area) createKey(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id := app.NewID()
	once := p.Once(id.String())
	key, secret, err := a.app.CreateAccessKey(ctx, p.Caller, p.Caller.User, app.Options{ID: id, Once: once})
	if err != nil {
		return frame.Answer{}, err
	}
	if frame.LeadsTo(once) != id.String() {
		p.Confirm("The form was sent twice, and made one access key. " +
			"Its secret was shown only in the first answer: if you did not see it, " +
			"revoke the key and make another one.")
		return frame.Redirect(path + "/keys"), nil
	}
	keys, err := a.app.OwnAccessKeys(ctx, p.Caller)
	return frame.Show("keys", "Access keys",
		keysPage{keys, key, secret, p.Call(key.Key, secret)}).WithStatus(http.StatusCreated).WithSecret(), err
}

func (a area) revokeKey(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	key := p.Form.Text("key")
	if err := a.app.RevokeAccessKey(ctx, p.Caller, key); err != nil {
		return frame.Answer{}, err
	}
	p.Confirm("The access key " + key + " is revoked.")
	return frame.Redirect(path + "/keys"), nil
}
