package tickler

// RelatedKind is what sort of thing a task is tied to. The numbers are stored.
type RelatedKind int

// The kinds of related entity (docs/contract.md section 2).
const (
	RelatedToNobody      RelatedKind = 0
	RelatedToLead        RelatedKind = 1
	RelatedToOpportunity RelatedKind = 5
)

// Related is what a task is tied to: a lead, an opportunity, or nobody.
type Related struct {
	Kind RelatedKind
	ID   ID
	Name string // of the lead or opportunity; filled on reading
}

// UnknownRelated returns the error for a lead or an opportunity that does not exist.
func UnknownRelated(kind RelatedKind, id ID) error {
	if kind == RelatedToOpportunity {
		return Refuse(FactNoOpportunity, FieldRelated, id)
	}
	return Refuse(FactNoLead, FieldRelated, id)
}
