package api

import (
	"context"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

// retrieveShape is the body of Task.svc/Retrieve (docs/contract.md section 4).
var retrieveShape = wire.ShapeOf().
	With("Parameter", wire.ShapeOf("LookupName", "LookupValue", "FromDate", "ToDate", "StatusCode", "TypeName")).
	With("Columns", wire.ShapeOf("Exclude_CSV")).
	With("Sorting", sortingShape).
	With("Paging", pagingShape)

// How every list takes its order and its page.
var (
	sortingShape = wire.ShapeOf("ColumnName", "Direction")
	pagingShape  = wire.ShapeOf(paging...)
)

func (a *API) retrieveTasks(ctx context.Context, c call) (answer, error) {
	r := wire.Read(c.body)
	excluded := columns(r, "Exclude_CSV")
	q, err := bindRetrieve(r)
	if err != nil {
		return answer{}, err
	}
	q.Order.Now = c.caller.Now
	tasks, total, err := a.App.TasksOfOwner(ctx, c.caller, q)
	if err != nil {
		return answer{}, err
	}
	return ok(countedList(total, taskObjects(c, tasks, excluded))), nil
}

func taskObjects(c call, tasks []tickler.Task, excluded map[string]bool) []wire.Object {
	list := make([]wire.Object, len(tasks))
	for i, task := range tasks {
		list[i] = taskObject(c, task).Without(excluded)
	}
	return list
}

// countedList is a page of a list, and how many there are in all.
func countedList(total int, page []wire.Object) wire.Object {
	return wire.Object{{"RecordCount", total}, {"List", page}}
}

func bindRetrieve(r *wire.Reader) (app.TaskQuery, error) {
	const action = "retrieving tasks"
	p := r.Within("Parameter")
	var q app.TaskQuery
	switch lookup := strings.ToLower(p.Word("LookupName")); lookup {
	case "ownerid", "userid":
		q.OwnerID = p.ID("LookupValue")
	case "owneremailaddress":
		q.OwnerEmail = p.Word("LookupValue")
	case "":
		return q, wire.Missing("Parameter.LookupName", action)
	default:
		p.Fail("LookupName", p.Word("LookupName"), "OwnerId or OwnerEmailAddress")
	}
	if q.OwnerID.IsZero() && q.OwnerEmail == "" && p.Err() == nil {
		return q, wire.Missing("Parameter.LookupValue", action)
	}
	if from := p.Instant("FromDate"); from != nil {
		q.From = *from
	}
	if to := p.Instant("ToDate"); to != nil {
		q.To = *to
	}
	if code := p.Choice("StatusCode", int(tickler.StateOpen), int(tickler.StateCompleted)); code != nil {
		state := tickler.State(*code)
		q.State = &state
	}
	// The vendor calls it TypeName and takes an id; a name is taken too.
	if id, err := tickler.ParseID(p.Word("TypeName")); err == nil {
		q.TypeID = id
	} else {
		q.TypeName = p.Word("TypeName")
	}
	sorting := r.Within("Sorting")
	q.Order = bindOrder(sorting)
	paging := r.Within("Paging")
	q.Page = bindPage(paging)
	r.Merge(p, sorting, paging)
	return q, r.Err()
}

func bindOrder(r *wire.Reader) tickler.TaskOrder {
	order := tickler.TaskOrder{By: tickler.ByDueDate, Descending: isDescending(r)}
	if column := wire.OneOf(r, "ColumnName", taskColumns); column != nil {
		order.By = *column
	}
	return order
}

// taskColumns are the names by which lists of tasks can be sorted.
var taskColumns = wire.Names[tickler.TaskColumn]{
	{"DueDate", tickler.ByDueDate},
	{"EndDate", tickler.ByEnd},
	{"Name", tickler.ByName},
	{"Description", tickler.ByDescription},
	{"Location", tickler.ByLocation},
	{"Category", tickler.ByCategory},
	{"CreatedOn", tickler.ByCreation},
	{"CreatedBy", tickler.ByCreator},
	{"ModifiedOn", tickler.ByModification},
	{"ModifiedBy", tickler.ByModifier},
	{"CompletedOn", tickler.ByCompletion},
	{"CompletedBy", tickler.ByCompleter},
	{"StatusCode", tickler.ByState},
	{"OwnerId", tickler.ByOwner},
	{"UserTaskId", tickler.ByID},
	{"RelatedEntity", tickler.ByRelatedKind},
	{"RelatedEntityId", tickler.ByRelated},
	{"Reminder", tickler.ByReminderMinutes},
	{"ReminderBeforeDays", tickler.ByReminderDays},
	{"ReminderTime", tickler.ByReminderTime},
	{"NotifyBy", tickler.ByNotify},
	{"Priority", tickler.ByPriority},
	{"PercentCompleted", tickler.ByPercent},
	{"EffortEstimateUnit", tickler.ByEffort},
	{"Latitude", tickler.ByLatitude},
	{"Longitude", tickler.ByLongitude},
	{"Status", tickler.ByStatus},
	{"TaskType", tickler.ByType},
	{"OwnerName", tickler.ByOwnerName},
	{"OwnerEmailAddress", tickler.ByOwnerEmail},
	{"CreatedByName", tickler.ByCreatorName},
	{"ModifiedByName", tickler.ByModifierName},
	{"CompletedByName", tickler.ByCompleterName},
	{"RelatedEntityIdName", tickler.ByRelatedName},
}

// isDescending reads the direction of an order.
func isDescending(r *wire.Reader) bool {
	direction := r.Choice("Direction", 0, 1)
	return direction != nil && *direction == 1
}

// bindPage reads Offset and RowCount, or PageIndex (from 1) and PageSize (docs/contract.md
// section 4).
func bindPage(r *wire.Reader) tickler.Page {
	page := tickler.Page{Limit: tickler.DefaultPageSize}
	size, count := r.Between("PageSize", 1, tickler.MaxPageSize), r.Between("RowCount", 1, tickler.MaxPageSize)
	switch {
	case size != nil && count != nil && *size != *count:
		r.Fail("RowCount", strconv.Itoa(*count), "the same as PageSize, or none")
	case size != nil:
		page.Limit = *size
	case count != nil:
		page.Limit = *count
	}
	const manyPages = 1_000_000
	index, offset := r.Between("PageIndex", 1, manyPages), r.Between("Offset", 0, manyPages*tickler.MaxPageSize)
	if index != nil {
		page.Offset = (*index - 1) * page.Limit
	}
	switch {
	case offset != nil && index != nil && *offset != page.Offset:
		r.Fail("Offset", strconv.Itoa(*offset), "where PageIndex begins ("+strconv.Itoa(page.Offset)+"), or none")
	case offset != nil:
		page.Offset = *offset
	}
	return page
}

// columns reads which columns are to be left out (Exclude_CSV) or in (Include_CSV), folded: nil
// when nothing is said of them.
func columns(r *wire.Reader, name string) map[string]bool {
	named := r.Within("Columns")
	csv := named.Word(name)
	r.Merge(named)
	if csv == "" {
		return nil
	}
	set := map[string]bool{}
	for column := range strings.SplitSeq(csv, ",") {
		set[tickler.Fold(column)] = true
	}
	return set
}
