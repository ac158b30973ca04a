package tickler

import (
	"slices"
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
	// Attributes are all others, kept as they came.
	Attributes []LeadAttribute
	CreatedBy  ID
	CreatedAt  time.Time
	ModifiedAt time.Time
}

// Name is the lead's full name, or empty.
func (l Lead) Name() string { return fullName(l.FirstName, l.LastName) }

// LeadAttribute is one attribute of a lead that Tickler keeps without knowing it.
type LeadAttribute struct{ Name, Value string }

// Limits of a lead's texts, in code points, and of their number.
const (
	MaxLeadPhone          = 50
	MaxLeadAttributes     = 200
	MaxLeadAttributeName  = 100
	MaxLeadAttributeValue = 8_000
)

// Validate checks that the lead can be told from others and that its texts fit (contract section 7).
func (l Lead) Validate() error {
	if showsNothing(l.FirstName + l.LastName + l.Email + l.Phone) {
		return &Error{
			Kind:    KindMissing,
			Message: "One of 'FirstName', 'LastName', 'EmailAddress', 'Phone' is mandatory for creating a lead",
		}
	}
	if l.Email != "" && !isEmail(l.Email) {
		return Invalid("EmailAddress", l.Email, "an e-mail address")
	}
	if len(l.Attributes) > MaxLeadAttributes {
		return Invalid("Attribute", l.Attributes[MaxLeadAttributes].Name, "no more than 200 attributes")
	}
	texts := []struct {
		attribute, text string
		max             int
	}{
		{"FirstName", l.FirstName, MaxPersonName},
		{"LastName", l.LastName, MaxPersonName},
		{"Phone", l.Phone, MaxLeadPhone},
	}
	for _, t := range texts {
		if err := checkLength(t.attribute, t.text, t.max); err != nil {
			return err
		}
	}
	for _, a := range l.Attributes {
		if err := checkLength("Attribute", a.Name, MaxLeadAttributeName); err != nil {
			return err
		}
		if err := checkLength(a.Name, a.Value, MaxLeadAttributeValue); err != nil {
			return err
		}
	}
	return nil
}

// With gives the lead with attributes set, by their wire names in any case. An empty value empties the attribute. Those that
// Tickler does not know are kept as they are.
func (l Lead) With(attributes []LeadAttribute) Lead {
	l.Attributes = slices.Clone(l.Attributes)
	for _, a := range attributes {
		if known := l.known(a.Name); known != nil {
			*known = a.Value
			continue
		}
		i := slices.IndexFunc(l.Attributes, func(has LeadAttribute) bool { return Fold(has.Name) == Fold(a.Name) })
		if i < 0 {
			l.Attributes = append(l.Attributes, a)
		} else {
			l.Attributes[i].Value = a.Value
		}
	}
	return l
}

// known gives the place of an attribute that Tickler knows and that callers set; nil for others.
func (l *Lead) known(name string) *string {
	switch Fold(name) {
	case "firstname":
		return &l.FirstName
	case "lastname":
		return &l.LastName
	case "emailaddress":
		return &l.Email
	case "phone":
		return &l.Phone
	}
	return nil
}
