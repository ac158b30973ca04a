package store

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plan is how an engine is going to run a statement.
type plan struct {
	steps  []step
	sorts  bool   // it sorts
	either bool   // it brings the rows of several searches together
	text   string // as the engine tells it
}

// step is how a plan reaches rows.
type step struct {
	index   string   // by which index; of a primary key it is "pkey of" and the table's alias
	only    bool     // by nothing else: the index has all that is asked for
	columns []string // which of its columns are given, each with =, < or >
}

// wants reports whether the plan is as some wishes say, each after a semicolon: an index and its columns,
// as in "only job_turn(kind= next_at<)", where others may be given too and "a,b>" are two that are compared
// as one, or one of two such with " | " between; "no other" way than those; "no sort"; or "either".
func (p plan) wants(wishes string) bool {
	for wish := range strings.SplitSeq(wishes, "; ") {
		switch wish {
		case "no other":
			if slices.ContainsFunc(p.steps, func(has step) bool { return !has.isOneOf(wishes) }) {
				return false
			}
		case "no sort":
			if p.sorts {
				return false
			}
		case "either":
			if !p.either {
				return false
			}
		default:
			if !p.hasOneOf(strings.Split(wish, " | ")) {
				return false
			}
		}
	}
	return true
}

// hasOneOf reports whether the plan reaches rows in one of some ways.
func (p plan) hasOneOf(wishes []string) bool {
	return slices.ContainsFunc(wishes, func(wish string) bool { return slices.ContainsFunc(p.steps, stepOf(wish).isIn) })
}

func stepOf(wish string) (s step) {
	wish, s.only = strings.CutPrefix(wish, "only ")
	var columns string
	s.index, columns, _ = strings.Cut(strings.TrimSuffix(wish, ")"), "(")
	s.columns = strings.Fields(columns)
	return s
}

// isIn reports whether the step that a plan has is what this one asks for.
func (s step) isIn(has step) bool {
	return has.index == s.index && (has.only || !s.only) &&
		!slices.ContainsFunc(s.columns, func(column string) bool { return !slices.Contains(has.columns, column) })
}

// isOneOf reports whether some wishes ask for the step.
func (s step) isOneOf(wishes string) bool {
	return slices.ContainsFunc(strings.Split(wishes, "; "), func(wish string) bool {
		return slices.ContainsFunc(strings.Split(wish, " | "), func(way string) bool { return stepOf(way).isIn(s) })
	})
}

// planOf asks the engine how it runs a statement.
func planOf(t *testing.T, s *Store, q query) plan {
	t.Helper()
	if s.Shared() {
		return planOfPostgres(t, s, q)
	}
	return planOfSQLite(t, s, q)
}

var (
	sqliteSearch    = regexp.MustCompile(`^(?:SEARCH|SCAN) (\w+) USING (COVERING )?(?:INDEX (\w+)|PRIMARY KEY)(?: \((.*)\))?$`)
	sqliteColumn    = regexp.MustCompile(`([\w,]+)\)?([=<>])\(?\?`)
	postgresColumn  = regexp.MustCompile(`\(([\w,]+)\)? ([=<>])`)
	postgresCounted = regexp.MustCompile(`_\d+$`) // of the second table of a name
	// postgresSpelling replaces what SQLite spells otherwise.
	postgresSpelling = strings.NewReplacer(" IS NULL", " = NULL", ", ", ",")
)

func planOfSQLite(t *testing.T, s *Store, q query) (p plan) {
	t.Helper()
	rows, err := s.engine.Reader().QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+q.text, q.args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			t.Fatal(err)
		}
		p.text += line + "\n"
		p.sorts = p.sorts || strings.Contains(line, "B-TREE")
		p.either = p.either || line == "MULTI-INDEX OR"
		if found := sqliteSearch.FindStringSubmatch(line); found != nil {
			index := found[3]
			if index == "" || strings.HasPrefix(index, "sqlite_autoindex_") {
				index = "pkey of " + found[1]
			}
			p.steps = append(p.steps, step{index: index, only: found[2] != "", columns: columnsIn(sqliteColumn, found[4])})
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// postgresNode is a node of a Postgres plan.
type postgresNode struct {
	Type  string         `json:"Node Type"`
	Alias string         `json:"Alias"`
	Index string         `json:"Index Name"`
	Cond  string         `json:"Index Cond"`
	Parts []postgresNode `json:"Plans"`
}

func planOfPostgres(t *testing.T, s *Store, q query) (p plan) {
	t.Helper()
	err := s.engine.Reader().QueryRowContext(t.Context(), `EXPLAIN (FORMAT JSON) `+q.text, q.args...).Scan(&p.text)
	if err != nil {
		t.Fatal(err)
	}
	var told []struct{ Plan postgresNode }
	if err := json.Unmarshal([]byte(p.text), &told); err != nil {
		t.Fatal(err)
	}
	for _, one := range told {
		p.add(one.Plan, "")
	}
	return p
}

// add records a node and its children. A child without an alias searches for its parent.
func (p *plan) add(node postgresNode, alias string) {
	if node.Alias != "" {
		alias = postgresCounted.ReplaceAllString(node.Alias, "")
	}
	p.sorts = p.sorts || strings.HasSuffix(node.Type, "Sort")
	p.either = p.either || node.Type == "BitmapOr"
	if node.Index != "" {
		index := node.Index
		if strings.HasSuffix(index, "_pkey") {
			index = "pkey of " + alias
		}
		p.steps = append(p.steps, step{index: index, only: node.Type == "Index Only Scan", columns: columnsIn(postgresColumn, postgresSpelling.Replace(node.Cond))})
	}
	for _, part := range node.Parts {
		p.add(part, alias)
	}
}

// columnsIn returns the columns that a pattern finds, each with =, < or >.
func columnsIn(pattern *regexp.Regexp, condition string) (columns []string) {
	for _, found := range pattern.FindAllStringSubmatch(condition, -1) {
		columns = append(columns, found[1]+found[2])
	}
	return columns
}

// wantPlan wants a statement to be run as some wishes say: see plan.wants.
func wantPlan(t *testing.T, s *Store, q query, wishes string) {
	t.Helper()
	if p := planOf(t, s, q); !p.wants(wishes) {
		t.Errorf("%s\nis not run as %q, but by %v:\n%s", q.text, wishes, p.steps, p.text)
	}
}

// wantPlans wants so many queries to have been recorded, each to be run as its wishes say, and
// forgets them.
func wantPlans(t *testing.T, s *Store, r *recorder, err error, wishes ...string) {
	t.Helper()
	if err != nil || len(r.queries) != len(wishes) {
		t.Fatalf("%d queries were recorded, %v", len(r.queries), err)
	}
	for i, q := range r.queries {
		wantPlan(t, s, q, wishes[i])
	}
	r.queries, r.writes = nil, nil
}

// filledStore opens a store and, on Postgres, whose plans depend on the contents, fills it.
func filledStore(t *testing.T, location string, crowd ...string) *Store {
	t.Helper()
	s := openStore(t, location)
	if !s.Shared() {
		return s
	}
	for _, statement := range crowd {
		if _, err := s.engine.Database().ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return s
}
