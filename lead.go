package tickler

import (
	"slices"
	"strings"
	"time"
)

// Lead is a person the sales team deals with: only what task work needs of one.
type Lead struct {
	ID        ID
	AccountID ID
	AutoID    int64 // a number fixed for the lead's life
	FirstName string
	LastName  string
	Email     string
	Phone     string
	// Attributes are all others, stored as they came.
	Attributes []LeadAttribute
	CreatedBy  ID
	CreatedAt  time.Time
	ModifiedAt time.Time
}

// Name is the lead's full name, or empty.
func (l Lead) Name() string { return fullName(l.FirstName, l.LastName) }

// Company is where the lead works, an attribute that is stored as it came; empty when there is none.
func (l Lead) Company() string { return l.text(LeadPart{Name: company}) }

const company = "Company"

// LeadAttribute is one attribute of a lead that Tickler stores without interpreting it.
type LeadAttribute struct{ Name, Value string }

// Limits of a lead's texts, in code points, and of their number.
const (
	MaxLeadPhone          = 50
	MaxLeadAttributes     = 200
	MaxLeadAttributeName  = 100
	MaxLeadAttributeValue = 8_000
)

// Validate checks that something identifies the lead and that its texts fit (docs/contract.md
// section 7).
func (l Lead) Validate() error {
	if ShowsNothing(l.FirstName + l.LastName + l.Email + l.Phone) {
		return Refuse(FactNamelessLead, "", nil)
	}
	if l.Email != "" && !isEmail(l.Email) {
		return Refuse(FactNotEmail, FieldEmail, l.Email)
	}
	if len(l.Attributes) > MaxLeadAttributes {
		return Refuse(FactTooManyAttributes, FieldAttribute, l.Attributes[MaxLeadAttributes].Name, MaxLeadAttributes)
	}
	texts := []struct {
		field Field
		text  string
		max   int
	}{
		{FieldFirstName, l.FirstName, MaxPersonName},
		{FieldLastName, l.LastName, MaxPersonName},
		{FieldPhone, l.Phone, MaxLeadPhone},
	}
	for _, t := range texts {
		if err := checkLength(t.field, t.text, t.max); err != nil {
			return err
		}
		// Blanks are what forms send for a field that nobody filled in.
		if err := checkVisible(t.field, strings.TrimSpace(t.text), t.max); err != nil {
			return err
		}
	}
	for _, a := range l.Attributes {
		if err := checkVisible(FieldAttribute, a.Name, MaxLeadAttributeName); err != nil {
			return err
		}
		if err := checkLength(Field(a.Name), a.Value, MaxLeadAttributeValue); err != nil {
			return err
		}
	}
	return nil
}

// LeadColumn names an attribute of a lead that Tickler itself knows.
type LeadColumn string

// The columns.
const (
	LeadID           LeadColumn = "id"
	LeadNumber       LeadColumn = "number"
	LeadFirstName    LeadColumn = "first name"
	LeadLastName     LeadColumn = "last name"
	LeadEmail        LeadColumn = "e-mail address"
	LeadPhone        LeadColumn = "phone"
	LeadCreator      LeadColumn = "creator"
	LeadCreation     LeadColumn = "created"
	LeadModification LeadColumn = "modified"
)

// LeadColumns lists every column.
var LeadColumns = []LeadColumn{
	LeadID, LeadNumber, LeadFirstName, LeadLastName, LeadEmail, LeadPhone, LeadCreator, LeadCreation, LeadModification,
}

// LeadPart names one attribute of a lead: a column, or else one stored under the account's own
// name, in any case.
type LeadPart struct {
	Column LeadColumn
	Name   string
}

// LeadValue is a caller's value for one attribute of a lead. Of the columns, callers set first and
// last name, e-mail address and phone.
type LeadValue struct {
	LeadPart
	Value string
}

// With returns the lead with attributes set. An empty value clears the attribute. Those that
// Tickler does not know are stored as they are.
func (l Lead) With(values []LeadValue) Lead {
	l.Attributes = slices.Clone(l.Attributes)
	for _, v := range values {
		if known := l.known(v.Column); known != nil {
			*known = v.Value
			continue
		}
		i := slices.IndexFunc(l.Attributes, func(has LeadAttribute) bool { return Fold(has.Name) == Fold(v.Name) })
		if i < 0 {
			l.Attributes = append(l.Attributes, LeadAttribute{Name: v.Name, Value: v.Value})
		} else {
			l.Attributes[i].Value = v.Value
		}
	}
	return l
}

// known returns a pointer to a column that callers set; nil for others.
func (l *Lead) known(column LeadColumn) *string {
	switch column {
	case LeadFirstName:
		return &l.FirstName
	case LeadLastName:
		return &l.LastName
	case LeadEmail:
		return &l.Email
	case LeadPhone:
		return &l.Phone
	default:
		return nil
	}
}
