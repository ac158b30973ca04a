package store_test

import (
	"testing"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestOpportunity(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		o := tickler.Opportunity{ID: newID(), AccountID: newID(), LeadID: newID(), Name: "Größerer Auftrag", CreatedBy: newID(), CreatedAt: noon}
		noError(t, s.CreateOpportunity(t.Context(), o))
		got, found, err := s.Opportunity(t.Context(), o.AccountID, o.ID)
		noError(t, err)
		equal(t, true, found)
		equal(t, o, got)
		for _, unknown := range [][2]tickler.ID{{newID(), o.ID}, {o.AccountID, newID()}} {
			_, found, err := s.Opportunity(t.Context(), unknown[0], unknown[1])
			noError(t, err)
			equal(t, false, found)
		}
	})
}
