package tickler_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
)

// These numbers go over the wire or into the store: a new value would change the meaning of what
// clients send or of what is stored.
func TestNumbersKeepTheirMeaning(t *testing.T) {
	want := map[string]int{
		"nobody": 0, "lead": 1, "opportunity": 5,
		"open": 0, "completed": 1, "cancelled": 2,
		"no reminder": 0, "minutes before": 1, "days before": 2,
		"API": 1, "page": 2, "bulk": 3, "command": 4,
		"updated": 1, "finished": 2, "reopened": 3, "called off": 4,
		"pending": 0, "sent": 1, "expired": 2, "failed": 3, "withdrawn": 4, "unsent": 5,
	}
	got := map[string]int{
		"nobody": int(tickler.RelatedToNobody), "lead": int(tickler.RelatedToLead), "opportunity": int(tickler.RelatedToOpportunity),
		"open": int(tickler.StateOpen), "completed": int(tickler.StateCompleted), "cancelled": int(tickler.StateCancelled),
		"no reminder": int(tickler.NoReminder), "minutes before": int(tickler.MinutesBefore), "days before": int(tickler.DaysBefore),
		"API": int(tickler.ViaAPI), "page": int(tickler.ViaPage), "bulk": int(tickler.ViaBulk), "command": int(tickler.ViaCommand),
		"updated": int(tickler.ChangeUpdated), "finished": int(tickler.ChangeCompleted), "reopened": int(tickler.ChangeReopened), "called off": int(tickler.ChangeCancelled),
		"pending": int(tickler.NotificationPending), "sent": int(tickler.NotificationSent), "expired": int(tickler.NotificationExpired),
		"failed": int(tickler.NotificationFailed), "withdrawn": int(tickler.NotificationWithdrawn), "unsent": int(tickler.NotificationUnsent),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Limits that only other packages enforce; docs/contract.md sections 1 and 4.
func TestPromisedLimits(t *testing.T) {
	if tickler.MaxIdempotencyKey != 255 || tickler.IdempotencyKept != 24*time.Hour {
		t.Errorf("idempotency keys of %d characters are kept %v", tickler.MaxIdempotencyKey, tickler.IdempotencyKept)
	}
	if tickler.DefaultPageSize != 200 || tickler.MaxPageSize != 1_000 {
		t.Errorf("pages have %d rows, at most %d", tickler.DefaultPageSize, tickler.MaxPageSize)
	}
}
