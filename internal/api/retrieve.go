package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/app"
)

// retrieveShape is the body of Task.svc/Retrieve (contract section 4).
var retrieveShape = object(
	attribute{"Parameter", object(values("LookupName", "LookupValue", "FromDate", "ToDate", "StatusCode", "TypeName")...)},
	attribute{"Columns", object(values("Exclude_CSV")...)},
	attribute{"Sorting", object(values("ColumnName", "Direction")...)},
	pagingAttribute,
)

// pagingAttribute is how every list takes its page.
var pagingAttribute = attribute{"Paging", object(values(paging...)...)}

func (a *API) retrieveTasks(ctx context.Context, c call) (answer, error) {
	r := read(c.body, nil)
	excluded := r.columns("Exclude_CSV")
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

func taskObjects(c call, tasks []tickler.Task, excluded map[string]bool) []wireObject {
	list := make([]wireObject, len(tasks))
	for i, task := range tasks {
		list[i] = taskObject(c, task).without(excluded)
	}
	return list
}

// countedList is a page of a list, and how many there are in all.
func countedList(total int, page []wireObject) wireObject {
	return wireObject{{"RecordCount", total}, {"List", page}}
}

func bindRetrieve(r *reader) (app.TaskQuery, error) {
	const action = "retrieving tasks"
	p := r.within("Parameter")
	var q app.TaskQuery
	switch lookup := strings.ToLower(p.word("LookupName")); lookup {
	case "ownerid", "userid":
		q.OwnerID = p.id("LookupValue")
	case "owneremailaddress":
		q.OwnerEmail = p.word("LookupValue")
	case "":
		return q, missing("Parameter.LookupName", action)
	default:
		p.fail("LookupName", p.word("LookupName"), "OwnerId or OwnerEmailAddress")
	}
	if q.OwnerID.IsZero() && q.OwnerEmail == "" && p.err == nil {
		return q, missing("Parameter.LookupValue", action)
	}
	if from := p.instant("FromDate"); from != nil {
		q.From = *from
	}
	if to := p.instant("ToDate"); to != nil {
		q.To = *to
	}
	if code := p.choice("StatusCode", int(tickler.StateOpen), int(tickler.StateCompleted)); code != nil {
		state := tickler.State(*code)
		q.State = &state
	}
	// The vendor calls it TypeName and takes an id; a name is taken too.
	if id, err := tickler.ParseID(p.word("TypeName")); err == nil {
		q.TypeID = id
	} else {
		q.TypeName = p.word("TypeName")
	}
	sorting := r.within("Sorting")
	q.Order = bindOrder(sorting)
	paging := r.within("Paging")
	q.Page = bindPage(paging)
	r.merge(p)
	r.merge(sorting)
	r.merge(paging)
	return q, r.err
}

func bindOrder(r *reader) tickler.TaskOrder {
	order := tickler.TaskOrder{By: tickler.ByDueDate, Descending: r.isDescending()}
	if column := oneOf(r, "ColumnName", taskColumns); column != nil {
		order.By = *column
	}
	return order
}

// taskColumns are the names by which lists of tasks can be sorted.
var taskColumns = []named[tickler.TaskColumn]{
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
func (r *reader) isDescending() bool {
	direction := r.choice("Direction", 0, 1)
	return direction != nil && *direction == 1
}

// bindPage reads Offset and RowCount, or PageIndex (from 1) and PageSize (contract section 4).
func bindPage(r *reader) tickler.Page {
	page := tickler.Page{Limit: tickler.DefaultPageSize}
	size, count := r.between("PageSize", 1, tickler.MaxPageSize), r.between("RowCount", 1, tickler.MaxPageSize)
	switch {
	case size != nil && count != nil && *size != *count:
		r.fail("RowCount", strconv.Itoa(*count), "the same as PageSize, or none")
	case size != nil:
		page.Limit = *size
	case count != nil:
		page.Limit = *count
	}
	const manyPages = 1_000_000
	index, offset := r.between("PageIndex", 1, manyPages), r.between("Offset", 0, manyPages*tickler.MaxPageSize)
	if index != nil {
		page.Offset = (*index - 1) * page.Limit
	}
	switch {
	case offset != nil && index != nil && *offset != page.Offset:
		r.fail("Offset", strconv.Itoa(*offset), "where PageIndex begins ("+strconv.Itoa(page.Offset)+"), or none")
	case offset != nil:
		page.Offset = *offset
	}
	return page
}

// between reads a whole number of a range.
func (r *reader) between(name string, least, most int) *int {
	expected := fmt.Sprintf("a whole number from %d to %d", least, most)
	n := r.whole(name, expected)
	if n != nil && (*n < least || *n > most) {
		r.fail(name, strconv.Itoa(*n), expected)
	}
	return n
}

// columns reads which columns are to be left out (Exclude_CSV) or in (Include_CSV), folded: nil when nothing is said of them.
func (r *reader) columns(name string) map[string]bool {
	columns := r.within("Columns")
	csv := columns.word(name)
	r.merge(columns)
	if csv == "" {
		return nil
	}
	set := map[string]bool{}
	for column := range strings.SplitSeq(csv, ",") {
		set[tickler.Fold(column)] = true
	}
	return set
}
