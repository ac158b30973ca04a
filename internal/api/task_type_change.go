package api

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
)

// newTaskTypeShape is the body of TaskType/Create: attributes as RetrieveTaskType names them (contract section 6).
var newTaskTypeShape = object(taskTypeAttributes()...)

// taskTypeChangeShape is the body of TaskType/Update. It may be a whole object that RetrieveTaskType gave, changed in places:
// what can't be changed is known and passed over as it is stored.
var taskTypeChangeShape = object(append(taskTypeAttributes(), values("Id", "TaskTypeId", "CreatedBy", "CreatedOn", "FormLayout")...)...)

func taskTypeAttributes() []attribute {
	return append(values("Name", "TaskName", "Category", "Color", "DefaultDuration", "IsDefault"),
		attribute{"ColumnConfiguration", listOf(object(append(
			values("SchemaName", "DisplayName", "DataType", "Mandatory", "InternalSchemaName", "IsDefault", "IsMandatoryConfigurable", "RenderType"),
			attribute{"Options", listOf(anyValue)})...))})
}

func (a *API) createTaskType(ctx context.Context, c call) (answer, error) {
	const action = "creating a task type"
	if err := app.MayDefineTaskTypes(c.caller); err != nil {
		return answer{}, err
	}
	r := read(c.body, nil)
	patch := bindTaskType(r)
	if patch.Name == "" {
		r.miss("Name", action)
	}
	if patch.Category == nil {
		r.miss("Category", action)
	}
	if r.err != nil {
		return answer{}, r.err
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
	r := read(c.body, nil)
	id, sameID := r.id("TaskTypeId"), r.id("Id")
	switch {
	case id.IsZero() && sameID.IsZero():
		r.miss("TaskTypeId", "updating a task type")
	case id.IsZero():
		id = sameID
	case !sameID.IsZero() && id != sameID:
		r.fail("Id", sameID.String(), "the same as TaskTypeId, or none")
	}
	if stored, found := c.caller.Account.TaskType(id); found {
		creator, _ := c.caller.Account.User(stored.CreatedBy)
		for _, name := range []string{"CreatedBy", "CreatedOn", "FormLayout"} {
			r.mustBeStored(name, taskTypeObject(stored, creator).text(name))
		}
	}
	patch := bindTaskType(r)
	if r.err != nil {
		return answer{}, r.err
	}
	return affected(wireObject{{"AffectedRows", 1}}), a.App.UpdateTaskType(ctx, c.caller, id, patch)
}

func bindTaskType(r *reader) tickler.TaskTypePatch {
	p := tickler.TaskTypePatch{Name: r.word("Name"), Color: r.word("Color"), IsDefault: r.flag("IsDefault")}
	switch other := r.word("TaskName"); {
	case p.Name == "":
		p.Name = other
	case other != "" && other != p.Name:
		r.fail("TaskName", other, "the same as Name, or none")
	}
	if category := r.choice("Category", int(tickler.CategoryAppointment), int(tickler.CategoryToDo)); category != nil {
		p.Category = new(tickler.Category(*category))
	}
	const longest = int(tickler.MaxDefaultDuration / time.Minute)
	if minutes := r.between("DefaultDuration", 0, longest); minutes != nil {
		p.DefaultDuration = new(time.Duration(*minutes) * time.Minute)
	}
	if r.node("ColumnConfiguration").kind == arrayNode {
		p.Fields = new(bindFields(r))
	}
	return p
}

// bindFields reads the type's own fields. The columns that every type has are passed over.
func bindFields(r *reader) []tickler.CustomField {
	fields := []tickler.CustomField{}
	for _, column := range r.each("ColumnConfiguration") {
		name := column.word("SchemaName")
		if !isDefaultColumn(name) {
			fields = append(fields, bindField(column, name))
		}
		r.merge(column)
	}
	return fields
}

func isDefaultColumn(name string) bool {
	return slices.ContainsFunc(columnConfiguration(tickler.TaskType{}), func(c column) bool { return strings.EqualFold(c.SchemaName, name) })
}

func bindField(r *reader, name string) tickler.CustomField {
	const action = "a custom field"
	f := tickler.CustomField{SchemaName: tickler.CanonicalFieldName(name), DisplayName: r.word("DisplayName")}
	if name == "" {
		r.miss("SchemaName", action)
	}
	if dataType := convert(r, "DataType", dataTypeForm, parseDataType); dataType != nil {
		f.DataType = *dataType
	} else {
		r.miss("DataType", action)
	}
	if mandatory := r.flag("Mandatory"); mandatory != nil {
		f.Mandatory = *mandatory
	}
	for _, option := range r.node("Options").items {
		f.Options = append(f.Options, option.text)
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
