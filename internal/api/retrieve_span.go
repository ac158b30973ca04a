package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
)

// usersTasksShape is the body of RetrieveAppointments and RetrieveToDos /ByUserId and /ByUserEmailAddress (contract
// section 4).
var usersTasksShape = object(append(values("FromDate", "ToDate"), attribute{"Users", listOf(anyValue)}, pagingAttribute)...)

// searchTasksShape is the body of the same calls /ByUserSearchCriteria.
var searchTasksShape = object(append(values("FromDate", "ToDate"),
	attribute{"UserSearchCriteria", object(searchAttributes()...)}, pagingAttribute)...)

// tasksByUserID lists one category's tasks of the users whose ids are given.
func tasksByUserID(category tickler.Category) handler {
	return tasksOfUsers(category, func(r *reader, q *app.UsersQuery) {
		q.UserIDs = items(r, "Users", "a GUID", tickler.ParseID)
	})
}

// tasksByUserEmail lists one category's tasks of the users whose e-mail addresses are given.
func tasksByUserEmail(category tickler.Category) handler {
	return tasksOfUsers(category, func(r *reader, q *app.UsersQuery) {
		q.Emails = items(r, "Users", "an e-mail address", func(text string) (string, error) { return text, nil })
	})
}

// tasksByUserSearch lists one category's tasks of the users whom a search picks.
func tasksByUserSearch(category tickler.Category) handler {
	return tasksOfUsers(category, func(r *reader, q *app.UsersQuery) {
		criteria := r.within("UserSearchCriteria")
		search := bindUserSearch(criteria)
		if len(search.Searches) == 0 {
			criteria.miss("GroupConditions", spanAction)
		}
		r.merge(criteria)
		q.Search = &search
	})
}

const spanAction = "retrieving tasks"

func tasksOfUsers(category tickler.Category, bindUsers func(r *reader, q *app.UsersQuery)) handler {
	return func(a *API, ctx context.Context, c call) (answer, error) {
		q := app.UsersQuery{Category: category}
		r := read(c.body, nil)
		from, to := r.spanEnd("FromDate"), r.spanEnd("ToDate")
		bindUsers(r, &q)
		paging := r.within("Paging")
		q.Page = bindPage(paging)
		r.merge(paging)
		if r.err != nil {
			return answer{}, r.err
		}
		var err error
		if q.Span, err = spanOf(*from, *to, c.caller.Account.Zone); err != nil {
			return answer{}, err
		}
		tasks, total, err := a.App.TasksOfUsers(ctx, c.caller, q)
		return ok(countedList(total, taskObjects(c, tasks, nil))), err
	}
}

// spanOf makes a span of its two ends.
func spanOf(from, to civil.SpanEnd, zone *time.Location) (civil.Span, error) {
	span, err := civil.NewSpan(from, to, zone)
	switch {
	case errors.Is(err, civil.ErrEndsBeforeStart):
		return span, invalid("ToDate", to.String(), "FromDate ("+from.String()+") or later")
	case errors.Is(err, civil.ErrSpanTooLong):
		return span, invalid("ToDate", to.String(), fmt.Sprintf("at most %d days after FromDate (%s)", civil.MaxSpanDays, from))
	}
	return span, err
}

// spanEndForm describes the texts that name the end of a span.
const spanEndForm = "a date of the form YYYY-MM-DD, or a date and time in UTC of the form YYYY-MM-DD HH:MM:SS"

// spanEnd reads a mandatory date or date-time.
func (r *reader) spanEnd(name string) *civil.SpanEnd {
	end := convert(r, name, spanEndForm, civil.ParseSpanEnd)
	if end == nil {
		r.miss(name, spanAction)
	}
	return end
}

// items reads a mandatory array of single values.
func items[T any](r *reader, name, expected string, parse func(text string) (T, error)) []T {
	array := r.node(name).items
	if len(array) == 0 {
		r.miss(name, spanAction)
	}
	values := make([]T, 0, len(array))
	for i, item := range array {
		one := reader{members: []member{{name: name, value: item}}, path: r.path}
		value := convert(&one, name, expected, parse)
		if one.err != nil || value == nil {
			r.failAt(r.path.member(name).item(i), item.text, expected)
			return nil
		}
		values = append(values, *value)
	}
	return values
}

// taskRow is a task as the lists by lead and by opportunity give it (contract section 5, "Row").
func taskRow(c call, t tickler.Task) wireObject {
	owner, _ := c.caller.Account.User(t.OwnerID)
	creator, _ := c.caller.Account.User(t.CreatedBy)
	return wireObject{
		{"TaskID", t.ID.String()},
		{"Name", t.Name},
		{"Description", t.Description},
		{"DueDate", civil.FormatInstant(t.DueAt)},
		{"CreatedOn", civil.FormatInstant(t.CreatedAt)},
		{"OwnerID", t.OwnerID.String()},
		{"OwnerName", owner.Name()},
		{"CreatedBy", t.CreatedBy.String()},
		{"CreatedByName", creator.Name()},
		{"Status", string(t.StatusAt(c.caller.Now))},
		{"Reminder", strconv.Itoa(t.Reminder.Minutes)},
	}
}

func (a *API) tasksByLead(ctx context.Context, c call) (answer, error) {
	return a.tasksRelatedTo(ctx, c, tickler.RelatedToLead, "leadId", "TaskList")
}

func (a *API) tasksByOpportunity(ctx context.Context, c call) (answer, error) {
	return a.tasksRelatedTo(ctx, c, tickler.RelatedToOpportunity, "opportunityId", "List")
}

// tasksRelatedTo lists the tasks of what the query names. A page is asked for in the query too: a GET has no body.
func (a *API) tasksRelatedTo(ctx context.Context, c call, kind tickler.RelatedKind, parameter, listName string) (answer, error) {
	id, err := requiredID(c.query, parameter, spanAction)
	if err != nil {
		return answer{}, err
	}
	asked := read(c.query.object(paging...), nil)
	page := bindPage(asked)
	if asked.err != nil {
		return answer{}, asked.err
	}
	tasks, total, err := a.App.TasksRelatedTo(ctx, c.caller, kind, id, page)
	rows := make([]wireObject, len(tasks))
	for i, task := range tasks {
		rows[i] = taskRow(c, task)
	}
	return ok(wireObject{{"RecordCount", total}, {listName, rows}}), err
}

// object gives query values as an object to read.
func (q query) object(names ...string) node {
	n := node{kind: objectNode}
	for _, name := range names {
		n.members = append(n.members, member{name: name, value: node{kind: stringNode, text: q.get(name)}})
	}
	return n
}
