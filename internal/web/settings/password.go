package settings

import (
	"context"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// changePassword ends the user's other sessions; this one goes on under a new token.
func (a area) changePassword(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	if p.IsStranger() {
		return a.changedByASessionThatEnded(ctx, p)
	}
	name := app.SignInName(p.Caller.User.Email)
	if verdict := a.guesses.Try(p, name); !verdict.Admitted {
		p.Form.Mark("old", "Too many passwords were wrong. Wait "+frame.WaitText(verdict.Reset)+" and try again.")
		return frame.Refuse("you", "Settings", youPageOf(p, zoneForm(p), p.Form)), nil
	}
	err := a.app.ChangePassword(ctx, p.Caller, p.Form.Value("old"), p.Form.Value("new"))
	if err := p.Blame(err, map[tickler.Field]string{tickler.FieldOldPassword: "old", tickler.FieldPassword: "new"}); err != nil {
		return frame.Answer{}, err
	}
	isDone := !p.Form.HasMistakes()
	if p.Form.Field("old").Mistake != "" {
		if isDone, err = a.isChangedAlready(ctx, p); err != nil {
			return frame.Answer{}, err
		}
	}
	if isDone || p.Form.Field("old").Mistake == "" {
		a.guesses.Right(p, name)
	}
	if !isDone {
		return frame.Refuse("you", "Settings", youPageOf(p, zoneForm(p), p.Form)), nil
	}
	return passwordChanged(ctx, p, p.Caller.User)
}

func passwordChanged(ctx context.Context, p *frame.Page, user tickler.User) (frame.Answer, error) {
	p.Confirm("Your password is changed, and you are signed out everywhere else.")
	return frame.Redirect(path), p.SignIn(ctx, user)
}

// isChangedAlready reports whether the form was carried out before, as by a double click: what it wants to be the password is it.
// That is looked at only where the session has just been renewed. Otherwise whoever sits at an open browser could guess twice for
// each guess that is counted.
func (a area) isChangedAlready(ctx context.Context, p *frame.Page) (bool, error) {
	isRenewed, err := p.SessionIsRenewed(ctx)
	if err != nil || !isRenewed {
		return false, err
	}
	_, err = a.app.SignIn(ctx, p.Caller.User.Email, p.Form.Value("new"))
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		return false, nil
	}
	return err == nil, err
}

// changedByASessionThatEnded ends the second of two equal forms where the first one did. The first ended the session that both came
// from. To whoever knows the address and the password that is good now, this is a sign-in, and it is counted as one; others are
// sent to sign in.
func (a area) changedByASessionThatEnded(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	email, toSignIn := p.Form.Text("username"), frame.Redirect(frame.SignInPath)
	if email == "" {
		return toSignIn, nil
	}
	name := app.SignInName(email)
	if verdict := a.guesses.Try(p, name); !verdict.Admitted {
		return toSignIn, nil
	}
	user, err := a.app.SignIn(ctx, email, p.Form.Value("new"))
	if tickler.KindOf(err) == tickler.KindUnauthenticated {
		return toSignIn, nil
	}
	a.guesses.Right(p, name) // a fault of ours does not count as a guess either
	if err != nil {
		return frame.Answer{}, err
	}
	return passwordChanged(ctx, p, user)
}
