package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

// newTaskTypeShape is the body of TaskType/Create: attributes as RetrieveTaskType names them
// (docs/contract.md section 6).
var newTaskTypeShape = wire.ShapeOf("Name", "TaskName", "Category", "Color", "DefaultDuration", "IsDefault").
	With("ColumnConfiguration", wire.ListOf(columnShape))

var columnShape = wire.ShapeOf("SchemaName", "DisplayName", "DataType", "Mandatory", "InternalSchemaName", "IsDefault",
	"IsMandatoryConfigurable", "RenderType").With("Options", wire.ListOf(wire.AnyValue))

// taskTypeChangeShape is the body of TaskType/Update. It may be a whole object that
// RetrieveTaskType answered, changed in places: what can't be changed is known and passed over as
// it is stored.
var taskTypeChangeShape = newTaskTypeShape.And("Id", "TaskTypeId").And(readOnlyTaskTypeAttributes...)

// readOnlyTaskTypeAttributes are the attributes of a task type that the service sets.
var readOnlyTaskTypeAttributes = []string{"CreatedBy", "CreatedOn", "FormLayout"}

func (a *API) createTaskType(ctx context.Context, c call) (answer, error) {
	const action = "creating a task type"
	if err := app.MayDefineTaskTypes(c.caller); err != nil {
		return answer{}, err
	}
	r := wire.Read(c.body)
	patch := bindTaskType(r)
	if patch.Name == "" {
		r.Miss("Name", action)
	}
	if patch.Category == nil {
		r.Miss("Category", action)
	}
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	taskType, err := tickler.NewTaskType(*patch.Category).Patch(patch)
	if err != nil {
		return answer{}, err
	}
	taskType, err = a.App.CreateTaskType(ctx, c.caller, taskType)
	return created(taskType.ID), err
}

func (a *API) updateTaskType(ctx context.Context, c call) (answer, error) {
	if err := app.MayDefineTaskTypes(c.caller); err != nil {
		return answer{}, err
	}
	r := wire.Read(c.body)
	id, sameID := r.ID("TaskTypeId"), r.ID("Id")
	switch {
	case id.IsZero() && sameID.IsZero():
		r.Miss("TaskTypeId", "updating a task type")
	case id.IsZero():
		id = sameID
	case !sameID.IsZero() && id != sameID:
		r.Fail("Id", sameID.String(), "the same as TaskTypeId, or none")
	}
	if stored, found := c.caller.Account.TaskType(id); found {
		creator, _ := c.caller.Account.User(stored.CreatedBy)
		object := taskTypeObject(stored, creator)
		for _, name := range readOnlyTaskTypeAttributes {
			mustBeStored(r, name, object.Text(name))
		}
	}
	patch := bindTaskType(r)
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	return affected(wire.Object{{"AffectedRows", 1}}), a.App.UpdateTaskType(ctx, c.caller, id, patch)
}

func bindTaskType(r *wire.Reader) tickler.TaskTypePatch {
	p := tickler.TaskTypePatch{Name: r.Word("Name"), Color: r.Word("Color"), IsDefault: r.Flag("IsDefault")}
	switch other := r.Word("TaskName"); {
	case p.Name == "":
		p.Name = other
	case other != "" && other != p.Name:
		r.Fail("TaskName", other, "the same as Name, or none")
	}
	if category := r.Choice("Category", int(tickler.CategoryAppointment), int(tickler.CategoryToDo)); category != nil {
		p.Category = new(tickler.Category(*category))
	}
	const longest = int(tickler.MaxDefaultDuration / time.Minute)
	if minutes := r.Between("DefaultDuration", 0, longest); minutes != nil {
		p.DefaultDuration = new(time.Duration(*minutes) * time.Minute)
	}
	if r.Node("ColumnConfiguration").Kind == wire.ArrayNode {
		p.Fields = new(bindFields(r))
	}
	return p
}

// bindFields reads the type's own fields. The columns that every type has are passed over.
func bindFields(r *wire.Reader) []tickler.CustomField {
	fields := []tickler.CustomField{}
	for _, column := range r.Each("ColumnConfiguration") {
		name := column.Word("SchemaName")
		if !isDefaultColumn(name) {
			fields = append(fields, bindField(column, name))
		}
		r.Merge(column)
	}
	return fields
}

func isDefaultColumn(name string) bool {
	return slices.ContainsFunc(everyTasksColumns, func(c tickler.CustomField) bool {
		return strings.EqualFold(c.SchemaName, name)
	})
}

func bindField(r *wire.Reader, name string) tickler.CustomField {
	const action = "a custom field"
	f := tickler.CustomField{SchemaName: tickler.CanonicalFieldName(name), DisplayName: r.Word("DisplayName")}
	if name == "" {
		r.Miss("SchemaName", action)
	}
	if dataType := wire.Convert(r, "DataType", dataTypeForm, parseDataType); dataType != nil {
		f.DataType = *dataType
	} else {
		r.Miss("DataType", action)
	}
	if mandatory := r.Flag("Mandatory"); mandatory != nil {
		f.Mandatory = *mandatory
	}
	for _, option := range r.Node("Options").Items {
		f.Options = append(f.Options, option.Composed())
	}
	return f
}

// dataTypeForm describes the texts that name a data type.
var dataTypeForm = "0 to 10, or one of " + strings.Join(tickler.DataTypeNames(), ", ")

// parseDataType reads a data type's number or name.
func parseDataType(text string) (tickler.DataType, error) {
	if n, err := strconv.Atoi(text); err == nil && n >= int(tickler.StringData) && n <= int(tickler.URLData) {
		return tickler.DataType(n), nil
	}
	dataType, ok := tickler.ParseDataType(text)
	if !ok {
		return 0, strconv.ErrSyntax
	}
	return dataType, nil
}
