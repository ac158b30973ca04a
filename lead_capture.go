package tickler

import "slices"

// LeadUpdate says what is set of a captured lead that is there already.
type LeadUpdate int

// The ways to update it.
const (
	UpdateAll       LeadUpdate = iota // every attribute that was sent
	UpdateNothing                     // the lead stays as it is
	UpdateEmpty                       // only what the lead has not
	UpdateNotUnique                   // all but e-mail address and phone
)

// Captured returns a lead that was found for attributes, with those of them set that may be.
func (l Lead) Captured(values []LeadValue, update LeadUpdate) Lead {
	return l.With(slices.DeleteFunc(slices.Clone(values), func(v LeadValue) bool {
		switch update {
		case UpdateNothing:
			return true
		case UpdateEmpty:
			return !showsNothing(l.text(v.LeadPart))
		case UpdateNotUnique:
			return v.Column == LeadEmail || v.IsPhone()
		default:
			return v.IsPhone() && l.knowsBetter(v.Value)
		}
	}))
}

// knowsBetter reports whether the lead has a phone number already, as its mobile or with more of it
// than was sent.
func (l Lead) knowsBetter(phone string) bool {
	return matchPhone(l.Phone, phone) == tailOfPhone && len(PhoneDigits(l.Phone)) > len(PhoneDigits(phone)) ||
		!SamePhone(l.Phone, phone) && SamePhone(l.Mobile(), phone)
}
