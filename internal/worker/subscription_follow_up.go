package worker

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// SubscriptionFollowUp does what follows from a change of a subscription: it is what a subscription
// job does.
type SubscriptionFollowUp struct{ Deps }

type followUpApp interface {
	FollowSubscription(ctx context.Context, account, id tickler.ID) error
}

// NewSubscriptionFollowUp makes what follows up changes of subscriptions.
func NewSubscriptionFollowUp(d Deps) *SubscriptionFollowUp { return &SubscriptionFollowUp{d} }

// followTimeLimit is long: an account may have many tasks. A run that is ended goes over what it
// has done again, and changes nothing of it.
const followTimeLimit = 30 * time.Minute

const followWorkers, followPerAccount = 2, 1

// Kind is how the jobs of subscriptions are run: one of an account at a time, so that its many
// tasks keep nobody else's waiting.
func (f *SubscriptionFollowUp) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.SubscriptionJob, Workers: followWorkers, PerAccount: followPerAccount, TimeLimit: followTimeLimit,
		Run: f.Run, Backoff: soonAgain,
	}
}

// Run does the work of one job, whose payload is the subscription's id.
func (f *SubscriptionFollowUp) Run(ctx context.Context, job jobs.Job) error {
	id, err := subject(job)
	if err != nil {
		return err
	}
	return f.App.FollowSubscription(ctx, tickler.ID(job.Account), id)
}
