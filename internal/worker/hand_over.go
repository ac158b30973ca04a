package worker

import (
	"context"
	"errors"
	"sync"

	"tickler"
	"tickler/internal/jobs"
)

// handOvers remembers what others took from us while the store could not record it, so that the
// next run of the job records it and does not hand it over again. The zero value is ready for use,
// and it is safe for use by many goroutines.
type handOvers[T any] struct{ taken sync.Map }

// handOver is one that can be taken: a job, and which of a person's wishes it is to have it done
// again, 0 for none.
type handOver struct {
	job    jobs.Ref
	replay int
}

// once hands something over, unless that was done already, and records what came of it. What does
// it reports whether it was taken; its error says that there is nothing to record. What record
// returns is what the job's run comes to: with jobs.Settled it is recorded, and forgotten here.
func (h *handOvers[T]) once(
	of handOver, do func() (outcome T, taken bool, err error), record func(outcome T) error,
) error {
	outcome, known := h.recall(of)
	if !known {
		var taken bool
		var err error
		if outcome, taken, err = do(); err != nil {
			return err
		}
		if taken {
			h.taken.Store(of, outcome)
		}
	}
	err := record(outcome)
	if errors.Is(err, jobs.Settled) {
		h.forget(of)
	}
	return err
}

func (h *handOvers[T]) recall(of handOver) (outcome T, known bool) {
	found, known := h.taken.Load(of)
	if known {
		outcome = found.(T) // once stores no other
	}
	return outcome, known
}

// forget forgets what is recorded, by whomever.
func (h *handOvers[T]) forget(of handOver) { h.taken.Delete(of) }

// recording gives the time to record what was done, even to a run that was just told to stop.
func recording(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
}

// subject is the id that a job's payload is. A payload that is none can't be mended.
func subject(job jobs.Job) (tickler.ID, error) {
	id, err := tickler.ParseID(job.Payload)
	if err != nil {
		return id, jobs.Dead(err)
	}
	return id, nil
}
