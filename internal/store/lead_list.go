package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// maxLooked is how many leads are looked through at once for those without a next step.
const maxLooked = 5_000

// hasNoStep is the condition that nothing is open about the lead l, or an opportunity with it.
// Postgres joins an EXISTS with all tasks; these it asks for each lead. SQLite goes through a CROSS
// JOIN in the order in which it is written.
const hasNoStep = `
	(SELECT 1 FROM task AS t WHERE t.account_id = $1 AND t.related_id = l.id AND t.state = 0 LIMIT 1) IS NULL
	AND (SELECT 1 FROM opportunity AS o CROSS JOIN task AS t WHERE o.account_id = $1 AND o.lead_id = l.id
		AND t.account_id = o.account_id AND t.related_id = o.id AND t.state = 0 LIMIT 1) IS NULL`

// ListLeads returns a stretch of the leads of an account.
func (s *Store) ListLeads(
	ctx context.Context, account tickler.ID, list tickler.LeadListing,
) (tickler.LeadStretch, error) {
	inOrder, args, err := s.leadsInOrder(ctx, account, list)
	if err != nil {
		return tickler.LeadStretch{}, err
	}
	args = append(args, list.Limit+1)
	// The columns are read of those leads alone that are listed.
	query := `SELECT l.id FROM (` + inOrder + `) AS l`
	if list.WithoutStep {
		args[len(args)-1] = maxLooked
		args = append(args, list.Limit+1)
		query += fmt.Sprintf(` WHERE `+hasNoStep+` LIMIT $%d`, len(args))
	}
	ids, err := idsOf(ctx, engine.Composed(s.engine.Reader()), query, args...)
	if err != nil {
		return tickler.LeadStretch{}, err
	}
	stretch := tickler.LeadStretch{}
	listed := ids[:min(len(ids), list.Limit)]
	if stretch.Leads, err = s.leadsInOrderOf(ctx, account, listed); err != nil {
		return stretch, err
	}
	switch {
	case len(ids) > list.Limit:
		place := stretch.Leads[len(stretch.Leads)-1].Place()
		stretch.Next = &place
	case list.WithoutStep:
		stretch.Next, err = s.lastLooked(ctx, inOrder, args)
	}
	if list.Backward {
		slices.Reverse(stretch.Leads)
	}
	return stretch, err
}

// leadsInOrder returns the query for the leads from a place on, and its arguments: all but the last,
// how many of them.
func (s *Store) leadsInOrder(
	ctx context.Context, account tickler.ID, list tickler.LeadListing,
) (query string, args []any, err error) {
	const rising, falling = ``, ` DESC`
	column, direction, after := `modified_at`, falling, `<`
	if list.Order == tickler.LeadsByName {
		column = `words`
	}
	if (list.Order == tickler.LeadsByName) != list.Backward {
		direction, after = rising, `>`
	}
	args = []any{idArg(account)}
	query = `SELECT id, modified_at FROM lead WHERE account_id = $1`
	if list.From != nil {
		var key any = list.From.ChangedAt.Unix()
		if list.Order == tickler.LeadsByName {
			if key, err = s.wordsOfLead(ctx, account, list.From.ID); err != nil {
				return "", nil, err
			}
		}
		args = append(args, key, idArg(list.From.ID))
		query += ` AND (` + column + `, id) ` + after + ` ($2, $3)`
	}
	query += ` ORDER BY ` + column + direction + `, id` + direction + fmt.Sprintf(` LIMIT $%d`, len(args)+1)
	return query, args, nil
}

// wordsOfLead returns what a lead is found by; nothing for one that is gone.
func (s *Store) wordsOfLead(ctx context.Context, account, id tickler.ID) (words string, err error) {
	rows, err := s.engine.Reader().QueryContext(ctx,
		`SELECT words FROM lead WHERE account_id = $1 AND id = $2`, idArg(account), idArg(id))
	_, err = engine.Collect(rows, err, func(row engine.Row) (none struct{}, err error) { return none, row.Scan(&words) })
	return words, err
}

// lastLooked returns the place of the last lead that was looked at; nil if that was the last of all.
func (s *Store) lastLooked(ctx context.Context, inOrder string, args []any) (*tickler.LeadPlace, error) {
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx,
		`SELECT l.id, l.modified_at FROM (`+inOrder+fmt.Sprintf(`) AS l LIMIT 1 OFFSET %d`, maxLooked-1), args[:len(args)-1]...)
	places, err := engine.Collect(rows, err, func(row engine.Row) (p tickler.LeadPlace, err error) {
		return p, row.Scan(idColumn{&p.ID}, instantColumn{&p.ChangedAt})
	})
	if len(places) == 0 {
		return nil, err
	}
	return &places[0], err
}

