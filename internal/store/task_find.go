package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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

// FindTasks returns a page of the tasks that a filter selects. At most so many are counted and
// sorted. Where too many documents have to be looked at, it is at the newest ones, as far as the
// engine can tell. These lists are for people; those of the API are counted to their end.
func (s *Store) FindTasks(
	ctx context.Context, f tickler.TaskFilter, order tickler.TaskOrder, page tickler.Page, most int,
) (list tickler.TaskPage, err error) {
	q, err := s.finding(ctx, f, most)
	if err != nil || q.isNothing {
		return list, err
	}
	if q.isWhole {
		if list, err = s.count(ctx, q); err != nil || list.Total <= page.Offset {
			return list, err
		}
	}
	query, args, err := q.page(order, page, q.isWhole && !list.IsPart)
	if err != nil {
		return list, err
	}
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, query, args...)
	total, looked := 0, 0
	list.Tasks, err = engine.Collect(rows, err, func(row engine.Row) (tickler.Task, error) {
		return scanTask(counted{counted{row, &looked}, &total})
	})
	switch {
	case err != nil || q.isWhole:
		return list, err
	case len(list.Tasks) == 0: // without a row there is no count
		return s.count(ctx, q)
	}
	found := q.counted(total, looked)
	found.Tasks = list.Tasks
	return found, nil
}

// CountTasks counts the tasks that a filter selects, up to most, and reports whether there may be
// more.
func (s *Store) CountTasks(ctx context.Context, f tickler.TaskFilter, most int) (count int, isPart bool, err error) {
	q, err := s.finding(ctx, f, most)
	if err != nil || q.isNothing {
		return 0, false, err
	}
	list, err := s.count(ctx, q)
	return list.Total, list.IsPart, err
}

func (s *Store) count(ctx context.Context, q finding) (list tickler.TaskPage, err error) {
	total, looked := 0, 0
	err = engine.Composed(s.engine.Reader()).QueryRowContext(ctx, q.found("0")+`SELECT `+q.counts, q.args...).
		Scan(&total, &looked)
	return q.counted(total, looked), engine.Classify(err)
}

// finding is how the tasks that a filter selects are found.
type finding struct {
	searchDialect
	isNothing bool // is found
	// documents names as d those that are looked at, if any are; from reaches the tasks t that are
	// found, and limit is how many. Counts are how many tasks are found and documents looked at.
	documents, from, limit, counts string
	args                           []any
	most, looks                    int // how many are counted, and how many documents are looked at
	// isWhole says that all tasks of the account are looked at, as far as an index does not bound
	// them. Then where has the filter's conditions alone, and conditions their arguments.
	isWhole    bool
	where      string
	conditions []any
}

// found begins a statement, and names what is found, with a key by which it is sorted.
func (q finding) found(key string) string {
	return `WITH ` + q.documents + `found AS MATERIALIZED (
		SELECT ` + q.reference + `, t.id, ` + key + ` AS sort_key` + q.from + q.where + q.limit + `) `
}

// page returns the statement that reads a page of what is found, with the counts, and its arguments.
// Where there is little, it is read in the order of an index, if one has it.
func (q finding) page(order tickler.TaskOrder, page tickler.Page, isLittle bool) (string, []any, error) {
	args := q.args
	if isLittle {
		args = q.conditions
	}
	key, direction, args, err := taskSorting(order, args)
	if err != nil {
		return "", nil, err
	}
	limit := fmt.Sprintf(` LIMIT $%d OFFSET $%d`, len(args)+1, len(args)+2)
	args = append(args, page.Limit, page.Offset)
	if isLittle {
		return taskSelection + `, 0, 0` + fromTask + q.where + ` ORDER BY ` + key + direction + `, t.id` + limit, args, nil
	}
	// All else about the tasks is read of the page's alone.
	return q.found(key) + taskSelection + `, ` + q.counts + ` FROM (
			SELECT * FROM found ORDER BY sort_key` + direction + `, id` + limit + `) AS d ` + q.join + `
		ORDER BY d.sort_key` + direction + `, t.id`, args, nil
}

// counted returns how many tasks there are, and whether others may be.
func (q finding) counted(total, looked int) tickler.TaskPage {
	list := tickler.TaskPage{Total: min(total, q.most)}
	switch {
	case q.looks > 0 && looked > q.looks:
		list.IsPart, list.Looked, list.Total = true, q.looks, min(total, q.looks, q.most)
	case total > q.most:
		list.IsPart, list.Looked = true, q.most
	}
	return list
}

