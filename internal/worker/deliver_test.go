package worker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/webhook"
	"tickler/internal/worker"
)

// hatch is a deliverer with fakes: a store with one delivery, and a receiver.
type hatch struct {
	worker.Store
	worker.App
	worker.Metrics
	*worker.Deliverer
	t        *testing.T
	clock    *clocktest.Clock
	log      bytes.Buffer
	delivery tickler.Delivery
	unknown  bool // the store has no such delivery
	held     bool // its subscription is not active
	moved    string
	answer   webhook.Result
	sent     []webhook.Request
	settled  []tickler.Delivery
	storing  error // the store's error for an attempt
	hiding   error // the error in place of secrets
	sending  func()
}

var webhookJob = jobs.Job{Ref: jobs.Ref{Account: jobs.ID(account), ID: jobs.ID(taskID)}, Kind: tickler.WebhookJob, Attempt: 1}

func newHatch(t *testing.T) *hatch {
	t.Helper()
	h := &hatch{t: t, clock: clocktest.New(start.Add(300 * time.Millisecond)), sending: func() {}}
	h.delivery = tickler.Delivery{
		ID: taskID, AccountID: account, Event: "Bulk Create Tasks", Method: "POST", URL: "https://example.com/hook?token=hidden",
		ContentType: "application/json", Headers: map[string]string{"X-Team": "North"}, Payload: []byte("{}"), CreatedAt: start,
	}
	h.Deliverer = worker.NewDeliverer(worker.Deps{
		Store: h, App: h, Webhooks: h, Metrics: h, Clock: h.clock, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
	})
	return h
}

func (h *hatch) DeliverySettled(d tickler.Delivery) { h.settled = append(h.settled, d) }

func (h *hatch) Delivery(_ context.Context, of, id tickler.ID) (tickler.Delivery, bool, error) {
	return h.delivery, !h.unknown && of == account && id == taskID, nil
}

func (h *hatch) Address(_ context.Context, d tickler.Delivery, job jobs.Ref, _ time.Time) (tickler.Delivery, bool, error) {
	if job != webhookJob.Ref {
		h.t.Errorf("addressed for the job %v", job)
	}
	d.URL += h.moved
	return d, !h.held, nil
}

func (h *hatch) RecordAttempt(ctx context.Context, of, id tickler.ID, attempt tickler.DeliveryAttempt) (tickler.Delivery, error) {
	if ctx.Err() != nil || of != account || id != taskID {
		h.t.Errorf("recorded for %v %v: %v", of, id, ctx.Err())
	}
	if h.storing != nil {
		return tickler.Delivery{}, h.storing
	}
	h.delivery, attempt = h.delivery.Attempted(attempt)
	h.delivery.Log = append(h.delivery.Log, attempt)
	return h.delivery, nil
}

func (h *hatch) SigningSecrets(_ context.Context, of tickler.ID) ([]string, error) {
	if of != account {
		h.t.Errorf("the secrets of %v were asked for", of)
	}
	return []string{"new", "old"}, h.hiding
}

func (h *hatch) Send(_ context.Context, request webhook.Request) webhook.Result {
	h.sent = append(h.sent, request)
	h.sending()
	return h.answer
}

func TestDeliveryThatIsTaken(t *testing.T) {
	h := newHatch(t)
	h.answer = webhook.Result{Status: 202, Answer: []byte("thank\x00you"), Took: 40 * time.Millisecond}
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, jobs.Settled) {
		t.Fatal(err)
	}
	want := []webhook.Request{{
		ID: taskID.String(), At: h.clock.Now(), URL: h.delivery.URL, Method: "POST", ContentType: "application/json",
		Headers: map[string]string{"X-Team": "North"}, Payload: []byte("{}"), Secrets: []string{"new", "old"},
	}}
	if diff := cmp.Diff(want, h.sent); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	log := []tickler.DeliveryAttempt{{Number: 1, At: start, Took: 40 * time.Millisecond, Status: 202, Answer: "thank\ufffdyou"}}
	if diff := cmp.Diff(log, h.delivery.Log); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
	if len(h.settled) != 1 || h.settled[0].State != tickler.DeliveryDone {
		t.Errorf("counted %+v", h.settled)
	}
	if err := h.Run(t.Context(), webhookJob); err != nil || len(h.sent) != 1 {
		t.Errorf("what was taken is sent again: %v", err)
	}
}

