package tasks

import (
	"slices"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// historyDay is what was done to the task on one day, the latest first.
type historyDay struct {
	Day  frame.Instant
	Acts []historyAct
}

// Name is the day's, as a heading: with its date.
func (d historyDay) Name() string { return capital(d.Day.DayAndDate()) }

// historyAct is what somebody did to the task in one go.
type historyAct struct {
	At       frame.Instant
	What, By string
	Way      string // "through the API"
	Request  string // the path of the bulk request that did it; "" for none
	State    string // as timelines have it
	Fields   []changedField
	act      tickler.ID
}

// changedField is a field of a task, with its value before and after, in words.
type changedField struct{ Name, Old, New string }

var changeWords = map[tickler.ChangeKind]string{
	tickler.ChangeUpdated: "Changed", tickler.ChangeCompleted: "Done", tickler.ChangeReopened: "Reopened",
	tickler.ChangeCancelled: "Cancelled", tickler.ChangeDeleted: "Deleted", tickler.ChangeRestored: "Restored",
}

var changeStates = map[tickler.ChangeKind]string{
	tickler.ChangeCompleted: "done", tickler.ChangeDeleted: "overdue", tickler.ChangeReopened: "accent",
	tickler.ChangeRestored: "accent",
}

var originWords = map[tickler.OriginKind]string{
	tickler.ViaAPI: "through the API", tickler.ViaPage: "in the app", tickler.ViaBulk: "by a bulk request",
	tickler.ViaCommand: "from the command line", tickler.ViaMail: "from a mail",
}

// historyOf tells what was done to a task, the latest first, down to its creation.
func historyOf(p *frame.Page, h app.TaskHistory) (days []historyDay) {
	words := wordsFor(p, h.Task)
	acts := []historyAct{actOf(p, h.CreatedVia, tickler.Change{At: h.CreatedAt, By: h.CreatedBy, Via: h.CreatedVia})}
	acts[0].What = "Added"
	for _, told := range h.Told {
		act := actOf(p, told.Via, told.Change)
		act.Fields = words.changed(told)
		act.What = whatWords(told)
		if last := &acts[len(acts)-1]; !told.Act.IsZero() && last.act == told.Act {
			last.add(act)
			continue
		}
		acts = append(acts, act)
	}
	slices.Reverse(acts)
	for _, act := range acts {
		if len(days) == 0 || days[len(days)-1].Day.Date() != act.At.Date() {
			days = append(days, historyDay{Day: act.At})
		}
		days[len(days)-1].Acts = append(days[len(days)-1].Acts, act)
	}
	return days
}

func actOf(p *frame.Page, via tickler.Origin, c tickler.Change) historyAct {
	act := historyAct{
		At: p.At(c.At), By: userName(p, c.By), Way: originWords[via.Kind], State: changeStates[c.Kind], act: c.Act,
	}
	if via.Kind == tickler.ViaBulk && !via.ID.IsZero() {
		act.Request = "/requests/" + via.ID.String()
	}
	return act
}

// add tells of one more change that the same act made.
func (a *historyAct) add(other historyAct) {
	if other.What != a.What {
		a.What += ", " + uncapital(other.What)
	}
	if other.State != "" {
		a.State = other.State
	}
	a.Fields = append(a.Fields, other.Fields...)
}

// whatWords say what was done; of a change of one sort, of which.
func whatWords(told tickler.Told) string {
	if told.Kind != tickler.ChangeUpdated || len(told.Differences) == 0 {
		return changeWords[told.Kind]
	}
	only := func(fields ...tickler.Field) bool {
		return !slices.ContainsFunc(told.Differences, func(d tickler.Difference) bool {
			return !slices.Contains(fields, d.Field)
		})
	}
	switch {
	case only(tickler.FieldSnooze):
		if until, _ := told.Differences[0].New.(time.Time); until.IsZero() {
			return "Stopped snoozing"
		}
		return "Snoozed"
	case only(tickler.FieldDue, tickler.FieldEnd, tickler.FieldSnooze):
		return "Moved"
	case only(tickler.FieldOwner, tickler.FieldSnooze):
		return "Given to somebody else"
	case only(tickler.FieldCompletionNote):
		return "Noted what came of it"
	default:
		return changeWords[told.Kind]
	}
}
