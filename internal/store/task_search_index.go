package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"tickler"
	"tickler/internal/store/engine"
)

// The index by which tasks are found by their words is written in the background, so that no call
// pays for it: new tasks in the order of their numbers, and those in task_search_queue, into which
// every change puts its task.

// searchDialect is what the two engines say differently about it.
type searchDialect struct {
	// document is a parameter's expression, for the column of that name.
	document string
	// added is run after a document is stored, removed before it is removed; "" where the engine
	// keeps its index itself. $1 is the task's number, $2 the document.
	added, removed string
	// top is the highest number given to a task.
	top string
	// snapshot gives the number of the first transaction that may still run, and of the next one.
	snapshot string
	// kept are the number and the words of a document that is stored; no words where removed needs
	// none.
	kept string
	// matching selects the newest documents, as far as it can be told, that match an expression;
	// newest those of the account, $1. Before the limit's place stands the expression's.
	matching, newest string
	// join reaches the tasks t of the documents d, or of whatever else has their reference.
	join, reference string
	// quote stands around a word of an expression, and begins behind one that others may begin with.
	quote, begins, and, or string
	// spellsOut says that documents have the beginnings of their words, since the index does not.
	spellsOut bool
}

func (s *Store) search() searchDialect { return searchDialectOf(s.dialect()) }

func searchDialectOf(d engine.Dialect) searchDialect {
	if d.Shared {
		return searchOnPostgres
	}
	return searchOnSQLite
}

var searchOnSQLite = searchDialect{
	document: `$4`,
	added:    `INSERT INTO task_search_index (rowid, document) VALUES ($1, $2)`,
	removed:  `INSERT INTO task_search_index (task_search_index, rowid, document) VALUES ('delete', $1, $2)`,
	top:      `coalesce((SELECT max(auto_id) FROM task), 0)`,
	snapshot: `0, 1`,
	kept:     `auto_id, document`,
	matching: `SELECT rowid AS auto_id FROM task_search_index WHERE task_search_index MATCH $%d
		ORDER BY rowid DESC LIMIT $%d`,
	newest: `SELECT auto_id FROM task WHERE account_id = $1 ORDER BY id DESC LIMIT $%[2]d`,
	join:   `CROSS JOIN task AS t ON t.auto_id = d.auto_id`, reference: `t.auto_id`, // in this order
	quote: `"`, begins: `*`, and: ` AND `, or: ` OR `,
}

var searchOnPostgres = searchDialect{
	document: `array_to_tsvector(string_to_array($4, ' '))`,
	top:      `(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM task_auto_id_seq)`, // 1 before the first one, too
	snapshot: `pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
	kept:     `auto_id, ''`,
	matching: `SELECT account_id, task_id FROM task_search WHERE document @@ $%d::tsquery LIMIT $%d`,
	newest:   `SELECT account_id, id AS task_id FROM task WHERE account_id = $1 ORDER BY id DESC LIMIT $%[2]d`,
	join:     `JOIN task AS t ON t.account_id = d.account_id AND t.id = d.task_id`, reference: `t.account_id, t.id AS task_id`,
	quote: `'`, begins: `:*`, and: ` & `, or: ` | `, spellsOut: true,
}

