package worker

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"tickler"
	"tickler/internal/jobs"
	"tickler/internal/webhook"
)

// Deliverer hands deliveries over: it is what a webhook job does.
type Deliverer struct {
	store   deliveryStore
	secrets signingSecrets
	sender  WebhookSender
	clock   tickler.Clock
	log     *slog.Logger
	// settled is told what became of each delivery.
	settled func(d tickler.Delivery)
	// taken holds, by job, the attempts that a receiver took but the store could not record: it is not sent the same again.
	taken sync.Map
}

type deliveryStore interface {
	Delivery(ctx context.Context, account, id tickler.ID) (d tickler.Delivery, found bool, err error)
	Address(ctx context.Context, d tickler.Delivery, job jobs.Ref, now time.Time) (addressed tickler.Delivery, send bool, err error)
	RecordAttempt(ctx context.Context, account, id tickler.ID, attempt tickler.DeliveryAttempt) (tickler.Delivery, error)
}

// signingSecrets finds what an account's webhooks are signed with.
type signingSecrets interface {
	SigningSecrets(ctx context.Context, account tickler.ID) ([]string, error)
}

// WebhookSender tries once to hand a webhook over.
type WebhookSender interface {
	Send(ctx context.Context, request webhook.Request) webhook.Result
}

// NewDeliverer makes a deliverer. Of each delivery that was taken or given up, settled is told.
func NewDeliverer(
	store deliveryStore, secrets signingSecrets, sender WebhookSender, clock tickler.Clock, log *slog.Logger, settled func(tickler.Delivery),
) *Deliverer {
	return &Deliverer{store: store, secrets: secrets, sender: sender, clock: clock, log: log, settled: settled}
}

const (
	// An account has a quarter of the workers at most: where receivers hang, a few accounts would have them all.
	deliverWorkers, deliverPerAccount = 32, 8
	// deliverTimeLimit ends a hand-over that hangs; the sender's own limit comes first.
	deliverTimeLimit = 15 * time.Second
)

// Kind is how webhook jobs are run. After a failed attempt they wait as the retry table says; the back-off here is for when
// there could be none.
func (d *Deliverer) Kind() jobs.Kind {
	return jobs.Kind{
		Name: tickler.WebhookJob, Workers: deliverWorkers, PerAccount: deliverPerAccount, TimeLimit: deliverTimeLimit, Run: d.Run,
		Backoff: soonAgain,
	}
}

// Run makes one attempt at the delivery of a job. What counts for the retry table are the attempts that were recorded.
func (d *Deliverer) Run(ctx context.Context, job jobs.Job) error {
	delivery, found, err := d.store.Delivery(ctx, tickler.ID(job.Account), tickler.ID(job.ID))
	if err != nil {
		return err
	}
	if !found || delivery.State != tickler.DeliveryPending {
		d.taken.Delete(job.Ref)
		return nil
	}
	if attempt, taken := d.taken.Load(job.Ref); taken {
		return d.record(ctx, delivery, job.Ref, attempt.(tickler.DeliveryAttempt))
	}
	if early := delivery.DueAt().Sub(d.clock.Now()); early > 0 { // a node died after it had recorded its attempt
		return jobs.After(early, errors.New(delivery.LastError))
	}
	delivery, send, err := d.store.Address(ctx, delivery, job.Ref, d.clock.Now())
	if err != nil {
		return err
	}
	if !send {
		return jobs.Settled
	}
	attempt, err := d.attempt(ctx, delivery)
	if err != nil {
		return err
	}
	if attempt.Error == "" {
		d.taken.Store(job.Ref, attempt)
	}
	return d.record(ctx, delivery, job.Ref, attempt)
}

// attempt tries once to hand a delivery over. An error means that there was no attempt to speak of.
func (d *Deliverer) attempt(ctx context.Context, delivery tickler.Delivery) (tickler.DeliveryAttempt, error) {
	secrets, err := d.secrets.SigningSecrets(ctx, delivery.AccountID)
	if err != nil {
		return tickler.DeliveryAttempt{}, err
	}
	at := d.clock.Now().UTC()
	result := d.sender.Send(ctx, webhook.Request{
		ID: delivery.ID.String(), At: at, URL: delivery.URL, Method: delivery.Method, ContentType: delivery.ContentType, Headers: delivery.Headers,
		Payload: delivery.Payload, Secrets: secrets,
	})
	attempt := tickler.DeliveryAttempt{
		At: at.Truncate(time.Second), Took: result.Took, Status: result.Status, Answer: webhook.Printable(result.Answer),
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

// record keeps an attempt. While the delivery is pending, its job is to be run again when the retry table says.
func (d *Deliverer) record(ctx context.Context, before tickler.Delivery, job jobs.Ref, attempt tickler.DeliveryAttempt) error {
	ctx, cancel := recording(ctx)
	defer cancel()
	delivery, err := d.store.RecordAttempt(ctx, before.AccountID, before.ID, attempt)
	if err != nil {
		return err
	}
	d.taken.Delete(job)
	if delivery.State == tickler.DeliveryPending {
		return jobs.After(delivery.Wait(attempt), errors.New(attempt.Error))
	}
	if delivery.State == tickler.DeliveryFailed {
		d.log.Warn("a webhook is given up; it can be sent again by hand", "delivery", delivery.ID, "event", delivery.Event,
			"host", host(delivery.URL), "attempts", delivery.Attempts, "error", delivery.LastError)
	}
	d.settled(delivery)
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
