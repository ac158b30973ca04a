// Package worker does what is done in the background: it finds what has come due about tasks, mails
// reminders, reports and failures, hands webhooks over, works through bulk requests, and removes
// what is no longer promised to be kept.
//
// Kinds lists the jobs and Loops what runs all the time; a new one is one row there.
package worker

import (
	"context"
	"log/slog"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
	"tickler/internal/mail"
	"tickler/internal/webhook"
)

// Deps is what background work is done with.
type Deps struct {
	Store    Store
	App      App
	Wire     Wire
	Mail     Sender // nil: no mail server is configured
	Webhooks WebhookSender
	Metrics  Metrics
	Clock    tickler.Clock
	// PublicURL is where the links in mails lead, without a slash at its end.
	PublicURL string
	Log       *slog.Logger
}

// Store is what background work needs of the store.
type Store interface {
	mailStore
	deliveryStore
	reportStore
	failureStore
	retentionStore
	indexStore
	leadWordStore
}

// App is what it needs of the use cases.
type App interface {
	bulkApp
	deliveryApp
	failureApp
	mailApp
	reportApp
	followUpApp
	dueApp
	keyUseApp
	// Account finds the people and task types of an account.
	Account(ctx context.Context, id tickler.ID) (app.Account, error)
}

// Wire is how bulk requests are spelled.
type Wire interface {
	// Report lays a request's report out.
	Report(r tickler.BulkRequest, rows []tickler.BulkRow) (columns []string, table [][]any)
}

// Sender hands a message to a mail server. An error for which mail.IsPermanent holds can't be
// mended by trying again.
type Sender interface {
	Send(ctx context.Context, message mail.Message) (reply string, err error)
	// Domain is that of the sender's address; Message-IDs end in it.
	Domain() string
}

// WebhookSender tries once to hand a webhook over.
type WebhookSender interface {
	Send(ctx context.Context, request webhook.Request) webhook.Result
}

// Metrics counts what has become of things.
type Metrics interface {
	NotificationSettled(n tickler.Notification)
	DeliverySettled(d tickler.Delivery)
	BulkEnded(r tickler.BulkRequest)
}

// Kinds lists how each sort of job is run.
func Kinds(d Deps) []jobs.Kind {
	bulk := NewBulk(d)
	return []jobs.Kind{
		bulk.Kind(),
		bulk.RemovalKind(),
		bulk.ChangeKind(),
		NewReporter(d).Kind(),
		NewMailer(d).Kind(),
		NewDeliverer(d).Kind(),
		NewSubscriptionFollowUp(d).Kind(),
		NewFailureMailer(d).Kind(),
	}
}

// Loop is work that goes on from Start until Stop, which waits for its end. Both may be called in
// any order.
type Loop interface {
	Start(ctx context.Context)
	Stop()
}

// Loops lists what runs all the time. Of the kind of each job that they make, wake is told.
func Loops(d Deps, wake func(kind string)) []Loop {
	return []Loop{
		NewWatch(d, wake),
		NewRetention(d),
		NewKeyUseWriter(d),
		NewIndexer(d),
		NewLeadWords(d),
	}
}