// How many documents are looked at: of those that have some words, and of those that a status or
// the like selects. What costs time is to fetch the tasks and to sort them.
const (
	mostWithWords = 2_000
	mostLooked    = 5_000
)

// smallAccount is how many tasks an account may have for all of them to be looked at.
const smallAccount = 20_000

// finding chooses by what the tasks are found. Owners, a lead and due dates have indexes of their
// own. Words are found in the documents. The rest is too, where looking at all tasks would take
// long: a change shows in such a list within a second, not at once.
func (s *Store) finding(ctx context.Context, f tickler.TaskFilter, most int) (finding, error) {
	where, conditions := taskConditions(f)
	conditions = slices.Clip(conditions) // each use adds arguments of its own
	q := finding{
		searchDialect: s.search(), most: most, where: where, conditions: conditions,
		counts: `(SELECT count(*) FROM found), 0`,
	}
	expression, possible := q.expression(f)
	if q.isNothing = !possible; q.isNothing {
		return q, nil
	}
	if f.Text == "" {
		isWide, err := s.isWide(ctx, f)
		if err != nil {
			return q, err
		}
		if q.isWhole = !isWide; q.isWhole {
			q.args = slices.Concat(conditions, []any{most + 1})
			q.from, q.limit = fromTask, fmt.Sprintf(` LIMIT $%d`, len(q.args))
			return q, nil
		}
	}
	looked, args := q.newest, conditions
	if expression != "" {
		looked, args = q.matching, append(args, expression)
	}
	q.looks = mostLooked
	if f.Text != "" {
		q.looks = mostWithWords
	}
	args = append(args, q.looks+1, most+1)
	q.args = args
	n := len(args)
	q.documents = `d AS MATERIALIZED (` + fmt.Sprintf(looked, n-2, n-1) + `), `
	q.from, q.limit = ` FROM d `+q.join, fmt.Sprintf(` LIMIT $%d`, n)
	q.counts = `(SELECT count(*) FROM found), (SELECT count(*) FROM d)`
	return q, nil
}

// isWide reports whether no index bounds how many tasks have to be looked at, and these are many.
func (s *Store) isWide(ctx context.Context, f tickler.TaskFilter) (bool, error) {
	if f.OwnerIDs != nil || !f.RelatedID.IsZero() {
		return false, nil
	}
	var some int
	err := s.engine.Reader().QueryRowContext(ctx, `
		SELECT count(*) FROM (SELECT 1 FROM task WHERE account_id = $1 LIMIT $2) AS counted`,
		idArg(f.AccountID), s.small+1).Scan(&some)
	return some > s.small, engine.Classify(err)
}

// mostNarrowing is how many people or types a search narrows to within the index; beyond it, it
// does so among the tasks found.
const mostNarrowing = 100

// expression returns what a document has to match for its task to be selected, in the engine's
// words; "" where all can be. What else a filter says than its text narrows within the index too,
// as far as documents tell it: so that it isn't looked for among thousands of tasks which merely
// have the words. It is not possible that any matches if the text has no words.
func (d searchDialect) expression(f tickler.TaskFilter) (expression string, possible bool) {
	account := markOf(f.AccountID)
	var all []string
	for _, s := range soughtIn(f.Text) {
		all = append(all, d.term(account+saysText+s.word, s.begins))
	}
	if len(all) == 0 && f.Text != "" {
		return "", false
	}
	ids := func(says string, ids []tickler.ID) (terms []string) {
		for _, id := range ids {
			terms = append(terms, d.term(says+markOf(id), false))
		}
		return terms
	}
	narrow := func(terms []string) {
		if len(terms) > 0 && len(terms) <= 2*mostNarrowing {
			all = append(all, `(`+strings.Join(terms, d.or)+`)`)
		}
	}
	narrow(ids(saysOwner, f.OwnerIDs))
	narrow(append(ids(saysOwner, f.Team), ids(saysMaker, f.Team)...))
	narrow(ids(saysType, f.TypeIDs))
	if states := f.States(); len(states) < 3 {
		var terms []string
		for _, state := range states {
			terms = append(terms, d.term(saysState+account+stateMark(state), false))
		}
		narrow(terms)
	}
	if f.IsTied != nil {
		narrow([]string{d.term(saysTied+account+tieMark(*f.IsTied), false)})
	}
	return strings.Join(all, d.and), true
}

// term is a word in an expression. Words have letters, digits and the like only.
func (d searchDialect) term(word string, begins bool) string {
	isSpelledOut := d.spellsOut && utf8.RuneCountInString(word) <= markLetters+mostLetters
	if begins && !isSpelledOut {
		return d.quote + word + d.quote + d.begins
	}
	return d.quote + word + d.quote
}
