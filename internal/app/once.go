package app

import (
	"bytes"
	"context"
	"time"

	"tickler"
)

type onceStore interface {
	Once(ctx context.Context, once tickler.Once) (*tickler.Once, error)
}

// Options say how something is made.
type Options struct {
	// DryRun does everything but the writing.
	DryRun bool
	// ID is the id of what is made; zero for a new one.
	ID tickler.ID
	// Once makes it idempotent: it has the operation, the key, the hash of the body and the answer;
	// account, user and time are filled in. If it was done before under that key, nothing is done,
	// and Answer becomes what was answered then. Nil for what is done every time.
	Once *tickler.Once
}

// id returns the ID, or a new one.
func (o Options) id() tickler.ID {
	if o.ID.IsZero() {
		return newID()
	}
	return o.ID
}

// answer returns the answer to an idempotent call; nil for others.
func (o Options) answer() []byte {
	if o.Once == nil {
		return nil
	}
	return o.Once.Answer
}

// replay returns the answer to an earlier call under the key; nil if the answer is this call's own.
func (o Options) replay(own []byte) []byte {
	if first := o.answer(); !bytes.Equal(first, own) {
		return first
	}
	return nil
}

// onceWait is how long a call waits for the outcome of another one under the same key
// (docs/contract.md section 1).
const onceWait = 5 * time.Second

var errReusedKey = tickler.Refuse(tickler.FactReusedKey, tickler.FieldIdempotencyKey, nil)

// FirstAnswer returns the answer that an earlier call under the key got, or nil when there was
// none.
func (a *core) FirstAnswer(ctx context.Context, caller Caller, once tickler.Once) ([]byte, error) {
	first, err := a.memory.Once(ctx, by(caller, once))
	if first == nil || err != nil {
		return nil, err
	}
	if !first.Repeats(once) {
		return nil, errReusedKey
	}
	return first.Answer, nil
}

// once returns what a transaction makes for a caller, unless it was done before under the same key:
// then it returns the zero value, and o.Once.Answer becomes the earlier answer.
func once[T any](
	ctx context.Context, write writer, caller Caller, o Options, run func(ctx context.Context, tx Tx) (T, error),
) (T, error) {
	if o.Once == nil {
		return made(ctx, write, run)
	}
	ctx, cancel := context.WithTimeout(ctx, onceWait)
	defer cancel()
	type outcome struct {
		first *tickler.Once
		value T
	}
	memory := by(caller, *o.Once)
	done, err := made(ctx, write, func(ctx context.Context, tx Tx) (o outcome, err error) {
		if o.first, err = tx.TakeOnce(ctx, memory); o.first != nil || err != nil {
			return o, err
		}
		o.value, err = run(ctx, tx)
		return o, err
	})
	if err != nil || done.first == nil {
		return done.value, err
	}
	if !done.first.Repeats(memory) {
		return done.value, errReusedKey
	}
	o.Once.Answer = done.first.Answer
	return done.value, nil
}

// by fills in whose memory of a call it is, and when it was made.
func by(caller Caller, once tickler.Once) tickler.Once {
	once.AccountID, once.UserID, once.At = caller.Account.ID, caller.User.ID, caller.Now
	return once
}

// nothing adapts a transaction that only writes.
func nothing(run func(ctx context.Context, tx Tx) error) func(ctx context.Context, tx Tx) (struct{}, error) {
	return func(ctx context.Context, tx Tx) (struct{}, error) { return struct{}{}, run(ctx, tx) }
}
