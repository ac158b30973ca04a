package api

import (
	"errors"
	"slices"
	"strings"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
	"tickler/internal/civil"
)

// What a bulk update can do besides changing attributes as Update does.
const (
	complete   = "Complete"
	cancel     = "Cancel"
	moveByDays = "MoveByDays"
	moveToDate = "MoveToDate"
	inZone     = "TimeZone" // of the days of both
)

// mostDays is how far tasks can be moved at once, either way.
const mostDays = 36_500

// bulkChangeShape is what a bulk update may say of each of its tasks (docs/contract.md section 4).
var bulkChangeShape = taskShapeWith(wire.ShapeOf("Id", "Name")).And(complete, cancel, moveByDays, moveToDate, inZone)

// changeFrom reads what a bulk update does to each of its tasks: one thing.
func changeFrom(body *wire.Reader) *app.BulkChange {
	asked := thingsIn(body.Node(bulkChange))
	switch {
	case body.Node(bulkChange).Kind == wire.AbsentNode:
		body.Miss(bulkChange, "updating tasks")
		return nil
	case len(asked) == 0:
		body.Refuse(bulkChange, "asks for nothing. Expected attributes of a task, or one of "+
			strings.Join([]string{complete, cancel, moveByDays, moveToDate}, ", ")+".")
		return nil
	}
	r := body.Within(bulkChange)
	var change app.BulkChange
	alone := asked[0]
	switch {
	case len(asked) > 1:
		r.Refuse(asked[0], "can't stand beside '"+bulkChange+"."+asked[1]+"'. Send a request for each.")
	case alone == complete:
		change.Complete = true
	case alone == cancel:
		change.Cancel = true
	case alone == moveByDays:
		change.MoveBy = r.Between(moveByDays, -mostDays, mostDays)
	case alone == moveToDate:
		if day := wire.Convert(r, moveToDate, "a date of the form YYYY-MM-DD, between 1900 and 9999", parseDay); day != nil {
			change.MoveTo = *day
		}
	default:
		patch := patchFrom(r)
		change.Patch = &patch
	}
	readFlags(r)
	if zone := wire.Convert(r, inZone, "a time zone's name, like Asia/Kolkata or UTC", civil.ParseZone); zone != nil {
		change.Zone = *zone
		if alone != moveByDays && alone != moveToDate {
			r.Refuse(inZone, "is read with "+moveByDays+" and "+moveToDate+" only.")
		}
	}
	body.Merge(r)
	return &change
}

// thingsIn lists what a change asks for: each of what stands alone, and the first attribute of a
// task.
func thingsIn(change wire.Node) (asked []string) {
	hasAttribute := false
	for _, m := range change.Members {
		switch {
		case m.Value.Kind == wire.AbsentNode || m.Name == inZone:
		case m.Name == complete || m.Name == cancel:
			if !m.Value.IsAbsent() && !isNo(m.Value.Text) {
				asked = append(asked, m.Name)
			}
		case m.Name == moveByDays || m.Name == moveToDate:
			if !m.Value.IsAbsent() {
				asked = append(asked, m.Name)
			}
		case !hasAttribute:
			hasAttribute = true
			asked = append(asked, m.Name)
		}
	}
	return asked
}

// isNo reports whether a flag says false.
func isNo(text string) bool { return slices.Contains([]string{"false", "0"}, wire.Fold(text)) }

// readFlags refuses flags that are neither true nor false.
func readFlags(r *wire.Reader) {
	r.Flag(complete)
	r.Flag(cancel)
}

var errNoDay = errors.New("not a day")

func parseDay(text string) (time.Time, error) {
	day, err := civil.ParseDate(text)
	if err == nil && day.Before(civil.Earliest) {
		err = errNoDay
	}
	return day, err
}

func updateOrders(body wire.Node, rows []wire.Node) []app.BulkOrder {
	r := wire.Read(body)
	change := changeFrom(r)
	orders := ordersByID(rows, "updating a task")
	for i := range orders {
		orders[i].Change = change
		if orders[i].Err == nil {
			orders[i].Err = r.Err()
		}
	}
	return orders
}

func undoOrders(body wire.Node, rows []wire.Node) []app.BulkOrder {
	versions := wire.Read(body).Node(bulkVersions).Items
	orders := ordersByID(rows, "undoing a change")
	for i := range min(len(orders), len(versions)) {
		r := wire.ReadValue("Version", versions[i])
		if version := r.Whole("Version", "a whole number"); version != nil {
			orders[i].Version = *version
		}
	}
	return orders
}

// Change returns what a bulk update does to each of its tasks; false for a body that is none.
func (BulkWire) Change(raw []byte) (change app.BulkChange, ok bool) {
	body, err := readBulk(tickler.BulkUpdate, raw)
	if err != nil {
		return change, false
	}
	r := wire.Read(body)
	read := changeFrom(r)
	if read == nil || r.Err() != nil {
		return change, false
	}
	return *read, true
}

// TakingBack implements app.BulkWire.
func (BulkWire) TakingBack(steps []tickler.Step) []byte {
	ids, versions := make([]tickler.ID, len(steps)), make([]int, len(steps))
	for i, step := range steps {
		ids[i], versions[i] = step.TaskID, step.Version
	}
	return wire.Marshal(wire.Object{{bulkIDs, idTexts(ids)}, {bulkVersions, versions}})
}

// Update implements app.BulkWire.
func (BulkWire) Update(change app.BulkChange, tasks []tickler.ID) (body []byte, ok bool) {
	object, ok := changeObject(change)
	return wire.Marshal(wire.Object{{bulkIDs, idTexts(tasks)}, {bulkChange, object}}), ok
}

// changeObject is the reverse of changeFrom; false where there are no words for a change.
func changeObject(c app.BulkChange) (o wire.Object, ok bool) {
	switch {
	case c.Complete:
		return wire.Object{{complete, true}}, true
	case c.Cancel:
		return wire.Object{{cancel, true}}, true
	case c.MoveBy != nil:
		o = wire.Object{{moveByDays, *c.MoveBy}}
	case !c.MoveTo.IsZero():
		o = wire.Object{{moveToDate, c.MoveTo.Format(time.DateOnly)}}
	case c.Patch != nil:
		return patchObject(*c.Patch)
	default:
		return nil, false
	}
	if c.Zone != nil {
		o = o.With(inZone, c.Zone.String())
	}
	return o, true
}
