package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/civil"
	"tickler/internal/composed"
)

// unchangeable are the attributes of a task object that Update can't change. It takes them as they
// are, so that what GetById answered can be sent back whole, changed in places.
var unchangeable = []string{
	"StatusCode", "Status", "OwnerName", "CreatedBy", "CreatedByName", "CreatedOn", "ModifiedBy",
	"ModifiedByName", "ModifiedOn",
	"RelatedEntityIdName", "CompletedOn", "CompletedBy", "CompletedByName", "CompletionNote",
}

// updateShape is the body of Task.svc/Update (docs/contract.md section 4): that of Create, with
// what else a task object has. The color and category in it are the task type's own.
var updateShape = taskShapeWith(wire.ShapeOf("Id", "Name", "Category", "Color")).And("UserTaskId").And(unchangeable...)

// passOverUnchanged returns a body of updateShape without what can't be changed, if all of that is
// as the task has it.
func (a *API) passOverUnchanged(ctx context.Context, c call, id tickler.ID) (wire.Node, error) {
	r := wire.Read(c.body)
	taskType := r.Within("TaskType")
	if !slices.ContainsFunc(unchangeable, r.Has) && !taskType.Has("Category") && !taskType.Has("Color") {
		return c.body, nil
	}
	task, found, err := a.App.Task(ctx, c.caller, id)
	if err != nil {
		return c.body, err
	}
	if found {
		stored := taskObject(c, task)
		for _, name := range unchangeable {
			mustBeStored(r, name, stored.Text(name))
		}
		storedType, _ := c.caller.Account.TaskType(task.TypeID)
		mustBeOfType(taskType, c, storedType)
		r.Merge(taskType)
	}
	return c.body.Without(unchangeable), r.Err()
}

// mustBeStored refuses a value that is not the one that is stored.
func mustBeStored(r *wire.Reader, name, stored string) {
	switch sent := r.Plain(name); {
	case sent == "" || isSameValue(name, sent, stored):
	case name == "StatusCode":
		r.Refuse(name, "can't be updated. Use Task.svc/MarkComplete or Task.svc/MarkInComplete.")
	default:
		r.Refuse(name, fmt.Sprintf("can't be updated: it is '%s', not '%s'. Leave it out, or send it as it is.",
			tickler.Cut(stored), tickler.Cut(sent)))
	}
}

// mustBeOfType refuses a category and a color that are neither those of the task's type nor of the
// one that is named.
func mustBeOfType(r *wire.Reader, c call, stored tickler.TaskType) {
	named, found := c.caller.Account.TaskType(r.ID("Id"))
	if !found {
		named, found = c.caller.Account.TaskTypeByName(r.Word("Name"))
	}
	for _, a := range []struct{ name, named, stored string }{
		{"Category", strconv.Itoa(int(named.Category)), strconv.Itoa(int(stored.Category))},
		{"Color", named.Color, stored.Color},
	} {
		if !found || !isSameValue(a.name, r.Plain(a.name), a.named) {
			mustBeStored(r, a.name, a.stored)
		}
	}
}

// isSameValue reports whether two texts are one value: in another case of letters, or the same
// instant in another form. An open task becomes overdue by itself, and nobody has changed its
// status by then.
func isSameValue(name, sent, stored string) bool {
	stored = strings.TrimSpace(composed.Text(stored)) // as what was sent is
	if strings.EqualFold(sent, stored) {
		return true
	}
	if name == "Status" {
		return isOpenStatus(sent) && isOpenStatus(stored)
	}
	return strings.HasSuffix(name, "On") && isSameInstant(sent, stored)
}

func isOpenStatus(text string) bool {
	return strings.EqualFold(text, string(tickler.StatusPending)) ||
		strings.EqualFold(text, string(tickler.StatusOverdue))
}

func isSameInstant(sent, stored string) bool {
	const length = len("0001-01-01 00:00:00") // which is never, and no instant that is read
	a, aErr := civil.ParseInstant(sent)
	b, bErr := civil.ParseInstant(stored)
	if aErr == nil && bErr == nil {
		return a.Equal(b)
	}
	return len(sent) >= length && strings.HasPrefix(stored, strings.Replace(sent[:length], "T", " ", 1))
}
