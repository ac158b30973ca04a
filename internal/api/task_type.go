package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tickler"
)

// retrieveTaskTypes lists the account's task types as a bare array, perhaps only those with a value in a column
// (contract sections 4 and 6).
func (a *API) retrieveTaskTypes(_ context.Context, c call) (answer, error) {
	pick, err := taskTypeFilter(c.query)
	if err != nil {
		return answer{}, err
	}
	list := []wireObject{}
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
			return nil, invalid("ColumnValue", value, "a GUID")
		}
		return func(t tickler.TaskType) bool { return t.ID == id }, nil
	case "tasktypename", "taskname":
		return func(t tickler.TaskType) bool { return tickler.Fold(t.Name) == tickler.Fold(value) }, nil
	case "category":
		category, err := strconv.Atoi(value)
		if err != nil || category < int(tickler.CategoryAppointment) || category > int(tickler.CategoryToDo) {
			return nil, invalid("ColumnValue", value, "0 for appointments or 1 for to-dos")
		}
		return func(t tickler.TaskType) bool { return int(t.Category) == category }, nil
	default:
		return nil, invalid("ColumnName", column, "TaskTypeId, TaskTypeName, TaskName or Category")
	}
}

func taskTypeObject(t tickler.TaskType, creator tickler.User) wireObject {
	createdBy := "System"
	if !t.CreatedBy.IsZero() {
		createdBy = creator.Name()
	}
	return wireObject{
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

// column is one attribute of a type's tasks, for programs that build a form.
type column struct {
	DataType                int
	DisplayName             string
	InternalSchemaName      string
	IsDefault               bool
	IsMandatoryConfigurable bool
	Mandatory               bool
	Options                 []string
	RenderType              int
	SchemaName              string
}

func columnConfiguration(t tickler.TaskType) []column {
	columns := []column{
		{DataType: int(tickler.LookupData), DisplayName: "Owner", SchemaName: "OwnerId", IsDefault: true, Mandatory: true},
		{DataType: int(tickler.LookupData), DisplayName: "Associated Lead", SchemaName: "RelatedEntityId", IsDefault: true},
		{DataType: int(tickler.StringData), DisplayName: "Subject", SchemaName: "Name", IsDefault: true, Mandatory: true},
	}
	for _, f := range t.Fields {
		columns = append(columns, column{
			DataType: int(f.DataType), DisplayName: f.DisplayName, SchemaName: f.SchemaName,
			IsMandatoryConfigurable: true, Mandatory: f.Mandatory, Options: f.Options,
		})
	}
	for i := range columns {
		columns[i].InternalSchemaName = columns[i].SchemaName
	}
	return columns
}

// formLayout is a JSON text inside the JSON: one section with every field, as wide as the form.
func formLayout(t tickler.TaskType) string {
	type field struct {
		SchemaName string
		Colspan    int
		Disabled   bool
	}
	type section struct {
		DisplayName string
		Fields      []field
	}
	details := section{DisplayName: "Task Details"}
	for _, c := range columnConfiguration(t) {
		details.Fields = append(details.Fields, field{SchemaName: c.SchemaName, Colspan: 2})
	}
	return string(marshal(struct{ Sections []section }{[]section{details}}))
}
