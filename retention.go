package tickler

import "time"

// How long data is kept after it has served its purpose.
const (
	// DeliveriesKept is for a subscription's deliveries, once they are settled.
	DeliveriesKept = 30 * 24 * time.Hour
	// EndedKept is for everything else: bulk requests with what belongs to them, notifications and
	// dead jobs.
	EndedKept = 90 * 24 * time.Hour
)
