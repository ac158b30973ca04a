package acts

import (
	"context"
	"slices"

	"tickler"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

const recentPath = "/recent"

var sectionRecent = &frame.Section{Path: recentPath, Name: "Recent changes", In: frame.PersonMenu, Key: "c"}

// recentPage lists what a person did last.
type recentPage struct {
	Acts []recentAct // the latest first
	Most int
}

// recentAct is what a person did in one go.
type recentAct struct {
	tickler.Act
	Did     string // "Completed"
	CanUndo bool   // it is the one that is undone next
	CanRedo bool
}

// Subject names the tasks.
func (r recentAct) Subject() string { return rows.Subject(r.Act) }

// deeds say what was done in an act.
var deeds = map[tickler.Deed]string{
	tickler.DeedCreated: "Added", tickler.DeedCompleted: "Completed", tickler.DeedReopened: "Reopened",
	tickler.DeedCancelled: "Cancelled", tickler.DeedDeleted: "Deleted", tickler.DeedChanged: "Changed",
	tickler.DeedMoved: "Moved", tickler.DeedAssigned: "Assigned", tickler.DeedSnoozed: "Snoozed",
	tickler.DeedUnsnoozed: "Stopped snoozing", tickler.DeedNoted: "Noted what came of",
	tickler.DeedFollowed: "Followed up",
}

// recent shows the acts that undo and redo go through.
func (a area) recent(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	all, err := a.app.RecentActs(ctx, p.Caller)
	if err != nil {
		return frame.Answer{}, err
	}
	page := recentPage{Most: tickler.KeptActs}
	for i, act := range all {
		r := recentAct{Act: act, Did: deeds[act.Deed]}
		isLast := i == len(all)-1
		r.CanUndo = !act.Undone && (isLast || all[i+1].Undone)
		r.CanRedo = act.Undone && (i == 0 || !all[i-1].Undone)
		page.Acts = append(page.Acts, r)
	}
	slices.Reverse(page.Acts)
	return frame.Show("recent", sectionRecent.Name, page), nil
}