// The whole retry table, with a job that ran more often than attempts were recorded.
func TestDeliveryThatIsGivenUp(t *testing.T) {
	h, job := newHatch(t), webhookJob
	h.answer = webhook.Result{Status: 500, Answer: []byte("oops"), Err: errors.New("the receiver answered 500")}
	began := h.clock.Now()
	table := []time.Duration{0, 30, 120, 420, 900, 1800, 2700, 3600, 5400, 7200, 10800}
	for i, wait := range table[1:] {
		job.Attempt += 2 // a node died in between
		err := h.Run(t.Context(), job)
		if err == nil || err.Error() != "the receiver answered 500" {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
		h.wantRetried(err, job, wait*time.Second)
		h.clock.Advance(wait * time.Second)
	}
	if len(h.settled) > 0 || h.log.Len() > 0 {
		t.Errorf("given up early: %s", &h.log)
	}
	if err := h.Run(t.Context(), job); !errors.Is(err, jobs.Settled) {
		t.Fatal(err)
	}
	if len(h.sent) != 11 || len(h.delivery.Log) != 11 || h.delivery.State != tickler.DeliveryFailed || h.delivery.LastStatus != 500 ||
		len(h.settled) != 1 || h.settled[0].State != tickler.DeliveryFailed {
		t.Errorf("%+v", h.delivery)
	}
	for i, attempt := range h.delivery.Log {
		began = began.Add(table[i] * time.Second)
		if attempt.Number != i+1 || attempt.At != began.Truncate(time.Second) || attempt.Answer != "oops" || attempt.Error != "the receiver answered 500" {
			t.Errorf("%+v", attempt)
		}
	}
	for _, word := range []string{"level=WARN", "gave up", taskID.String(), "host=example.com", "attempts=11", "answered 500"} {
		if !strings.Contains(h.log.String(), word) {
			t.Errorf("the log lacks %q: %s", word, &h.log)
		}
	}
	if strings.Contains(h.log.String(), "hidden") {
		t.Errorf("the log shows what is in the URL: %s", &h.log)
	}
}

// wantRetried checks what a real runner does with a run's error.
func (h *hatch) wantRetried(failure error, job jobs.Job, wait time.Duration) {
	h.t.Helper()
	kind := h.Kind()
	kind.Run = func(context.Context, jobs.Job) error { return failure }
	queue := &oneJob{job: job, retried: make(chan time.Time, 1)}
	runner := jobs.NewRunner(queue, h.clock, slog.New(slog.DiscardHandler), "runner", nil, kind)
	runner.Start(h.t.Context())
	if at := <-queue.retried; at.Sub(h.clock.Now()) != wait {
		h.t.Errorf("it is run again at %v, want %v later than %v", at, wait, h.clock.Now())
	}
	runner.Stop(h.t.Context())
}

// oneJob is a queue with one job, which is claimed once.
type oneJob struct {
	jobs.Queue
	job     jobs.Job
	claimed bool
	retried chan time.Time
}

func (q *oneJob) Claim(context.Context, string, string, time.Time, time.Time, int, ...jobs.ID) ([]jobs.Job, error) {
	if q.claimed {
		return nil, nil
	}
	q.claimed = true
	return []jobs.Job{q.job}, nil
}

func (q *oneJob) Retry(_ context.Context, _ string, _ jobs.Ref, at time.Time, _ string) error {
	q.retried <- at
	return nil
}

// A node that dies right after it has recorded an attempt leaves a job whose lease runs out before
// the next one is due.
func TestAttemptThatIsTooEarlyIsPutOff(t *testing.T) {
	h := newHatch(t)
	h.answer = webhook.Result{Status: 500, Took: time.Second, Err: errors.New("the receiver answered 500")}
	h.wantRetried(h.Run(t.Context(), webhookJob), webhookJob, 30*time.Second)
	h.clock.Advance(10 * time.Second)
	h.wantRetried(h.Run(t.Context(), webhookJob), webhookJob, 20*time.Second+700*time.Millisecond)
	if len(h.sent) != 1 {
		t.Errorf("sent %d times", len(h.sent))
	}
	h.delivery = h.delivery.Replay() // but a person need not wait
	_ = h.Run(t.Context(), webhookJob)
	if len(h.sent) != 2 {
		t.Errorf("sent %d times", len(h.sent))
	}
}

// The receiver's Retry-After applies to the job, and to a node that takes it over.
func TestAttemptIsPutOffForAsLongAsTheReceiverAsks(t *testing.T) {
	h := newHatch(t)
	h.answer = webhook.Result{Status: 503, RetryAfter: time.Hour, Err: errors.New("the receiver answered 503")}
	h.wantRetried(h.Run(t.Context(), webhookJob), webhookJob, time.Hour)
	h.clock.Advance(10 * time.Minute)
	h.wantRetried(h.Run(t.Context(), webhookJob), webhookJob, 50*time.Minute-300*time.Millisecond)
	if len(h.sent) != 1 || h.delivery.Log[0].RetryAfter != time.Hour {
		t.Errorf("sent %d times, recorded %+v", len(h.sent), h.delivery.Log)
	}
}

func TestARemovedDeliveryNeedsNoAttempt(t *testing.T) {
	h := newHatch(t)
	h.unknown = true
	if err := h.Run(t.Context(), webhookJob); err != nil || len(h.sent) > 0 {
		t.Errorf("%v, sent %d", err, len(h.sent))
	}
}

func TestNoAttemptWithoutSecrets(t *testing.T) {
	h := newHatch(t)
	h.hiding = errors.New("the database is away")
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, h.hiding) || len(h.sent)+len(h.delivery.Log) > 0 {
		t.Errorf("%v, sent %d", err, len(h.sent))
	}
}

