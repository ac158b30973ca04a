package store_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func anyView() *rapid.Generator[tickler.View] {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return rapid.Custom(func(r *rapid.T) tickler.View {
		id := rapid.SampledFrom([]tickler.ID{newID(), newID(), newID()})
		return tickler.View{
			Name: rapid.StringMatching(`\PC{1,10}`).Draw(r, "Name"), IsShared: rapid.Bool().Draw(r, "IsShared"),
			Terms: tickler.TaskTerms{
				Statuses: orZero(rapid.SliceOfN(rapid.SampledFrom(tickler.Statuses), 1, 2)).Draw(r, "Statuses"),
				Owner: tickler.OwnerTerm{
					IsReader: rapid.Bool().Draw(r, "IsReader"), ID: orZero(id).Draw(r, "ID"), WithReports: rapid.Bool().Draw(r, "WithReports"),
				},
				TypeIDs: orZero(rapid.SliceOfN(id, 1, 3)).Draw(r, "TypeIDs"), Due: orZero(rapid.SampledFrom(tickler.DueTerms)).Draw(r, "Due"),
				From: orZero(rapid.Just(day)).Draw(r, "From"), To: orZero(rapid.Just(day.AddDate(0, 0, 1))).Draw(r, "To"),
				RelatedID: orZero(id).Draw(r, "RelatedID"), IsTied: rapid.Ptr(rapid.Bool(), true).Draw(r, "IsTied"),
				Text: orZero(rapid.Just("kovač \"\n")).Draw(r, "Text"),
			},
			Columns: orZero(rapid.SliceOfN(rapid.SampledFrom(tickler.TaskColumns), 1, 3)).Draw(r, "Columns"),
			Order:   rapid.SampledFrom(tickler.TaskColumns).Draw(r, "Order"), Descending: rapid.Bool().Draw(r, "Descending"),
			CreatedAt: noon, ModifiedAt: noon.Add(time.Hour),
		}
	})
}

func TestViewsComeBackAsTheyWere(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			view := anyView().Draw(r, "view")
			view.ID, view.AccountID, view.MakerID = newID(), newID(), newID()
			put := func(v tickler.View) {
				noError(r, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.PutView(ctx, v) }))
			}
			put(view)
			list := func(user tickler.ID) []tickler.View {
				views, err := s.Views(t.Context(), view.AccountID, user)
				noError(r, err)
				return views
			}
			equal(r, []tickler.View{view}, list(view.MakerID))
			changed := anyView().Draw(r, "changed")
			changed.ID, changed.AccountID, changed.MakerID, changed.CreatedAt = view.ID, view.AccountID, view.MakerID, view.CreatedAt
			put(changed)
			equal(r, []tickler.View{changed}, list(view.MakerID))
			equal(r, changed.IsShared, len(list(newID())) == 1)
			noError(r, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				got, found, err := tx.View(ctx, view.AccountID, view.ID)
				noError(r, err)
				equal(r, true, found)
				equal(r, changed, got)
				count, err := tx.ViewCount(ctx, view.AccountID, view.MakerID)
				noError(r, err)
				equal(r, 1, count)
				return tx.RemoveView(ctx, view.AccountID, view.ID)
			}))
			equal(r, 0, len(list(view.MakerID)))
		})
	})
}
