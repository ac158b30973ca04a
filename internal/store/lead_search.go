package store

import (
	"context"
	"fmt"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/civil"
	"tickler/internal/store/engine"
)

// Leads returns a page of the leads that a search asks for. What no column can decide is decided by
// reading all the leads, in one search per account at a time.
func (s *Store) Leads(ctx context.Context, account tickler.ID, search tickler.LeadSearch) ([]tickler.Lead, error) {
	query, args := `SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1`, []any{idArg(account)}
	condition := leadCondition(search.Condition)
	if condition.text != "" {
		query, args = query+` AND `+condition.text, append(args, condition.args...)
	}
	query += ` ORDER BY ` + leadOrder(search) + `, auto_id`
	if !condition.indexed {
		giveBack, err := s.scans.take(ctx, account)
		if err != nil {
			return nil, engine.Classify(err)
		}
		defer giveBack()
	}
	if condition.whole { // all rows count
		args = append(args, search.Page.Offset+search.Page.Limit)
		query += fmt.Sprintf(` LIMIT $%d`, len(args))
	}
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, engine.Classify(err)
	}
	defer rows.Close()
	holds := leadTest(search.Condition)
	var page []tickler.Lead
	for passed := 0; len(page) < search.Page.Limit && rows.Next(); {
		lead, err := scanLead(rows)
		switch {
		case err != nil:
			return nil, engine.Classify(err)
		case !condition.whole && !holds(lead):
		case passed < search.Page.Offset:
			passed++
		default:
			page = append(page, lead)
		}
	}
	return page, engine.Classify(rows.Err())
}

// leadTest returns what reports whether a lead satisfies a condition. An e-mail address is compared in
// the form by which it is found.
func leadTest(c tickler.LeadCondition) func(tickler.Lead) bool {
	if c.Of.Column != tickler.LeadEmail {
		return c.Holds
	}
	c.Value = address.EmailKey(c.Value)
	return func(l tickler.Lead) bool {
		l.Email = address.EmailKey(l.Email)
		return c.Holds(l)
	}
}

// columnCondition is what columns can decide of a condition.
type columnCondition struct {
	text    string // with $2 and so on for its arguments; empty if they decide nothing
	args    []any
	indexed bool // an index finds the leads
	whole   bool // it holds for the same leads; otherwise for a few more
}

func leadCondition(c tickler.LeadCondition) columnCondition {
	isEqual := c.Operator == tickler.LeadEquals && c.Value != ""
	isInstant := c.Of.Column == tickler.LeadCreation || c.Of.Column == tickler.LeadModification
	switch {
	case c.Of.IsMobile():
		return phoneCondition("mobile_tail", c)
	case c.Of.IsPhone():
		return phoneCondition("phone_tail", c)
	case isInstant && c.Operator != tickler.LeadLike:
		if at, err := civil.ParseInstant(c.Value); err == nil {
			return columnCondition{
				text: leadSortColumns[c.Of.Column] + ` ` + string(c.Operator) + ` $2`, args: []any{at.Unix()},
				whole: true,
			}
		}
	case c.Of.Column == tickler.LeadEmail && isEqual:
		return columnCondition{text: hasEmail, args: emailArgs(c.Value), indexed: true, whole: true}
	case c.Of.Column == tickler.LeadID && isEqual:
		if id, err := tickler.ParseID(c.Value); err == nil {
			return columnCondition{text: `id = $2`, args: []any{idArg(id)}, indexed: true, whole: true}
		}
	}
	return columnCondition{}
}

func phoneCondition(column string, c tickler.LeadCondition) columnCondition {
	if c.Operator != tickler.LeadEquals || tickler.PhoneDigits(c.Value) == "" {
		return columnCondition{}
	}
	return columnCondition{text: column + ` = $2`, args: []any{tickler.PhoneTail(c.Value)}, indexed: true}
}

func leadOrder(search tickler.LeadSearch) string {
	column := "auto_id"
	if search.By != "" {
		column = leadSortColumns[search.By]
	}
	if search.Descending {
		return column + ` DESC`
	}
	return column + ` ASC`
}

// leadSortColumns maps each order to its column.
var leadSortColumns = map[tickler.LeadColumn]string{
	tickler.LeadID:           "id",
	tickler.LeadNumber:       "auto_id",
	tickler.LeadFirstName:    "first_name",
	tickler.LeadLastName:     "last_name",
	tickler.LeadEmail:        "email",
	tickler.LeadPhone:        "phone",
	tickler.LeadCreator:      "created_by",
	tickler.LeadCreation:     "created_at",
	tickler.LeadModification: "modified_at",
}