// TaskSearchWaits reports whether there may be tasks that the index does not show yet.
func (s *Store) TaskSearchWaits(ctx context.Context) (waits bool, err error) {
	err = s.engine.Housekeeping().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM task_search_queue)
		OR `+s.search().top+` > (SELECT done FROM task_search_reach)`).Scan(&waits)
	return waits, engine.Classify(err)
}

// IndexTasks takes a step of a round that makes the index show what tasks say: of up to limit
// changed tasks, and of up to limit new ones after the number at which the step before ended; 0
// begins a round. It returns the number at which this step ended, and whether the round goes on.
// Only one node takes a step at a time; another one's round ends at once.
func (s *Store) IndexTasks(ctx context.Context, after int64, limit int) (end int64, more bool, err error) {
	type step struct {
		end  int64
		more bool
	}
	done, err := engine.Written(ctx, s.write, func(ctx context.Context, db engine.Handle) (step, error) {
		x := indexing{db, s.search()}
		marks, found, err := x.lock(ctx, s.dialect())
		if err != nil || !found {
			return step{}, err
		}
		if after == 0 {
			if err := x.settle(ctx, &marks); err != nil {
				return step{}, err
			}
		}
		waiting, err := x.reindexChanged(ctx, limit)
		if err != nil {
			return step{}, err
		}
		from := max(marks.done, after)
		until := min(from+int64(limit), marks.top)
		if err := x.indexNew(ctx, from, until); err != nil {
			return step{}, err
		}
		marks.done = max(marks.done, min(until, marks.settled))
		return step{max(until, from), waiting || until < marks.top}, x.keep(ctx, marks)
	})
	return done.end, done.more, err
}

// queueForSearch notes that a changed task is to be found otherwise.
func (tx *Tx) queueForSearch(ctx context.Context, c tickler.Change) error {
	_, err := tx.db.ExecContext(ctx, `INSERT INTO task_search_queue (account_id, task_id, version) VALUES ($1, $2, $3)
		ON CONFLICT (account_id, task_id, version) DO NOTHING`, idArg(c.AccountID), idArg(c.TaskID), c.Version)
	return err
}

// indexing is a step under way.
type indexing struct {
	db engine.Handle
	searchDialect
}

// searchMarks are the columns of task_search_reach, and the highest number given to a task.
type searchMarks struct{ done, settled, ceiling, ceilingXID, top int64 }

// lock reads the marks and keeps other nodes from taking a step; false if one does.
func (x indexing) lock(ctx context.Context, d engine.Dialect) (m searchMarks, found bool, err error) {
	err = x.db.QueryRowContext(ctx, `
		SELECT done, settled, ceiling, ceiling_xid, `+x.top+` FROM task_search_reach`+
		d.SkipLockedOf("task_search_reach")).Scan(&m.done, &m.settled, &m.ceiling, &m.ceilingXID, &m.top)
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

// settle finds out up to which number nobody is making a task any more. Where tasks are made side
// by side, one of a lower number can appear after one of a higher. So the highest number is noted;
// a round later, when all who were given a number up to it have begun to write, the next
// transaction; and when all transactions before that have ended, the number is settled.
func (x indexing) settle(ctx context.Context, m *searchMarks) error {
	var oldest, next int64
	if err := x.db.QueryRowContext(ctx, `SELECT `+x.snapshot).Scan(&oldest, &next); err != nil {
		return err
	}
	switch {
	case oldest == 0: // one writes at a time
		m.settled = m.top
	case m.ceilingXID == 0:
		m.ceilingXID = next
	case oldest >= m.ceilingXID:
		m.settled, m.ceiling, m.ceilingXID = max(m.settled, m.ceiling), m.top, 0
	}
	return nil
}

func (x indexing) keep(ctx context.Context, m searchMarks) error {
	_, err := x.db.ExecContext(ctx,
		`UPDATE task_search_reach SET done = $1, settled = $2, ceiling = $3, ceiling_xid = $4`,
		m.done, m.settled, m.ceiling, m.ceilingXID)
	return err
}

// indexedTask has what a task is found by.
const indexedTask = `SELECT t.auto_id, t.account_id, t.id, t.name, t.description, t.owner_id, t.created_by, t.state,
		t.type_id, t.related_id
	FROM task AS t WHERE `

func scanIndexedTask(row engine.Row) (t tickler.Task, err error) {
	return t, row.Scan(&t.AutoID, idColumn{&t.AccountID}, idColumn{&t.ID}, &t.Name, &t.Description,
		idColumn{&t.OwnerID}, idColumn{&t.CreatedBy}, &t.State, idColumn{&t.TypeID}, idColumn{&t.Related.ID})
}

// indexNew stores the documents of tasks with numbers after from and up to until.
func (x indexing) indexNew(ctx context.Context, from, until int64) error {
	if from >= until {
		return nil
	}
	rows, err := x.db.QueryContext(ctx, indexedTask+`t.auto_id > $1 AND t.auto_id <= $2 AND NOT EXISTS (
		SELECT 1 FROM task_search AS d WHERE d.account_id = t.account_id AND d.task_id = t.id) ORDER BY t.auto_id`,
		from, until)
	tasks, err := engine.Collect(rows, err, scanIndexedTask)
	if err != nil {
		return err
	}
	return x.add(ctx, tasks)
}

// reindexChanged takes up to limit changes from the queue and makes the documents of their tasks
// anew. It reports whether more wait.
func (x indexing) reindexChanged(ctx context.Context, limit int) (bool, error) {
	type reference = [2]tickler.ID
	rows, err := x.db.QueryContext(ctx, `
		DELETE FROM task_search_queue WHERE (account_id, task_id, version) IN (
			SELECT account_id, task_id, version FROM task_search_queue LIMIT $1)
		RETURNING account_id, task_id`, limit)
	taken, err := engine.Collect(rows, err, func(row engine.Row) (ref reference, err error) {
		return ref, row.Scan(idColumn{&ref[0]}, idColumn{&ref[1]})
	})
	if err != nil || len(taken) == 0 {
		return false, err
	}
	changed := map[reference]bool{}
	for _, ref := range taken {
		changed[ref] = true
	}
	var there []tickler.Task
	for ref := range changed {
		if err := x.remove(ctx, ref[0], ref[1]); err != nil {
			return false, err
		}
		t, err := scanIndexedTask(x.db.QueryRowContext(ctx, indexedTask+`t.account_id = $1 AND t.id = $2`,
			idArg(ref[0]), idArg(ref[1])))
		switch {
		case errors.Is(err, sql.ErrNoRows): // it was deleted
		case err != nil:
			return false, err
		default:
			there = append(there, t)
		}
	}
	return len(taken) == limit, x.add(ctx, there)
}

// add stores the documents of tasks that have none.
func (x indexing) add(ctx context.Context, tasks []tickler.Task) error {
	for _, t := range tasks {
		said := documentOf(t)
		if x.spellsOut {
			said = withBeginnings(said)
		}
		document := strings.Join(said, " ")
		_, err := x.db.ExecContext(ctx, `INSERT INTO task_search (auto_id, account_id, task_id, document)
			VALUES ($1, $2, $3, `+x.document+`)`, t.AutoID, idArg(t.AccountID), idArg(t.ID), document)
		if err != nil {
			return err
		}
		if x.added == "" {
			continue
		}
		if _, err := x.db.ExecContext(ctx, x.added, t.AutoID, document); err != nil {
			return err
		}
	}
	return nil
}

// remove removes a task's document, if there is one.
func (x indexing) remove(ctx context.Context, account, id tickler.ID) error {
	var number int64
	var document string
	err := x.db.QueryRowContext(ctx, `SELECT `+x.kept+` FROM task_search WHERE account_id = $1 AND task_id = $2`,
		idArg(account), idArg(id)).Scan(&number, &document)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil && x.removed != "" {
		_, err = x.db.ExecContext(ctx, x.removed, number, document)
	}
	if err != nil {
		return err
	}
	_, err = x.db.ExecContext(ctx, `DELETE FROM task_search WHERE account_id = $1 AND task_id = $2`,
		idArg(account), idArg(id))
	return err
}
