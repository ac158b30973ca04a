package app

import (
	"context"
	"time"

	"tickler"
)

type welcomeStore interface {
	HasHadTask(ctx context.Context, account tickler.ID) (bool, error)
	HasKeyAfter(ctx context.Context, account tickler.ID, at time.Time) (bool, error)
	EndWelcome(ctx context.Context, account, user tickler.ID) error
}

// Welcome is the list of first steps in a new account, as one person sees it.
type Welcome struct {
	Steps []FirstStep
	Done  int
}

// FirstStep is one of them.
type FirstStep struct {
	Kind   FirstStepKind
	IsDone bool
}

// FirstStepKind says what there is to do.
type FirstStepKind int

// The first steps.
const (
	StepMail      FirstStepKind = iota + 1 // a mail server is configured
	StepTask                               // the account has had a task
	StepColleague                          // it has a second user
	StepKey                                // a program calls, or a key was made for one
)

// Welcome returns the first steps that are the caller's to take; none where the list is over for
// them. Once all are done it is over for good. SendsMail says whether a mail server is configured.
//
// Administrators have all steps, others only their first task. The key that an account comes with
// counts once it was used, any other as soon as it is made.
func (a *People) Welcome(ctx context.Context, caller Caller, sendsMail bool) (Welcome, error) {
	if caller.User.WelcomeOver {
		return Welcome{}, nil
	}
	account := caller.Account.ID
	hasTask, err := a.store.HasHadTask(ctx, account)
	if err != nil {
		return Welcome{}, err
	}
	w := Welcome{Steps: []FirstStep{{StepTask, hasTask}}}
	if caller.User.Role == tickler.Administrator {
		hasKey, err := a.store.HasKeyAfter(ctx, account, caller.Account.CreatedAt)
		if err != nil {
			return Welcome{}, err
		}
		w.Steps = []FirstStep{
			{StepTask, hasTask},
			{StepMail, sendsMail},
			{StepColleague, len(caller.Account.Users()) > 1},
			{StepKey, hasKey},
		}
	}
	for _, step := range w.Steps {
		if step.IsDone {
			w.Done++
		}
	}
	if w.Done < len(w.Steps) {
		return w, nil
	}
	return Welcome{}, a.EndWelcome(ctx, caller)
}

// EndWelcome hides the list of first steps from the caller for good.
func (a *People) EndWelcome(ctx context.Context, caller Caller) error {
	if err := a.store.EndWelcome(ctx, caller.Account.ID, caller.User.ID); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}