// leadsInOrderOf reads leads in the order of their ids.
func (s *Store) leadsInOrderOf(ctx context.Context, account tickler.ID, ids []tickler.ID) ([]tickler.Lead, error) {
	place := make(map[tickler.ID]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	leads, err := s.LeadsByID(ctx, account, ids)
	slices.SortFunc(leads, func(a, b tickler.Lead) int { return place[a.ID] - place[b.ID] })
	return leads, err
}

// CountLeads counts an account's leads up to a number.
func (s *Store) CountLeads(ctx context.Context, account tickler.ID, upTo int) (count int, err error) {
	err = s.engine.Reader().QueryRowContext(ctx,
		`SELECT count(*) FROM (SELECT 1 FROM lead WHERE account_id = $1 LIMIT $2) AS counted`, idArg(account), upTo).Scan(&count)
	return count, engine.Classify(err)
}

// Limits of what is looked through for what is overdue.
const (
	maxOverdueLooked = 50_000 // tasks, those overdue longest first
	maxOverdueTasks  = 1_000
)

// OverdueLeads returns the leads with tasks that ended before an instant, those overdue longest
// first, of anybody's or of some owners' tasks. It reports whether there may be more.
func (s *Store) OverdueLeads(
	ctx context.Context, account tickler.ID, owners []tickler.ID, now time.Time,
) (leads []tickler.Lead, more bool, err error) {
	args := []any{idArg(account), now.Unix(), maxOverdueLooked, maxOverdueTasks + 1}
	narrowed := ``
	if owners != nil {
		narrowed = ` WHERE owner_id IN (` + idList(owners, &args) + `)`
	}
	related, err := idsOf(ctx, engine.Composed(s.engine.Reader()), `
		SELECT related_id FROM (SELECT related_id, owner_id FROM task
			WHERE account_id = $1 AND state = 0 AND related_id IS NOT NULL AND end_at < $2
			ORDER BY end_at LIMIT $3) AS overdue`+narrowed+` LIMIT $4`, args...)
	if err != nil {
		return nil, false, err
	}
	more = len(related) > maxOverdueTasks
	related = related[:min(len(related), maxOverdueTasks)]
	leadOf, err := s.leadsOfOpportunities(ctx, account, related)
	if err != nil {
		return nil, false, err
	}
	var ids []tickler.ID
	seen := map[tickler.ID]bool{}
	for _, id := range related {
		if lead, isOpportunity := leadOf[id]; isOpportunity {
			id = lead
		}
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	leads, err = s.leadsInOrderOf(ctx, account, ids)
	return leads, more, err
}

// leadsOfOpportunities returns the lead of each id that is an opportunity's.
func (s *Store) leadsOfOpportunities(
	ctx context.Context, account tickler.ID, ids []tickler.ID,
) (map[tickler.ID]tickler.ID, error) {
	leads := map[tickler.ID]tickler.ID{}
	for some := range slices.Chunk(ids, 500) {
		args := []any{idArg(account)}
		rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx,
			`SELECT id, lead_id FROM opportunity WHERE account_id = $1 AND id IN (`+idList(some, &args)+`)`, args...)
		_, err = engine.Collect(rows, err, func(row engine.Row) (none struct{}, err error) {
			var id, lead tickler.ID
			err = row.Scan(idColumn{&id}, idColumn{&lead})
			leads[id] = lead
			return none, err
		})
		if err != nil {
			return nil, err
		}
	}
	return leads, nil
}

// NextSteps returns the earliest open task about each of some leads, or an opportunity with it, that
// a filter picks, by the lead's id.
func (s *Store) NextSteps(
	ctx context.Context, account tickler.ID, leads []tickler.ID, f tickler.StepFilter,
) (map[tickler.ID]tickler.Task, error) {
	steps := map[tickler.ID]tickler.Task{}
	for some := range slices.Chunk(leads, 200) {
		args := []any{idArg(account)}
		list := idList(some, &args)
		narrowed := ``
		if !f.EndedBefore.IsZero() {
			args = append(args, f.EndedBefore.Unix())
			// A task ends when it is due, or later: the index leaves out what is due after that.
			narrowed = fmt.Sprintf(` AND o.due_at < $%[1]d AND o.end_at < $%[1]d`, len(args))
		}
		if f.Team != nil {
			team := idList(f.Team, &args)
			narrowed += ` AND (o.owner_id IN (` + team + `) OR o.created_by IN (` + team + `))`
		}
		rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, taskSelection+`, r.lead_id FROM (
				SELECT id, id AS lead_id FROM lead WHERE account_id = $1 AND id IN (`+list+`)
				UNION ALL SELECT id, lead_id FROM opportunity WHERE account_id = $1 AND lead_id IN (`+list+`)
			) AS r JOIN task AS t ON t.account_id = $1 AND t.id = (
				SELECT o.id FROM task AS o WHERE o.account_id = $1 AND o.related_id = r.id AND o.state = 0`+narrowed+`
				ORDER BY o.due_at LIMIT 1)`, args...)
		_, err = engine.Collect(rows, err, func(row engine.Row) (none struct{}, err error) {
			var lead tickler.ID
			step, err := scanTask(and{row, idColumn{&lead}})
			if before, found := steps[lead]; !found || step.DueAt.Before(before.DueAt) {
				steps[lead] = step
			}
			return none, err
		})
		if err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// idsOf returns the ids that a query selects.
func idsOf(ctx context.Context, db engine.Handle, query string, args ...any) ([]tickler.ID, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	return engine.Collect(rows, err, func(row engine.Row) (id tickler.ID, err error) {
		return id, row.Scan(idColumn{&id})
	})
}
