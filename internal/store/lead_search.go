package store

import (
	"context"
	"fmt"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/store/engine"
)

// Leads gives a page of the leads that a search asks for. Of what no column can tell, the leads are read one after the other,
// by one search of the account at a time.
func (s *Store) Leads(ctx context.Context, account tickler.ID, search tickler.LeadSearch) ([]tickler.Lead, error) {
	query, args := `SELECT auto_id, `+leadColumns+` FROM lead WHERE account_id = $1`, []any{idArg(account)}
	condition, arg, indexed := leadCondition(search.Condition)
	if condition != "" {
		query, args = query+` AND `+condition, append(args, arg)
	}
	query += ` ORDER BY ` + leadOrder(search) + `, auto_id`
	if !indexed {
		giveBack, err := s.scans.take(ctx, account)
		if err != nil {
			return nil, engine.Classify(err)
		}
		defer giveBack()
	}
	if condition != "" { // all rows count
		args = append(args, search.Page.Offset+search.Page.Limit)
		query += fmt.Sprintf(` LIMIT $%d`, len(args))
	}
	rows, err := engine.Composed(s.engine.Reader()).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, engine.Classify(err)
	}
	defer rows.Close()
	var page []tickler.Lead
	for passed := 0; len(page) < search.Page.Limit && rows.Next(); {
		lead, err := scanLead(rows)
		switch {
		case err != nil:
			return nil, engine.Classify(err)
		case condition == "" && !search.Condition.Holds(lead):
		case passed < search.Page.Offset:
			passed++
		default:
			page = append(page, lead)
		}
	}
	return page, engine.Classify(rows.Err())
}

// leadCondition is a condition that a column can tell, with its argument, and whether an index finds it; "" for others.
func leadCondition(c tickler.LeadCondition) (condition string, arg any, indexed bool) {
	isEqual := c.Operator == "=" && c.Value != ""
	switch column := tickler.Fold(c.Attribute); {
	case (column == "createdon" || column == "modifiedon") && c.Operator != "LIKE":
		at, err := civil.ParseInstant(c.Value)
		if err != nil {
			return "", nil, false
		}
		return map[string]string{"createdon": "created_at", "modifiedon": "modified_at"}[column] + ` ` + string(c.Operator) + ` $2`, at.Unix(), false
	case column == "emailaddress" && isEqual:
		return `email_key = $2`, tickler.Fold(c.Value), true
	case column == "phone" && isEqual && tickler.PhoneDigits(c.Value) != "":
		return `phone_key = $2`, tickler.PhoneDigits(c.Value), true
	case column == "prospectid" && isEqual:
		id, err := tickler.ParseID(c.Value)
		if err != nil {
			return "", nil, false
		}
		return `id = $2`, idArg(id), true
	}
	return "", nil, false
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

// leadSortColumns says by what each order sorts.
var leadSortColumns = map[tickler.LeadColumn]string{
	"ProspectID": "id", "ProspectAutoId": "auto_id", "FirstName": "first_name", "LastName": "last_name", "EmailAddress": "email", "Phone": "phone",
	"CreatedBy": "created_by", "CreatedOn": "created_at", "ModifiedOn": "modified_at",
}
