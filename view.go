package tickler

import (
	"slices"
	"time"
)

// View is a list of tasks that somebody has saved: which tasks, what is shown of them, and in which
// order.
type View struct {
	ID        ID
	AccountID ID
	MakerID   ID
	Name      string
	// IsShared: everybody in the account has it in their list, each with the tasks that they may
	// see. Otherwise only its maker has.
	IsShared   bool
	Terms      TaskTerms
	Columns    []TaskColumn // in their order; none: the usual ones
	Order      TaskColumn   // ByDueDate unless another one is named
	Descending bool
	CreatedAt  time.Time
	ModifiedAt time.Time
}

// Limits of views.
const (
	MaxViewName = 60 // code points
	MaxViews    = 50 // that one user makes
)

// Validate checks a view's name and terms.
func (v View) Validate() error {
	if err := checkName(FieldName, v.Name, FactNeededByView, MaxViewName); err != nil {
		return err
	}
	for _, column := range append(slices.Clone(v.Columns), v.Order) {
		if !slices.Contains(TaskColumns, column) {
			return Refuse(FactNotOneOf, FieldView, string(column), oneOf(TaskColumns))
		}
	}
	return v.Terms.Validate()
}

// IsSeenBy reports whether a user has the view in their list.
func (v View) IsSeenBy(u User) bool { return v.IsShared || v.MakerID == u.ID }

// MayBeChangedBy reports whether a user may change, unshare and delete the view: who made it, and
// administrators where it is shared.
func (v View) MayBeChangedBy(u User) bool {
	return v.MakerID == u.ID || v.IsShared && u.Role == Administrator
}
