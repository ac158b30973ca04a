package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/store/engine"
)

// addListConditions adds the conditions that only people's lists have, but for the text's.
func addListConditions(
	f tickler.TaskFilter, add func(condition string, arg any), conditions *[]string, args *[]any,
) {
	if f.Statuses != nil {
		*conditions = append(*conditions, statusCondition(f, args))
	}
	if !f.EndFrom.IsZero() {
		add(`t.end_at >= $%d`, f.EndFrom.Unix())
	}
	if !f.EndTo.IsZero() {
		add(`t.end_at <= $%d`, f.EndTo.Unix())
	}
	if f.TypeIDs != nil {
		*conditions = append(*conditions, `t.type_id IN (`+idList(f.TypeIDs, args)+`)`)
	}
	if f.IsTied != nil {
		*conditions = append(*conditions, map[bool]string{
			true: `t.related_id IS NOT NULL`, false: `t.related_id IS NULL`,
		}[*f.IsTied])
	}
}

// statusCondition is that of tickler.Task.StatusAt.
func statusCondition(f tickler.TaskFilter, args *[]any) string {
	has := func(s tickler.Status) bool { return slices.Contains(f.Statuses, s) }
	states := make([]string, 0, 3)
	if has(tickler.StatusPending) && has(tickler.StatusOverdue) {
		states = append(states, `0`)
	}
	if has(tickler.StatusCompleted) {
		states = append(states, `1`)
	}
	if has(tickler.StatusCancelled) {
		states = append(states, `2`)
	}
	var either []string
	if len(states) > 0 {
		either = append(either, `t.state IN (`+strings.Join(states, `, `)+`)`)
	}
	if has(tickler.StatusPending) != has(tickler.StatusOverdue) {
		*args = append(*args, f.At.Unix())
		comparison := map[bool]string{true: `<`, false: `>=`}[has(tickler.StatusOverdue)]
		either = append(either, fmt.Sprintf(`t.state = 0 AND t.end_at %s $%d`, comparison, len(*args)))
	}
	switch {
	case len(either) == 0:
		return `t.state IS NULL` // none
	case len(either) == 1:
		return either[0]
	}
	return `(` + strings.Join(either, ` OR `) + `)`
}

// FindTasks returns a page of the tasks that a filter selects, and how many it selects in all, up
// to most and one more: where they are more than most, the number says no more than that, and of
// the tasks that have the words of the filter's text not all may be looked at. It is for lists that
// people look at; those of the API are counted to their end.
func (s *Store) FindTasks(
	ctx context.Context, f tickler.TaskFilter, order tickler.TaskOrder, page tickler.Page, most int,
) (tasks []tickler.Task, total int, err error) {
	if total, err = s.CountTasks(ctx, f, most); err != nil || total <= page.Offset {
		return nil, total, err
	}
	where, args, _ := s.findConditions(f, most)
	sorting, args, err := taskSorting(order, args)
	if err != nil {
		return nil, 0, err
	}
	query := fmt.Sprintf(`%s%s%s ORDER BY %s, t.id LIMIT $%d OFFSET $%d`, taskSelection, fromTask, where, sorting,
		len(args)+1, len(args)+2)
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, query, append(args, page.Limit, page.Offset)...)
	tasks, err = engine.Collect(rows, err, scanTask)
	return tasks, total, err
}

// CountTasks counts the tasks that a filter selects, up to most and one more.
func (s *Store) CountTasks(ctx context.Context, f tickler.TaskFilter, most int) (count int, err error) {
	where, args, possible := s.findConditions(f, most)
	if !possible {
		return 0, nil
	}
	query := fmt.Sprintf(`SELECT count(*) FROM (SELECT 1`+fromTask+where+` LIMIT $%d) AS some`, len(args)+1)
	err = engine.Composed(s.engine.Reader()).QueryRowContext(ctx, query, append(args, most+1)...).Scan(&count)
	return count, engine.Classify(err)
}

// findConditions returns a filter's conditions, that of its text too, and whether any task can
// fulfill them.
func (s *Store) findConditions(f tickler.TaskFilter, most int) (where string, args []any, possible bool) {
	where, args = taskConditions(f)
	if f.Text == "" {
		return where, args, true
	}
	expression := s.search().expression(f)
	args = append(args, expression, most+1)
	return where + ` AND ` + fmt.Sprintf(s.search().matching, len(args)-1, len(args)), args, expression != ""
}

// mostNarrowing is how many people a search narrows to within the index; beyond it, it does so
// among the tasks found.
const mostNarrowing = 100

// expression returns what a document has to match for its task to be selected, in the engine's
// words; "" when nothing can. What else a filter says narrows within the index too, as far as
// documents tell it: so that it isn't looked for among thousands of tasks which merely have the
// words.
func (d searchDialect) expression(f tickler.TaskFilter) string {
	account := markOf(f.AccountID)
	var all []string
	for _, s := range soughtIn(f.Text) {
		all = append(all, d.term(account+saysText+s.word, s.begins))
	}
	if len(all) == 0 {
		return ""
	}
	people := func(says string, ids []tickler.ID) (terms []string) {
		for _, id := range ids {
			terms = append(terms, d.term(account+says+markOf(id), false))
		}
		return terms
	}
	narrow := func(terms []string) {
		if len(terms) > 0 {
			all = append(all, `(`+strings.Join(terms, d.or)+`)`)
		}
	}
	if len(f.OwnerIDs) <= mostNarrowing {
		narrow(people(saysOwner, f.OwnerIDs))
	}
	if len(f.Team) <= mostNarrowing {
		narrow(append(people(saysOwner, f.Team), people(saysMaker, f.Team)...))
	}
	var states []string
	for _, state := range f.States() {
		states = append(states, d.term(account+saysState+stateMark(state), false))
	}
	narrow(states)
	return strings.Join(all, d.and)
}

// term is a word in an expression. Words have letters, digits and marks only.
func (d searchDialect) term(word string, begins bool) string {
	if begins {
		return d.quote + word + d.quote + d.begins
	}
	return d.quote + word + d.quote
}
