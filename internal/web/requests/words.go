package requests

import (
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// words are those for what requests do: titled with how many tasks, and listed.
var words = map[tickler.BulkOperation]struct{ title, things, undo string }{
	tickler.BulkCreate: {
		"Creation of ", "Creations", "Tasks that this request created and nobody has changed since are deleted.",
	},
	tickler.BulkDelete: {
		"Deletion of ", "Deletions", "Tasks that this request deleted are restored, with their history.",
	},
	tickler.BulkReschedule: {"Move of appointments: ", "Moves of appointments", undoOfChanges},
	tickler.BulkUpdate:     {"Change of ", "Changes", undoOfChanges},
	tickler.BulkUndo:       {"Undo of a creation: ", "Undos of creations", ""},
	tickler.BulkUndoUpdate: {"Undo of a change: ", "Undos of changes", ""},
	tickler.BulkUndoDelete: {"Undo of a deletion: ", "Undos of deletions", ""},
}

const undoOfChanges = "Each task becomes what it was before. What somebody has changed since stays as it is."

// titleOf names a request: "Change of 312 tasks".
func titleOf(r tickler.BulkRequest) string {
	return words[r.Operation].title + frame.Counted(r.Rows, "task")
}

// UndoWords say what undoing the request does.
func (r requestPage) UndoWords() string { return words[r.Operation].undo }

// operation is what requests do, to choose from.
type operation struct{ Value, Name string }

func operations() (all []operation) {
	for _, o := range tickler.BulkOperations {
		all = append(all, operation{strconv.Itoa(int(o)), words[o].things})
	}
	return all
}

// changeWords say what a bulk update does to each of its tasks; "" for what can't be read.
func (a area) changeWords(p *frame.Page, body []byte) string {
	change, ok := a.wire.Change(body)
	switch {
	case !ok:
		return ""
	case change.Complete:
		return "Each task is completed."
	case change.Cancel:
		return "Each task is cancelled."
	case change.MoveBy != nil && *change.MoveBy < 0:
		return "Each task is moved " + frame.Counted(-*change.MoveBy, "day") + " earlier. Times stay the same."
	case change.MoveBy != nil:
		return "Each task is moved " + frame.Counted(*change.MoveBy, "day") + " later. Times stay the same."
	case !change.MoveTo.IsZero():
		return "Each task is moved to " + p.Times().DatedDay(civil.InstantOf(change.MoveTo, p.Zone())) + ". Times stay the same."
	case change.Patch != nil:
		return patchWords(p, *change.Patch)
	default:
		return ""
	}
}

// patchWords say what a patch changes, as far as people change many tasks at once.
func patchWords(p *frame.Page, patch tickler.TaskPatch) string {
	var all []string
	owner, found := p.Caller.Account.User(patch.OwnerID)
	if !found && patch.OwnerEmail != "" {
		owner, found = p.Caller.Account.UserByEmail(patch.OwnerEmail)
	}
	if found {
		all = append(all, "is given to "+owner.Name())
	}
	if wanted, said := patch.Notify.Value(); said {
		all = append(all, map[bool]string{
			true: "is to remind its owner by e-mail", false: "reminds nobody any more",
		}[wanted])
	}
	if len(all) == 0 {
		return ""
	}
	return "Each task " + strings.Join(all, ", and ") + "."
}

// reportWords say what has become of a request's report.
func reportWords(p *frame.Page, r tickler.BulkRequest) string {
	switch state := r.Report.State; {
	case state == tickler.ReportNone:
		return "when it has ended"
	case state == tickler.ReportUnsent:
		why, advice := p.NoMailServer()
		return "not sent. " + why + " " + advice
	case r.Report.LastError != "":
		return state.String() + ": " + r.Report.LastError
	default:
		return state.String()
	}
}
