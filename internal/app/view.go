package app

import (
	"context"
	"time"

	"tickler"
)

type viewStore interface {
	Views(ctx context.Context, account, user tickler.ID) ([]tickler.View, error)
}

type viewTx interface {
	View(ctx context.Context, account, id tickler.ID) (tickler.View, bool, error)
	ViewCount(ctx context.Context, account, user tickler.ID) (int, error)
	PutView(ctx context.Context, v tickler.View) error
	RemoveView(ctx context.Context, account, id tickler.ID) error
}

// SavedViews lists the views that the caller has: their own and those that are shared, the oldest first.
func (a *Views) SavedViews(ctx context.Context, caller Caller) ([]tickler.View, error) {
	return a.store.Views(ctx, caller.Account.ID, caller.User.ID)
}

// CreateView saves a view for the caller, who has at most tickler.MaxViews of their own.
func (a *Views) CreateView(
	ctx context.Context, caller Caller, view tickler.View, options Options,
) (tickler.View, error) {
	view.ID, view.AccountID, view.MakerID = options.id(), caller.Account.ID, caller.User.ID
	view.CreatedAt, view.ModifiedAt = caller.Now, caller.Now
	if err := view.Validate(); err != nil {
		return view, err
	}
	_, err := once(ctx, a.writeRepeatable, caller, options, nothing(func(ctx context.Context, tx Tx) error {
		count, err := tx.ViewCount(ctx, view.AccountID, view.MakerID)
		if err != nil {
			return err
		}
		if _, found, err := tx.View(ctx, view.AccountID, view.ID); found || err != nil {
			return err // the answer to the first run was lost
		}
		if count >= tickler.MaxViews {
			return tickler.Refuse(tickler.FactTooManyViews, tickler.FieldView, nil, tickler.MaxViews)
		}
		return tx.PutView(ctx, view)
	}))
	return view, err
}

// ChangeView puts name, sharing, terms, columns and order of a view in the place of those of a view
// that is there. Its maker may, and administrators where it is shared.
func (a *Views) ChangeView(ctx context.Context, caller Caller, id tickler.ID, to tickler.View) (tickler.View, error) {
	return made(ctx, a.writeRepeatable, func(ctx context.Context, tx Tx) (tickler.View, error) {
		view, err := ownView(ctx, tx, caller, id)
		if err != nil {
			return view, err
		}
		to.ID, to.AccountID, to.MakerID, to.CreatedAt = view.ID, view.AccountID, view.MakerID, view.CreatedAt
		to.ModifiedAt = caller.Now
		if err := to.Validate(); err != nil {
			return view, err
		}
		return to, tx.PutView(ctx, to)
	})
}

// DeleteView deletes a view. Its maker may, and administrators where it is shared.
func (a *Views) DeleteView(ctx context.Context, caller Caller, id tickler.ID) error {
	return a.writeRepeatable(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := ownView(ctx, tx, caller, id); err != nil {
			return err
		}
		return tx.RemoveView(ctx, caller.Account.ID, id)
	})
}

// ownView reads a view that the caller may change. One that they don't even see does not exist for
// them.
func ownView(ctx context.Context, tx Tx, caller Caller, id tickler.ID) (tickler.View, error) {
	view, found, err := tx.View(ctx, caller.Account.ID, id)
	switch {
	case err != nil:
		return view, err
	case !found || !view.IsSeenBy(caller.User):
		return view, tickler.Refuse(tickler.FactNoView, tickler.FieldView, id)
	case !view.MayBeChangedBy(caller.User):
		return view, tickler.Refuse(tickler.FactNotYourView, tickler.FieldView, id)
	}
	return view, nil
}

// MostInBadge is up to how many tasks of a view are counted for its badge.
const MostInBadge = 99

// badgesWait is how long all badges of a page may take together: a page is not kept waiting for
// them.
const badgesWait = 200 * time.Millisecond

// CountViews counts the tasks of each view that the caller may see, up to MostInBadge and one more.
// Views that can't be counted in short time have no count.
func (a *Tasks) CountViews(
	ctx context.Context, caller Caller, reader tickler.Reader, views []tickler.View,
) (map[tickler.ID]int, error) {
	hurried, cancel := context.WithTimeout(ctx, badgesWait)
	defer cancel()
	counts := map[tickler.ID]int{}
	for _, view := range views {
		filter, err := filterOf(caller, reader, view.Terms)
		if err != nil {
			return counts, err
		}
		count, isPart, err := a.store.CountTasks(hurried, filter, MostInBadge)
		if err != nil && hurried.Err() != nil && ctx.Err() == nil {
			return counts, nil
		}
		if err != nil {
			return counts, err
		}
		if isPart && count == MostInBadge {
			count = MostInBadge + 1
		}
		counts[view.ID] = count
	}
	return counts, nil
}
