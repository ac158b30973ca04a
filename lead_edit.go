package tickler

import "strings"

// LeadEdit is what somebody wrote over an attribute of a lead.
type LeadEdit struct {
	LeadPart
	Was   string // what it held when they began
	Value string // what they wrote
}

// LeadDifference is an attribute of a lead that somebody else has changed meanwhile.
type LeadDifference struct {
	LeadPart
	Was   string // when they began
	Now   string
	Value string // what they wrote
}

// Edited returns the lead with what somebody wrote, but for what somebody else has changed since
// they began: untouched are the attributes that only the others changed, and clashes those that both
// did, to different ends. With clashes the lead stays as it is.
func (l Lead) Edited(edits []LeadEdit) (edited Lead, untouched, clashes []LeadDifference) {
	var values []LeadValue
	for _, e := range edits {
		now := l.text(e.LeadPart)
		difference := LeadDifference{e.LeadPart, e.Was, now, e.Value}
		switch {
		case isSameText(e.Value, now):
		case isSameText(e.Value, e.Was):
			untouched = append(untouched, difference)
		case isSameText(e.Was, now):
			values = append(values, LeadValue{e.LeadPart, e.Value})
		default:
			clashes = append(clashes, difference)
		}
	}
	if len(clashes) > 0 {
		return l, untouched, clashes
	}
	return l.With(values), untouched, nil
}

// isSameText reports whether two texts differ in nothing but how their lines end, which forms change.
func isSameText(a, b string) bool {
	return a == b || strings.ReplaceAll(a, "\r\n", "\n") == strings.ReplaceAll(b, "\r\n", "\n")
}
