package app

import (
	"bytes"
	"context"
	"slices"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// BulkChange is what a bulk request does to each of its tasks: one of these.
type BulkChange struct {
	Complete, Cancel, Delete bool
	// Tasks are moved by calendar days or to a day, each at its time of day. MoveTo is the midnight
	// in UTC of the day's date. Days are the zone's; nil is the account's.
	MoveBy *int
	MoveTo time.Time
	Zone   *time.Location
	Patch  *tickler.TaskPatch
}

// doing returns what the change does for a caller. Of the zero change it is nothing.
func (c BulkChange) doing(caller Caller) Doing {
	zone := c.Zone
	if zone == nil {
		zone = caller.Account.Zone
	}
	switch {
	case c.Complete:
		return Completing()
	case c.Cancel:
		return Cancelling()
	case c.Delete:
		return Deleting()
	case c.MoveBy != nil:
		return MovingBy(*c.MoveBy, zone)
	case !c.MoveTo.IsZero():
		return MovingTo(civil.InstantOf(c.MoveTo, zone), zone)
	case c.Patch != nil:
		return Changing(*c.Patch)
	default:
		return Changing(tickler.TaskPatch{})
	}
}

// ChangeMatching submits a bulk request that does something to all tasks that a filter selects and
// the caller may see. What they may see but not change fails row by row. Its tasks are those that
// the filter selects now, at most MaxMatching.
func (a *Bulk) ChangeMatching(
	ctx context.Context, caller Caller, filter tickler.TaskFilter, doing Doing, options Options,
) (SubmittedBulk, error) {
	if _, err := doing.plan(ctx, a.tasks, caller); err != nil { // what is wrong with all is not said of each
		return SubmittedBulk{}, err
	}
	ids, isAll, err := a.store.TaskIDs(ctx, visible(caller, filter), tickler.MaxMatching)
	switch {
	case err != nil:
		return SubmittedBulk{}, err
	case !isAll:
		return SubmittedBulk{}, tickler.Refuse(tickler.FactTooManyMatch, "", nil, tickler.MaxMatching)
	case len(ids) == 0:
		return SubmittedBulk{}, tickler.Refuse(tickler.FactNoneMatch, "", nil)
	}
	// In one order, so that no two requests wait for each other.
	slices.SortFunc(ids, func(a, b tickler.ID) int { return bytes.Compare(a[:], b[:]) })
	submission := BulkSubmission{Operation: tickler.BulkUpdate, Rows: len(ids)}
	if doing.asked.Delete {
		submission.Operation, submission.Body = tickler.BulkDelete, a.wire.Bulk.Removal(ids)
		return a.SubmitBulk(ctx, caller, submission, options)
	}
	var ok bool
	if submission.Body, ok = a.wire.Bulk.Update(doing.asked, ids); !ok {
		return SubmittedBulk{}, tickler.Refuse(tickler.FactNotForAll, "", nil)
	}
	return a.SubmitBulk(ctx, caller, submission, options)
}

// ChangeFound does the same to all tasks that the caller finds by a search, on every page of it.
func (a *Bulk) ChangeFound(
	ctx context.Context, caller Caller, search TaskSearch, doing Doing, options Options,
) (SubmittedBulk, error) {
	filter, err := filterOf(caller, search.Reader, search.Terms)
	if err != nil {
		return SubmittedBulk{}, err
	}
	return a.ChangeMatching(ctx, caller, filter, doing, options)
}
