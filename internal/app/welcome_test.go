package app_test

import (
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

// firstSteps lists the first steps of a caller; those that are done are true.
func (w *world) firstSteps(caller app.Caller, sendsMail bool) map[app.FirstStepKind]bool {
	w.t.Helper()
	found, err := w.Welcome(w.t.Context(), caller, sendsMail)
	w.must(err)
	steps, done := map[app.FirstStepKind]bool{}, 0
	for _, step := range found.Steps {
		steps[step.Kind] = step.IsDone
		if step.IsDone {
			done++
		}
	}
	equal(w.t, done, found.Done)
	return steps
}

type firstSteps = map[app.FirstStepKind]bool

func TestFirstStepsAreDoneByThemselves(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := func() app.Caller {
			caller, err := w.Operator(ctx, w.other)
			w.must(err)
			return caller
		}
		equal(t, firstSteps{app.StepMail: false, app.StepTask: false, app.StepColleague: false, app.StepKey: false}, w.firstSteps(admin(), false))
		equal(t, true, w.firstSteps(admin(), true)[app.StepMail])

		mia, err := w.AddUser(ctx, admin(), tickler.User{Email: "mia@example.org", Role: tickler.SalesUser}, "")
		w.must(err)
		asMia := admin()
		asMia.User = mia
		equal(t, firstSteps{app.StepTask: false}, w.firstSteps(asMia, false))

		due := now.Add(time.Hour)
		task, err := w.CreateTask(ctx, admin(), tickler.TaskDraft{Name: "n", DueAt: &due})
		w.must(err)
		_, err = w.Act(ctx, admin(), []tickler.ID{task.ID}, app.Deleting())
		w.must(err)
		equal(t, firstSteps{app.StepMail: false, app.StepTask: true, app.StepColleague: true, app.StepKey: false}, w.firstSteps(admin(), false))
		equal(t, firstSteps{}, w.firstSteps(asMia, false)) // it is over for her, with all that is hers to do

		// The key that the account came with counts once a program calls with it.
		_, err = w.Authenticate(ctx, w.keys[w.other], w.secrets[w.other])
		w.must(err)
		w.must(w.WriteKeyUses(ctx))
		equal(t, true, w.firstSteps(admin(), false)[app.StepKey])
		equal(t, firstSteps{}, w.firstSteps(admin(), true))
		equal(t, firstSteps{}, w.firstSteps(admin(), false)) // and never comes again
		equal(t, true, admin().User.WelcomeOver)

		ben, err := w.AddUser(ctx, admin(), tickler.User{Email: "ben@example.org", Role: tickler.Administrator}, "")
		w.must(err)
		equal(t, true, ben.WelcomeOver) // the account is no new one any more
	})
}

func TestFirstStepsAreHiddenFromOneWhoWantsThat(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.must(w.EndWelcome(t.Context(), w.as("admin")))
		equal(t, firstSteps{}, w.firstSteps(w.as("admin"), false))
		equal(t, firstSteps{app.StepTask: false}, w.firstSteps(w.as("marketer"), false))
	})
}
