package rows

import (
	"tickler"
	"tickler/internal/web/frame"
)

// Ways are the acts that a user can take back and do again, in words: "completing 3 tasks"; "" for
// none.
type Ways struct {
	Undo, Redo string
	// Back is where they lead, if not to the page of the form.
	Back string
}

// WaysFor returns what can be taken back and done again of acts, the oldest first: of those since
// the user signed in. What they did before that is listed among their recent changes.
func WaysFor(p *frame.Page, acts []tickler.Act) (w Ways) {
	for _, act := range acts {
		switch {
		case act.At.Before(p.SignedInAt()):
		case !act.Undone:
			w.Undo = ActWords(act)
		case w.Redo == "": // the one that was taken back last
			w.Redo = ActWords(act)
		}
	}
	return w
}

// gerunds name what was done in an act.
var gerunds = map[tickler.Deed]string{
	tickler.DeedCreated: "adding", tickler.DeedCompleted: "completing", tickler.DeedReopened: "reopening",
	tickler.DeedCancelled: "cancelling", tickler.DeedDeleted: "deleting", tickler.DeedChanged: "changing",
	tickler.DeedMoved: "moving", tickler.DeedAssigned: "assigning", tickler.DeedSnoozed: "snoozing",
	tickler.DeedUnsnoozed: "waking", tickler.DeedNoted: "noting what came of",
	tickler.DeedFollowed: "following up",
}

// ActWords name an act: "moving “Call Asha”".
func ActWords(act tickler.Act) string { return gerunds[act.Deed] + " " + Subject(act) }

// Subject names the tasks of an act: by its name if it is one.
func Subject(act tickler.Act) string {
	switch steps := act.Steps; {
	case len(steps) == 1:
		return frame.Quoted(steps[0].Name)
	case act.Deed == tickler.DeedFollowed && len(steps) == 2: //nolint:mnd // a task and the next one
		return frame.Quoted(steps[0].Name) + " with " + frame.Quoted(steps[1].Name)
	default:
		return frame.Counted(len(steps), "task")
	}
}
