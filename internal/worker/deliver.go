package worker

import (
	"context"
	"errors"
	"net/url"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/webhook"
)

// Deliverer hands deliveries over: it is what a webhook job does.
type Deliverer struct {
	Deps
	sent handOvers[tickler.DeliveryAttempt]
}

type deliveryStore interface {
	Delivery(ctx context.Context, account, id tickler.ID) (d tickler.Delivery, found bool, err error)
}

type deliveryApp interface {
	Address(
		ctx context.Context, d tickler.Delivery, job jobs.Ref, now time.Time,
	) (addressed tickler.Delivery, send bool, err error)
	// SigningSecrets finds what an account's webhooks are signed with.
	SigningSecrets(ctx context.Context, account tickler.ID) ([]string, error)
	RecordAttempt(
		ctx context.Context, account, id tickler.ID, attempt tickler.DeliveryAttempt,
	) (tickler.Delivery, error)
}

// NewDeliverer makes a deliverer.
func NewDeliverer(d Deps) *Deliverer { return &Deliverer{Deps: d} }

const (
	// An account has a quarter of the workers at most: where receivers hang, a few accounts would
	// have them all.
	deliverWorkers, deliverPerAccount = 32, 8
	// deliverTimeLimit ends a hand-over that hangs; the sender's own limit comes first.
	deliverTimeLimit = 15 * time.Second
)

// Kind is how webhook jobs are run. After a failed attempt they wait as the retry table says; the
// back-off here is for when there could be none.
func (d *Deliverer) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.WebhookJob, Workers: deliverWorkers, PerAccount: deliverPerAccount, TimeLimit: deliverTimeLimit,
		Run:     d.Run,
		Backoff: soonAgain,
	}
}

// Run makes one attempt at the delivery whose id the job has. What counts for the retry table are
// the attempts that were recorded.
func (d *Deliverer) Run(ctx context.Context, job jobs.Job) error {
	delivery, found, err := d.Store.Delivery(ctx, tickler.ID(job.Account), tickler.ID(job.ID))
	if err != nil {
		return err
	}
	this := handOver{job.Ref, delivery.Replayed}
	if !found || delivery.State != tickler.DeliveryPending {
		d.sent.forget(this)
		return nil
	}
	return d.sent.once(this, func() (tickler.DeliveryAttempt, bool, error) {
		attempt, err := d.handOver(ctx, delivery, job.Ref)
		return attempt, attempt.Error == "", err
	}, func(attempt tickler.DeliveryAttempt) error { return d.record(ctx, delivery, attempt) })
}

// handOver tries once to hand a delivery over to where it leads by now, if it is its turn. An error
// is what the job's run comes to without an attempt.
func (d *Deliverer) handOver(
	ctx context.Context, delivery tickler.Delivery, job jobs.Ref,
) (none tickler.DeliveryAttempt, err error) {
	if early := delivery.DueAt().Sub(d.Clock.Now()); early > 0 { // a node died after it had recorded its attempt
		return none, jobs.After(early, errors.New(delivery.LastError))
	}
	addressed, send, err := d.App.Address(ctx, delivery, job, d.Clock.Now())
	if err != nil {
		return none, err
	}
	if !send {
		return none, jobs.Settled
	}
	return d.attempt(ctx, addressed)
}

// attempt tries once to hand a delivery over. An error means that there was no attempt to speak of.
func (d *Deliverer) attempt(ctx context.Context, delivery tickler.Delivery) (tickler.DeliveryAttempt, error) {
	secrets, err := d.App.SigningSecrets(ctx, delivery.AccountID)
	if err != nil {
		return tickler.DeliveryAttempt{}, err
	}
	at := d.Clock.Now().UTC()
	result := d.Webhooks.Send(ctx, webhook.Request{
		ID: delivery.ID.String(), At: at, URL: delivery.URL, Method: delivery.Method, ContentType: delivery.ContentType,
		Headers: delivery.Headers,
		Payload: delivery.Payload, Secrets: secrets,
	})
	attempt := tickler.DeliveryAttempt{
		At: at.Truncate(time.Second), Took: result.Took, Status: result.Status,
		Answer:     webhook.Printable(result.Answer),
		RetryAfter: result.RetryAfter,
	}
	if result.Err == nil {
		return attempt, nil
	}
	if ctx.Err() != nil { // this node is stopping: that says nothing of the receiver
		return attempt, context.Cause(ctx)
	}
	attempt.Error = webhook.Printable([]byte(result.Err.Error()))
	return attempt, nil
}

// record keeps an attempt. While the delivery is pending, its job is to be run again when the retry
// table says, or when the receiver does.
func (d *Deliverer) record(ctx context.Context, before tickler.Delivery, attempt tickler.DeliveryAttempt) error {
	ctx, cancel := recording(ctx)
	defer cancel()
	delivery, err := d.App.RecordAttempt(ctx, before.AccountID, before.ID, attempt)
	if err != nil {
		return err
	}
	if delivery.State == tickler.DeliveryPending {
		return jobs.After(delivery.Wait(attempt), errors.New(attempt.Error))
	}
	if delivery.State == tickler.DeliveryFailed {
		d.Log.Warn("gave up on a webhook; it can be sent again by hand", "delivery", delivery.ID, "event",
			delivery.Event,
			"host", host(delivery.URL), "attempts", delivery.Attempts, "error", delivery.LastError)
	}
	d.Metrics.DeliverySettled(delivery)
	return jobs.Settled
}

// host is the part of a URL that is no secret.
func host(text string) string {
	parsed, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return parsed.Host
}
