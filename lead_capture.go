package tickler

import "slices"

// LeadUpdate says which attributes of an existing lead a capture sets.
type LeadUpdate int

// The ways to update it.
const (
	UpdateAll       LeadUpdate = iota // every attribute that was sent
	UpdateNothing                     // the lead stays as it is
	UpdateEmpty                       // only what the lead lacks
	UpdateNotUnique                   // all but e-mail address and phone
)

// Captured returns an existing lead with those of the captured values set that may be.
func (l Lead) Captured(values []LeadValue, update LeadUpdate) Lead {
	return l.With(slices.DeleteFunc(slices.Clone(values), func(v LeadValue) bool {
		switch update {
		case UpdateNothing:
			return true
		case UpdateEmpty:
			return !ShowsNothing(l.text(v.LeadPart))
		case UpdateNotUnique:
			return v.Column == LeadEmail || v.IsPhone()
		default:
			return v.IsPhone() && l.knowsBetter(v.Value)
		}
	}))
}

// knowsBetter reports whether the lead already has the phone number, as its mobile or with more
// digits than were sent.
func (l Lead) knowsBetter(phone string) bool {
	return matchPhone(l.Phone, phone) == tailOfPhone && len(PhoneDigits(l.Phone)) > len(PhoneDigits(phone)) ||
		!SamePhone(l.Phone, phone) && SamePhone(l.Mobile(), phone)
}
