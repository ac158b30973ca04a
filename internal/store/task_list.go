package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/store/engine"
)

// Tasks returns a page of the tasks that a filter selects, and how many it selects in all.
func (s *Store) Tasks(
	ctx context.Context, f tickler.TaskFilter, order tickler.TaskOrder, page tickler.Page,
) ([]tickler.Task, int, error) {
	where, args := taskConditions(f)
	if isScan(f) {
		giveBack, err := s.scans.take(ctx, f.AccountID)
		if err != nil {
			return nil, 0, engine.Classify(err)
		}
		defer giveBack()
	}
	db := s.engine.Reader()
	if len(f.OwnerIDs) > 1 || f.Team != nil || order.By != tickler.ByDueDate || order.Descending {
		db = engine.Composed(db)
	}
	counting := `SELECT count(*)` + fromTask + where
	key, direction, pageArgs, err := taskSorting(order, args)
	if err != nil {
		return nil, 0, err
	}
	var total int
	query := fmt.Sprintf(`%s, (%s)%s%s ORDER BY %s%s, t.id LIMIT $%d OFFSET $%d`,
		taskSelection, counting, fromTask, where, key, direction, len(pageArgs)+1, len(pageArgs)+2)
	rows, err := db.QueryContext(ctx, query, append(pageArgs, page.Limit, page.Offset)...)
	tasks, err := engine.Collect(rows, err, func(row engine.Row) (tickler.Task, error) {
		return scanTask(counted{row, &total})
	})
	if err == nil && len(tasks) == 0 && page.Offset > 0 { // past the end there is no row with the count
		err = engine.Classify(db.QueryRowContext(ctx, counting, args...).Scan(&total))
	}
	return tasks, total, err
}

// isScan reports whether a filter may need to read all the tasks of an account: it names neither a
// lead or opportunity, nor owners and a span of time, by which an index would bound it.
func isScan(f tickler.TaskFilter) bool {
	return f.RelatedID.IsZero() && (f.OwnerIDs == nil || f.DueFrom.IsZero() || f.DueTo.IsZero())
}

// counted is a row with a count after its columns.
type counted struct {
	engine.Row
	total *int
}

func (c counted) Scan(into ...any) error { return c.Row.Scan(append(into, c.total)...) }

// taskSorting returns the expression that an order sorts by and what ORDER BY says behind it, and the
// arguments with those that it adds.
func taskSorting(order tickler.TaskOrder, args []any) (key, direction string, more []any, err error) {
	key, ok := taskColumns[order.By]
	if !ok {
		return "", "", nil, fmt.Errorf("tasks can't be sorted by %q", order.By)
	}
	if order.By == tickler.ByStatus {
		args = append(args, order.Now.Unix())
		key = fmt.Sprintf(key, len(args))
	}
	if order.Descending {
		return key, ` DESC NULLS LAST`, args, nil
	}
	return key, ` ASC NULLS FIRST`, args, nil
}

