package api

import (
	"context"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/civil"
)

// unchangeable are the attributes of a task object that Update can't change. It takes them as they are, so that what GetById gave can
// be sent back whole, changed in places.
var unchangeable = []string{
	"StatusCode", "Status", "OwnerName", "CreatedBy", "CreatedByName", "CreatedOn", "ModifiedBy", "ModifiedByName", "ModifiedOn",
	"RelatedEntityIdName", "CompletedOn", "CompletedBy", "CompletedByName",
}

// sentBackTaskType are the attributes of a task's type as an object has it. Its colour and category are the type's own.
var sentBackTaskType = object(values("Id", "Name", "Category", "Color")...)

// sentBackAttributes are those of Update: those of Create, with what else a task object has.
func sentBackAttributes() []attribute {
	attributes := append(taskAttributes(), values(append([]string{"UserTaskId"}, unchangeable...)...)...)
	for i := range attributes {
		if attributes[i].name == "TaskType" {
			attributes[i].shape = sentBackTaskType
		}
	}
	return attributes
}

// passOverUnchanged gives a body of updateShape without what can't be changed, if all of that is as the task has it.
func (a *API) passOverUnchanged(ctx context.Context, c call, id tickler.ID) (node, error) {
	r := read(c.body, nil)
	taskType := r.within("TaskType")
	if !slices.ContainsFunc(unchangeable, r.said) && !taskType.said("Category") && !taskType.said("Color") {
		return c.body, nil
	}
	task, found, err := a.App.Task(ctx, c.caller, id)
	if err != nil {
		return c.body, err
	}
	if found {
		stored := taskObject(c, task)
		for _, name := range unchangeable {
			r.mustBeStored(name, stored.text(name))
		}
		storedType, _ := c.caller.Account.TaskType(task.TypeID)
		taskType.mustBeOfType(c, storedType)
		r.merge(taskType)
	}
	return withoutMembers(c.body, unchangeable), r.err
}

// mustBeStored refuses a value of an attribute that is another one than the task has.
func (r *reader) mustBeStored(name, stored string) {
	switch sent := r.plain(name); {
	case r.err != nil || sent == "" || isSameValue(name, sent, stored):
	case name == "StatusCode":
		r.err = malformed(r.path.member(name), "'StatusCode' can't be updated. Use Task.svc/MarkComplete or Task.svc/MarkInComplete.")
	default:
		at := r.path.member(name)
		r.err = malformed(at, "'%s' can't be updated: it is '%s', not '%s'. Leave it out, or send it as it is.", at, tickler.Cut(stored), tickler.Cut(sent))
	}
}

// mustBeOfType refuses a category and a colour that are neither those of the task's type nor of the one that is named.
func (r *reader) mustBeOfType(c call, stored tickler.TaskType) {
	named, found := c.caller.Account.TaskType(r.id("Id"))
	if !found {
		named, found = c.caller.Account.TaskTypeByName(r.word("Name"))
	}
	for _, a := range []struct{ name, named, stored string }{
		{"Category", plainText(int(named.Category)), plainText(int(stored.Category))},
		{"Color", named.Color, stored.Color},
	} {
		if !found || !isSameValue(a.name, r.plain(a.name), a.named) {
			r.mustBeStored(a.name, a.stored)
		}
	}
}

// isSameValue reports whether two texts are one value: in another case of letters, or the same instant in another form. An open
// task becomes overdue by itself, and nobody has changed its status by then.
func isSameValue(name, sent, stored string) bool {
	stored = strings.TrimSpace(stored)
	if strings.EqualFold(sent, stored) {
		return true
	}
	if name == "Status" {
		return isOpenStatus(sent) && isOpenStatus(stored)
	}
	return strings.HasSuffix(name, "On") && isSameInstant(sent, stored)
}

func isOpenStatus(text string) bool {
	return strings.EqualFold(text, string(tickler.StatusPending)) || strings.EqualFold(text, string(tickler.StatusOverdue))
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

// text gives the text of an object's single value.
func (o wireObject) text(name string) string {
	for _, a := range o {
		if a.name == name {
			return plainText(a.value)
		}
	}
	return ""
}

// plainText gives a single value as a text, without quotes.
func plainText(value any) string {
	if text, isText := value.(string); isText {
		return text
	}
	return strings.Trim(string(appendJSON(nil, value)), `"`)
}

// withoutMembers gives an object without some of its members.
func withoutMembers(n node, names []string) node {
	n.members = slices.DeleteFunc(slices.Clone(n.members), func(m member) bool { return slices.Contains(names, m.name) })
	return n
}
