package worker

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/jobs"
)

// Follower does what follows from a change of a subscription: it is what a subscription job does.
type Follower struct{ app followerApp }

type followerApp interface {
	FollowSubscription(ctx context.Context, account, id tickler.ID) error
}

// NewFollower makes a follower.
func NewFollower(useCases followerApp) *Follower { return &Follower{app: useCases} }

// followTimeLimit is long: an account may have many tasks. A run that is ended goes over what it has done again, and changes
// nothing of it.
const followTimeLimit = 30 * time.Minute

// Kind is how the jobs of subscriptions are run: one of an account at a time, so that its many tasks keep nobody else's
// waiting.
func (f *Follower) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.SubscriptionJob, Workers: 2, PerAccount: 1, TimeLimit: followTimeLimit, Run: f.Run,
		Backoff: soonAgain,
	}
}

// Run does the work of one job, whose payload is the subscription's id.
func (f *Follower) Run(ctx context.Context, job jobs.Job) error {
	id, err := tickler.ParseID(job.Payload)
	if err != nil {
		return jobs.Dead(err)
	}
	return f.app.FollowSubscription(ctx, tickler.ID(job.Account), id)
}
