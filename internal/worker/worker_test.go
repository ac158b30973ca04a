package worker_test

import (
	"errors"
	"log/slog"
	"slices"
	"testing"

	"tickler"
	"tickler/internal/clock/clocktest"
	"tickler/internal/jobs"
	"tickler/internal/worker"
)

// No account can take all workers of any kind, and no kind is run twice.
func TestEveryKindHasAShareForEachAccount(t *testing.T) {
	var names []string
	for _, kind := range worker.Kinds(worker.Deps{}) {
		if kind.PerAccount == 0 || kind.PerAccount >= kind.Workers || kind.TimeLimit == 0 || kind.Run == nil || len(kind.Backoff) == 0 {
			t.Errorf("%+v", kind)
		}
		names = append(names, kind.Name)
	}
	slices.Sort(names)
	want := []string{
		tickler.AlarmJob, tickler.BulkJob, tickler.BulkChangeJob, tickler.BulkRemovalJob, tickler.MailJob, tickler.ReportJob, tickler.SubscriptionJob, tickler.WebhookJob,
	}
	if !slices.Equal(names, want) {
		t.Errorf("there are %v", names)
	}
}

// A node that can't start still stops what it has made.
func TestLoopsMayBeStoppedBeforeTheyAreStarted(t *testing.T) {
	loops := worker.Loops(worker.Deps{Clock: clocktest.New(start), Log: slog.New(slog.DiscardHandler)}, func(string) {})
	for _, loop := range loops {
		loop.Stop()
	}
	if len(loops) != 5 {
		t.Errorf("%d loops", len(loops))
	}
}

// Another node has recorded what this one could not, and then a person sends the delivery again:
// this node must not take its memory of the first for the second.
func TestWhatIsSentAgainByHandIsNotTakenForDone(t *testing.T) {
	h := newHatch(t)
	h.answer.Status, h.storing = 200, errors.New("the database is away")
	if err := h.Run(t.Context(), webhookJob); err == nil {
		t.Error("it was recorded")
	}
	h.storing = nil
	h.delivery, _ = h.delivery.Attempted(tickler.DeliveryAttempt{At: start, Status: 200}) // by the other node
	h.delivery = h.delivery.Replay()
	if err := h.Run(t.Context(), webhookJob); !errors.Is(err, jobs.Settled) || len(h.sent) != 2 {
		t.Errorf("%v, sent %d times", err, len(h.sent))
	}
}
