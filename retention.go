package tickler

import "time"

// How long what has ended is kept.
const (
	// DeliveriesKept is for a subscription's deliveries, from when they are settled.
	DeliveriesKept = 30 * 24 * time.Hour
	// EndedKept is for all else: bulk requests with what belongs to them, notifications and dead
	// jobs.
	EndedKept = 90 * 24 * time.Hour
)