// taskColumns maps each order to the expression that it sorts by.
var taskColumns = map[tickler.TaskColumn]string{
	tickler.ByDueDate:         "t.due_at",
	tickler.ByEnd:             "t.end_at",
	tickler.ByName:            "t.name",
	tickler.ByDescription:     "t.description",
	tickler.ByLocation:        "t.location",
	tickler.ByCategory:        "t.category",
	tickler.ByCreation:        "t.created_at",
	tickler.ByCreator:         "t.created_by",
	tickler.ByModification:    "t.modified_at",
	tickler.ByModifier:        "t.modified_by",
	tickler.ByCompletion:      "t.completed_at",
	tickler.ByCompleter:       "t.completed_by",
	tickler.ByState:           "t.state",
	tickler.ByOwner:           "t.owner_id",
	tickler.ByID:              "t.id",
	tickler.ByRelatedKind:     "t.related_kind",
	tickler.ByRelated:         "t.related_id",
	tickler.ByReminderMinutes: "t.reminder_minutes",
	tickler.ByReminderDays:    "t.reminder_days",
	tickler.ByReminderTime:    "t.reminder_time",
	tickler.ByNotify:          "t.notify",
	tickler.ByPriority:        "t.priority",
	tickler.ByPercent:         "t.percent_completed",
	tickler.ByEffort:          "t.effort_estimate_unit",
	tickler.ByLatitude:        "t.latitude",
	tickler.ByLongitude:       "t.longitude",
	tickler.ByStatus: `CASE WHEN t.state = 1 THEN 'Completed' WHEN t.state = 2 THEN 'Cancelled'
		WHEN t.end_at < $%d THEN 'Overdue' ELSE 'Pending' END`,
	tickler.ByType: `(
		SELECT y.name FROM task_type AS y WHERE y.account_id = t.account_id AND y.id = t.type_id)`,
	tickler.ByOwnerName:     userName("owner_id"),
	tickler.ByCreatorName:   userName("created_by"),
	tickler.ByModifierName:  userName("modified_by"),
	tickler.ByCompleterName: userName("completed_by"),
	tickler.ByOwnerEmail: `(
		SELECT u.email FROM app_user AS u WHERE u.account_id = t.account_id AND u.id = t.owner_id)`,
	tickler.ByRelatedName: `trim(` + relatedName + `)`,
}

// userName is the name of the user in a task's column, as tickler.User.Name returns it.
func userName(column string) string {
	return `(SELECT CASE WHEN trim(u.first_name || ' ' || u.last_name) <> ''
			THEN trim(u.first_name || ' ' || u.last_name) ELSE u.email END
		FROM app_user AS u WHERE u.account_id = t.account_id AND u.id = t.` + column + `)`
}

// taskConditions returns a filter's conditions and their arguments.
func taskConditions(f tickler.TaskFilter) (where string, args []any) {
	var conditions []string
	add := func(condition string, arg any) {
		args = append(args, arg)
		conditions = append(conditions, fmt.Sprintf(condition, len(args)))
	}
	add(`t.account_id = $%d`, idArg(f.AccountID))
	if len(f.OwnerIDs) == 1 {
		add(`t.owner_id = $%d`, idArg(f.OwnerIDs[0]))
	} else if f.OwnerIDs != nil {
		conditions = append(conditions, `t.owner_id IN (`+idList(f.OwnerIDs, &args)+`)`)
	}
	if !f.RelatedID.IsZero() {
		add(`t.related_id = $%d`, idArg(f.RelatedID))
	}
	if !f.DueFrom.IsZero() {
		add(`t.due_at >= $%d`, f.DueFrom.Unix())
	}
	if !f.DueTo.IsZero() {
		add(`t.due_at <= $%d`, f.DueTo.Unix())
	}
	if f.State != nil {
		add(`t.state = $%d`, int(*f.State))
	}
	if f.Category != nil {
		add(`t.category = $%d`, int(*f.Category))
	}
	if !f.TypeID.IsZero() {
		add(`t.type_id = $%d`, idArg(f.TypeID))
	}
	addListConditions(f, add, &conditions, &args)
	if f.Team != nil {
		team := idList(f.Team, &args)
		conditions = append(conditions, `(t.owner_id IN (`+team+`) OR t.created_by IN (`+team+`))`)
	}
	return ` WHERE ` + strings.Join(conditions, ` AND `), args
}

// idList returns placeholders for a list of ids, and adds the ids to the arguments.
func idList(ids []tickler.ID, args *[]any) string {
	if len(ids) == 0 {
		return `NULL` // which matches nothing: Postgres takes no empty list
	}
	places := engine.Placeholders(len(*args)+1, len(ids))
	*args = slices.Grow(*args, len(ids))
	for _, id := range ids {
		*args = append(*args, idArg(id))
	}
	return places
}
