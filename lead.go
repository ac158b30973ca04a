package tickler

import "slices"

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

// PhoneDigits is the form in which phone numbers are compared.
func PhoneDigits(phone string) string {
	digits := make([]byte, 0, len(phone))
	for i := range len(phone) {
		if phone[i] >= '0' && phone[i] <= '9' {
			digits = append(digits, phone[i])
		}
	}
	return string(digits)
}
