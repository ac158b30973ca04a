package app

import (
	"context"

	"tickler"
	"tickler/internal/jobs"
)

// Tx is a transaction under way: the verbs by which use cases read and write in one. What they read
// of a row they keep from others until the transaction ends.
type Tx interface {
	subscriptionTx
	deliveryTx
	// TakeOnce keeps the memory of a call, or returns the one kept before under its key.
	TakeOnce(ctx context.Context, once tickler.Once) (first *tickler.Once, err error)
	CreateAccessKey(ctx context.Context, key tickler.AccessKey) error
	ChangeAccount(
		ctx context.Context, id tickler.ID, rule func(tickler.Account) (tickler.Account, error),
	) (tickler.Account, error)
	taskTx
	notificationTx
	bulkTx
	jobTx
}

type jobTx interface {
	Enqueue(ctx context.Context, all ...jobs.New) error
	EndJob(ctx context.Context, job jobs.Ref) error
}

// Database is a store whose transactions are a T.
type Database[T Tx] interface {
	Store
	// Write runs a transaction: all of it is durable, or nothing of it remains. A run must not wait
	// for anything but its own statements.
	Write(ctx context.Context, run func(ctx context.Context, tx T) error) error
	// WriteRepeatable is Write for a run that changes nothing when it is run a second time.
	WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx T) error) error
}

// writer runs transactions of a database, whatever their type is there.
type writer func(ctx context.Context, run func(ctx context.Context, tx Tx) error) error

// made returns what a transaction makes, once it has taken effect. A caller whose context ends
// sooner gets nothing: the transaction may still be at work then, so what it makes is its own, and
// nobody else reads or writes it.
func made[T any](ctx context.Context, write writer, run func(ctx context.Context, tx Tx) (T, error)) (T, error) {
	var value, none T
	err := write(ctx, func(ctx context.Context, tx Tx) (err error) {
		value, err = run(ctx, tx)
		return err
	})
	if err != nil {
		return none, err
	}
	return value, nil
}
