package api

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
	"tickler/internal/civil"
)

// usersTasksShape is the body of RetrieveAppointments and RetrieveToDos /ByUserId and
// /ByUserEmailAddress (docs/contract.md section 4).
var usersTasksShape = wire.ShapeOf("FromDate", "ToDate").
	With("Users", wire.ListOf(wire.AnyValue)).
	With("Paging", pagingShape)

// searchTasksShape is the body of the same calls /ByUserSearchCriteria.
var searchTasksShape = wire.ShapeOf("FromDate", "ToDate").
	With("UserSearchCriteria", groupsShape).
	With("Paging", pagingShape)

// tasksByUserID lists one category's tasks of the users whose ids are given.
func tasksByUserID(category tickler.Category) handler {
	return tasksOfUsers(category, func(r *wire.Reader, q *app.UsersQuery) {
		q.UserIDs = mandatoryItems(r, "Users", "a GUID", tickler.ParseID)
	})
}

// tasksByUserEmail lists one category's tasks of the users whose e-mail addresses are given.
func tasksByUserEmail(category tickler.Category) handler {
	return tasksOfUsers(category, func(r *wire.Reader, q *app.UsersQuery) {
		q.Emails = mandatoryItems(r, "Users", "an e-mail address",
			func(text string) (string, error) { return text, nil })
	})
}

// tasksByUserSearch lists one category's tasks of the users whom a search picks.
func tasksByUserSearch(category tickler.Category) handler {
	return tasksOfUsers(category, func(r *wire.Reader, q *app.UsersQuery) {
		criteria := r.Within("UserSearchCriteria")
		search := bindUserSearch(criteria)
		if len(search.Searches) == 0 {
			criteria.Miss("GroupConditions", spanAction)
		}
		r.Merge(criteria)
		q.Search = &search
	})
}

const spanAction = "retrieving tasks"

func tasksOfUsers(category tickler.Category, bindUsers func(r *wire.Reader, q *app.UsersQuery)) handler {
	return func(a *API, ctx context.Context, c call) (answer, error) {
		q := app.UsersQuery{Category: category}
		r := wire.Read(c.body)
		from, to := spanEnd(r, "FromDate"), spanEnd(r, "ToDate")
		bindUsers(r, &q)
		paging := r.Within("Paging")
		q.Page = bindPage(paging)
		r.Merge(paging)
		if r.Err() != nil {
			return answer{}, r.Err()
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
		return span, wire.Invalid("ToDate", to.String(), "FromDate ("+from.String()+") or later")
	case errors.Is(err, civil.ErrSpanTooLong):
		return span, wire.Invalid("ToDate", to.String(),
			fmt.Sprintf("at most %d days after FromDate (%s)", civil.MaxSpanDays, from))
	}
	return span, err
}

// spanEndForm describes the texts that name the end of a span.
const spanEndForm = "a date of the form YYYY-MM-DD, or a date and time in UTC of the form YYYY-MM-DD HH:MM:SS"

// spanEnd reads a mandatory date or date-time.
func spanEnd(r *wire.Reader, name string) *civil.SpanEnd {
	end := wire.Convert(r, name, spanEndForm, civil.ParseSpanEnd)
	if end == nil {
		r.Miss(name, spanAction)
	}
	return end
}

// mandatoryItems reads an array of single values that must be given.
func mandatoryItems[T any](r *wire.Reader, name, expected string, parse func(text string) (T, error)) []T {
	if len(r.Node(name).Items) == 0 {
		r.Miss(name, spanAction)
	}
	return wire.Items(r, name, expected, parse)
}

// taskRow is a task as the lists by lead and by opportunity give it (docs/contract.md section 5,
// "Row").
func taskRow(c call, t tickler.Task) wire.Object {
	owner, _ := c.caller.Account.User(t.OwnerID)
	creator, _ := c.caller.Account.User(t.CreatedBy)
	return wire.Object{
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

// tasksRelatedTo lists the tasks of what the query names. A page is asked for in the query too: a
// GET has no body.
func (a *API) tasksRelatedTo(
	ctx context.Context, c call, kind tickler.RelatedKind, parameter, listName string,
) (answer, error) {
	id, err := requiredID(c.query, parameter, spanAction)
	if err != nil {
		return answer{}, err
	}
	asked := wire.ReadTexts(c.query.get, paging...)
	page := bindPage(asked)
	if asked.Err() != nil {
		return answer{}, asked.Err()
	}
	tasks, total, err := a.App.TasksRelatedTo(ctx, c.caller, kind, id, page)
	rows := make([]wire.Object, len(tasks))
	for i, task := range tasks {
		rows[i] = taskRow(c, task)
	}
	return ok(wire.Object{{"RecordCount", total}, {listName, rows}}), err
}
