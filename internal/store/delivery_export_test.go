package store

import (
	"context"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// EnqueueDelivery writes a delivery and its job in a transaction of their own, for tests of deliveries alone.
func (s *Store) EnqueueDelivery(ctx context.Context, d tickler.Delivery, serialKey string, serialOrder int64, now time.Time) error {
	return s.write(ctx, func(ctx context.Context, tx engine.Handle) error {
		return enqueueDelivery(ctx, tx, d, serialKey, serialOrder, now)
	})
}
