package tickler

import "time"

// LeadListing asks for a stretch of all the leads of an account.
type LeadListing struct {
	Order LeadOrder
	// From is the place in the list that the stretch begins behind, or, backward, ends before; nil
	// is the beginning.
	From     *LeadPlace
	Backward bool
	// WithoutStep leaves out those that somebody has an open task about, or about an opportunity
	// with them.
	WithoutStep bool
	Limit       int
}

// LeadOrder is how a list of leads is sorted.
type LeadOrder string

// The orders: those changed last first, or by name.
const (
	LeadsByChange LeadOrder = "changed"
	LeadsByName   LeadOrder = "name"
)

// LeadPlace is a lead's place in a list.
type LeadPlace struct {
	ID        ID
	ChangedAt time.Time // for LeadsByChange
}

// Place returns the lead's place in a list.
func (l Lead) Place() LeadPlace { return LeadPlace{l.ID, l.ModifiedAt} }

// LeadStretch is a stretch of a list, in its order.
type LeadStretch struct {
	Leads []Lead
	// Next is the place at which the list goes on, in the direction that was asked for; nil at its
	// end. With WithoutStep there may be fewer leads than asked for before it: a list looks through
	// so many leads at once and no more.
	Next *LeadPlace
}

// StepFilter picks tasks that are a next step with a lead.
type StepFilter struct {
	// Team narrows to tasks that one of these users owns or created; nil is anybody.
	Team []ID
	// EndedBefore narrows to tasks that ended before an instant; zero for all.
	EndedBefore time.Time
}
