package client

import (
	"context"
	"net/url"
	"strconv"
)

// TaskType is a sort of task that the account has.
type TaskType struct {
	TaskTypeID          string `json:"TaskTypeId"`
	ID                  string `json:"Id"` // the same
	Name                string
	TaskName            string // the same
	Category            Category
	Color               string // such as #F8BBD0
	ColumnConfiguration []Column
	CreatedBy           string // a name
	CreatedOn           Time
	DefaultDuration     int // minutes that an appointment lasts by default
	FormLayout          string
	IsDefault           bool // a task that names no type gets this one
}

// Column is an attribute of the tasks of a type.
type Column struct {
	DataType                DataType
	DisplayName             string
	InternalSchemaName      string
	IsDefault               bool // false for the type's own fields
	IsMandatoryConfigurable bool
	Mandatory               bool
	Options                 []string // of a Dropdown or MultiSelect
	RenderType              int
	SchemaName              string // the attribute's name in a task, or in its CustomFields
}

// DataType is what values a custom field takes.
type DataType int

// The data types.
const (
	StringData DataType = iota
	NumberData
	BooleanData
	DateData
	DateTimeData
	DropdownData
	MultiSelectData
	EmailData
	LookupData
	PhoneData
	URLData
)

// TaskTypes returns every task type of the account.
func (c *Client) TaskTypes(ctx context.Context) ([]TaskType, error) {
	return c.taskTypes(ctx, nil)
}

// TaskTypesOf returns the task types of a category.
func (c *Client) TaskTypesOf(ctx context.Context, category Category) ([]TaskType, error) {
	return c.taskTypes(ctx, url.Values{"ColumnName": {"Category"}, "ColumnValue": {strconv.Itoa(int(category))}})
}

// TaskTypeByName finds a task type by its name, in any case.
func (c *Client) TaskTypeByName(ctx context.Context, name string) (taskType TaskType, found bool, err error) {
	types, err := c.taskTypes(ctx, url.Values{"ColumnName": {"TaskTypeName"}, "ColumnValue": {name}})
	if len(types) == 0 {
		return taskType, false, err
	}
	return types[0], true, err
}

func (c *Client) taskTypes(ctx context.Context, query url.Values) ([]TaskType, error) {
	return read[[]TaskType](ctx, c, call{method: get, operation: "Task.svc/RetrieveTaskType", query: query})
}

// TaskTypeDraft is what a caller says of a task type. Zero values are left out.
type TaskTypeDraft struct {
	Name                string    `json:",omitempty"`
	Category            *Category `json:",omitempty"`
	Color               string    `json:",omitempty"` // such as #F8BBD0
	DefaultDuration     int       `json:",omitempty"` // minutes that an appointment lasts by default
	IsDefault           bool      `json:",omitempty"` // a task that names no type gets this one
	ColumnConfiguration []Column  `json:",omitempty"` // the type's own fields
}

// CreateTaskType makes a task type and returns its id. It needs a name and a category, and an
// administrator's keys.
func (c *Client) CreateTaskType(ctx context.Context, draft TaskTypeDraft) (id string, err error) {
	return c.makeThing(ctx, "Task.svc/TaskType/Create", draft)
}

// UpdateTaskType changes what a draft says of a task type. It needs an administrator's keys.
func (c *Client) UpdateTaskType(ctx context.Context, id string, draft TaskTypeDraft) (Affected, error) {
	body := struct {
		TaskTypeID string `json:"TaskTypeId"`
		TaskTypeDraft
	}{id, draft}
	return c.change(ctx, call{method: post, operation: "Task.svc/TaskType/Update", body: body})
}
