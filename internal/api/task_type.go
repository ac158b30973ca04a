package api

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/api/wire"
)

// retrieveTaskTypes lists the account's task types as a bare array, perhaps only those with a value
// in a column (docs/contract.md sections 4 and 6).
func (a *API) retrieveTaskTypes(_ context.Context, c call) (answer, error) {
	pick, err := taskTypeFilter(c.query)
	if err != nil {
		return answer{}, err
	}
	list := []wire.Object{}
	for _, t := range c.caller.Account.TaskTypes() {
		if pick(t) {
			creator, _ := c.caller.Account.User(t.CreatedBy)
			list = append(list, taskTypeObject(t, creator))
		}
	}
	return ok(list), nil
}

func taskTypeFilter(q query) (func(tickler.TaskType) bool, error) {
	column, value := q.get("ColumnName"), q.get("ColumnValue")
	switch strings.ToLower(column) {
	case "":
		return func(tickler.TaskType) bool { return true }, nil
	case "tasktypeid":
		id, err := tickler.ParseID(value)
		if err != nil {
			return nil, wire.Invalid("ColumnValue", value, "a GUID")
		}
		return func(t tickler.TaskType) bool { return t.ID == id }, nil
	case "tasktypename", "taskname":
		return func(t tickler.TaskType) bool { return tickler.Fold(t.Name) == tickler.Fold(value) }, nil
	case "category":
		category, err := strconv.Atoi(value)
		if err != nil || category < int(tickler.CategoryAppointment) || category > int(tickler.CategoryToDo) {
			return nil, wire.Invalid("ColumnValue", value, "0 for appointments or 1 for to-dos")
		}
		return func(t tickler.TaskType) bool { return int(t.Category) == category }, nil
	default:
		return nil, wire.Invalid("ColumnName", column, "TaskTypeId, TaskTypeName, TaskName or Category")
	}
}

func taskTypeObject(t tickler.TaskType, creator tickler.User) wire.Object {
	createdBy := "System"
	if !t.CreatedBy.IsZero() {
		createdBy = creator.Name()
	}
	return wire.Object{
		{"Category", int(t.Category)},
		{"Color", t.Color},
		{"ColumnConfiguration", columnConfiguration(t)},
		{"CreatedBy", createdBy},
		{"CreatedOn", fmt.Sprintf("/Date(%d+0000)/", t.CreatedAt.UnixMilli())},
		{"DefaultDuration", int(t.DefaultDuration.Minutes())},
		{"FormLayout", formLayout(t)},
		{"Id", t.ID.String()},
		{"IsDefault", t.IsDefault},
		{"Name", t.Name},
		{"TaskName", t.Name},
		{"TaskTypeId", t.ID.String()},
	}
}

// columnConfiguration is what a type's tasks have, for programs that build a form: what all tasks
// have, then the type's own fields.
func columnConfiguration(t tickler.TaskType) []wire.Object {
	columns := make([]wire.Object, 0, len(everyTasksColumns)+len(t.Fields))
	for _, c := range everyTasksColumns {
		columns = append(columns, columnObject(c, true))
	}
	for _, f := range t.Fields {
		columns = append(columns, columnObject(f, false))
	}
	return columns
}

// everyTasksColumns are the columns that every task type has.
var everyTasksColumns = []tickler.CustomField{
	{DataType: tickler.LookupData, DisplayName: "Owner", SchemaName: "OwnerId", Mandatory: true},
	{DataType: tickler.LookupData, DisplayName: "Associated Lead", SchemaName: "RelatedEntityId"},
	{DataType: tickler.StringData, DisplayName: "Subject", SchemaName: "Name", Mandatory: true},
}

func columnObject(f tickler.CustomField, isDefault bool) wire.Object {
	return wire.Object{
		{"DataType", int(f.DataType)},
		{"DisplayName", f.DisplayName},
		{"InternalSchemaName", f.SchemaName},
		{"IsDefault", isDefault},
		{"IsMandatoryConfigurable", !isDefault},
		{"Mandatory", f.Mandatory},
		{"Options", f.Options},
		{"RenderType", 0},
		{"SchemaName", f.SchemaName},
	}
}

// formLayout is a JSON text inside the JSON: one section with every field, as wide as the form.
func formLayout(t tickler.TaskType) string {
	var fields []wire.Object
	for _, f := range slices.Concat(everyTasksColumns, t.Fields) {
		fields = append(fields, wire.Object{{"SchemaName", f.SchemaName}, {"Colspan", 2}, {"Disabled", false}})
	}
	details := wire.Object{{"DisplayName", "Task Details"}, {"Fields", fields}}
	return string(wire.Marshal(wire.Object{{"Sections", []wire.Object{details}}}))
}
