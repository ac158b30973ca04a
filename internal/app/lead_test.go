package app_test

import (
	"sync"
	"testing"

	"tickler"
	"tickler/internal/app"
)

func TestOneLeadIsCapturedByManyAtOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		caller := w.as("seller")
		ids := make([]tickler.ID, 8)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() {
				id, _, err := w.CaptureLead(t.Context(), caller, app.LeadCapture{
					Values: []tickler.LeadValue{
						{LeadPart: tickler.LeadPart{Column: tickler.LeadEmail}, Value: "ada@example.com"},
						{LeadPart: tickler.LeadPart{Name: "mx_City"}, Value: "Pune"},
					},
				})
				if err != nil {
					t.Error(err)
				}
				ids[i] = id
			})
		}
		all.Wait()
		for _, id := range ids {
			if id != ids[0] || id.IsZero() {
				t.Errorf("captured %v: more than one lead", ids)
			}
		}
		_, found, err := w.Lead(t.Context(), w.stranger(), ids[0])
		if found || err != nil {
			t.Errorf("another account found the lead (%v)", err)
		}
	})
}