// A node that stops cancels what it sends: the receiver is not to blame.
func TestAttemptThatIsBrokenOffCountsForNothing(t *testing.T) {
	h := newHatch(t)
	h.answer = webhook.Result{Err: context.Canceled}
	stopping := errors.New("the node is stopping")
	ctx, stop := context.WithCancelCause(t.Context())
	h.sending = func() { stop(stopping) }
	if err := h.Run(ctx, webhookJob); !errors.Is(err, stopping) || len(h.delivery.Log) > 0 {
		t.Errorf("%v, recorded %+v", err, h.delivery.Log)
	}
	// An attempt that had already ended is still recorded.
	h.answer = webhook.Result{Status: 200}
	if err := h.Run(ctx, webhookJob); !errors.Is(err, jobs.Settled) || len(h.delivery.Log) != 1 {
		t.Errorf("%v, recorded %+v", err, h.delivery.Log)
	}
}

func TestWhatWasTakenIsNotSentAgainWhenTheStoreFails(t *testing.T) {
	h := newHatch(t)
	h.answer, h.storing = webhook.Result{Status: 200, Answer: []byte("first")}, errors.New("the disk is full")
	for range 3 {
		if err := h.Run(t.Context(), webhookJob); !errors.Is(err, h.storing) {
			t.Fatal(err)
		}
		h.answer.Answer = []byte("again")
	}
	h.storing = nil
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, jobs.Settled) {
		t.Fatal(err)
	}
	if len(h.sent) != 1 || len(h.delivery.Log) != 1 || h.delivery.Log[0].Answer != "first" {
		t.Errorf("sent %d times, recorded %+v", len(h.sent), h.delivery.Log)
	}
	// A person sends it again: that is another attempt.
	h.delivery = h.delivery.Replay()
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, jobs.Settled) || len(h.sent) != 2 || !h.delivery.Log[1].ByHand {
		t.Errorf("%v, sent %d times, %+v", err, len(h.sent), h.delivery.Log)
	}
}

func TestWebhookKindIsRunAsItsTextsSay(t *testing.T) {
	kind := newHatch(t).Kind()
	if kind.Name != "webhook" || kind.Workers != 32 || kind.PerAccount != 8 || kind.TimeLimit != 15*time.Second || len(kind.Backoff) == 0 {
		t.Errorf("%+v", kind)
	}
}

func TestAHeldDeliveryIsNotSentAndKeepsItsJob(t *testing.T) {
	h := newHatch(t)
	h.held = true
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, jobs.Settled) || len(h.sent) > 0 || len(h.settled) > 0 {
		t.Errorf("%v; %d were sent, %d settled", err, len(h.sent), len(h.settled))
	}
}

func TestADeliveryGoesToItsSubscriptionsURLByNow(t *testing.T) {
	h := newHatch(t)
	h.moved = "&more=1"
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, jobs.Settled) || len(h.sent) != 1 || h.sent[0].URL != "https://example.com/hook?token=hidden&more=1" {
		t.Errorf("%v; sent %v", err, h.sent)
	}
}
