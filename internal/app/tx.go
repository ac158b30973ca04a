package app

import (
	"context"

	"tickler"
	"tickler/internal/jobs"
)

// Tx is a transaction in progress: what use cases read and write through. Rows that it reads stay
// locked until it ends.
type Tx interface {
	subscriptionTx
	deliveryTx
	// TakeOnce stores the memory of a call, or returns the one stored before under its key.
	TakeOnce(ctx context.Context, once tickler.Once) (first *tickler.Once, err error)
	CreateAccessKey(ctx context.Context, key tickler.AccessKey) error
	ChangeAccount(
		ctx context.Context, id tickler.ID, rule func(tickler.Account) (tickler.Account, error),
	) (tickler.Account, error)
	taskTx
	actTx
	viewTx
	leadTx
	notificationTx
	linkTx
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
	// Write runs a transaction: when it returns, all of it is durable or nothing of it remains. A
	// run must not wait for anything but its own statements.
	Write(ctx context.Context, run func(ctx context.Context, tx T) error) error
	// WriteRepeatable is Write for a run that changes nothing when it runs a second time: a lost
	// answer is settled by running it again.
	WriteRepeatable(ctx context.Context, run func(ctx context.Context, tx T) error) error
}

// writer runs transactions, whatever their concrete type.
type writer func(ctx context.Context, run func(ctx context.Context, tx Tx) error) error

// made returns what a transaction makes, once it has taken effect. A caller whose context ends
// sooner gets nothing: the transaction may still be running, so nobody else may read what it makes.
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
