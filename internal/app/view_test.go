package app_test

import (
	"fmt"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
)

func aView(name string, shared bool) tickler.View {
	return tickler.View{Name: name, IsShared: shared, Order: tickler.ByDueDate}
}

func TestAUserHasSoManyViewsAndNoMore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		seller := w.as("seller")
		for i := range tickler.MaxViews {
			_, err := w.CreateView(t.Context(), seller, aView(fmt.Sprint(i), false), app.Options{})
			w.must(err)
		}
		_, err := w.CreateView(t.Context(), seller, aView("one more", false), app.Options{})
		wantError(t, err, tickler.Refuse(tickler.FactTooManyViews, tickler.FieldView, nil, tickler.MaxViews))
		_, err = w.CreateView(t.Context(), w.as("boss"), aView("the first", false), app.Options{})
		w.must(err)
	})
}

func TestSharedViewsAreChangedByTheirMakersAndAdministrators(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		shared, err := w.CreateView(t.Context(), w.as("seller"), aView("Shared", true), app.Options{})
		w.must(err)
		own, err := w.CreateView(t.Context(), w.as("seller"), aView("Own", false), app.Options{})
		w.must(err)
		change := func(caller app.Caller, v tickler.View) error {
			_, err := w.ChangeView(t.Context(), caller, v.ID, aView("Changed", v.IsShared))
			return err
		}
		for _, name := range []string{"boss", "marketer", "junior"} {
			wantKind(t, change(w.as(name), shared), tickler.KindForbidden)
			wantKind(t, change(w.as(name), own), tickler.KindUnknownEntity)
			wantKind(t, w.DeleteView(t.Context(), w.as(name), own.ID), tickler.KindUnknownEntity)
		}
		wantKind(t, change(w.as("admin"), own), tickler.KindUnknownEntity)
		wantKind(t, change(w.stranger(), shared), tickler.KindUnknownEntity)
		w.must(change(w.as("admin"), shared))
		w.must(change(w.as("seller"), own))
		views, err := w.SavedViews(t.Context(), w.as("seller"))
		w.must(err)
		for _, v := range views {
			if v.Name != "Changed" || v.MakerID != w.users["seller"].ID {
				t.Errorf("%+v", v)
			}
		}
		equal(t, 2, len(views))
		w.must(w.DeleteView(t.Context(), w.as("admin"), shared.ID))
	})
}

// "Mine" is whose who looks, whoever saved it.
func TestBadgesCountWhatTheCallerSees(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		for range 3 {
			w.task("seller", "seller")
		}
		w.task("boss", "boss")
		mine, all := aView("Mine", true), aView("All", true)
		mine.ID, all.ID = newID(), newID()
		mine.Terms.Owner.IsReader = true
		for name, want := range map[string][2]int{"seller": {3, 3}, "boss": {1, 4}, "admin": {0, 4}, "loner": {0, 0}} {
			counts, err := w.CountViews(t.Context(), w.as(name), tickler.Reader{Now: now, Zone: time.UTC}, []tickler.View{mine, all})
			w.must(err)
			equal(t, map[tickler.ID]int{mine.ID: want[0], all.ID: want[1]}, counts)
		}
	})
}

// A search shows each role what it may see, and no account another's.
func TestSearchShowsWhatTheCallerMaySee(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.task("seller", "seller")
		w.task("seller", "loner")
		w.task("admin", "admin")
		for range 5 {
			for after, more := int64(0), true; more; {
				var err error
				after, more, err = w.store.IndexTasks(t.Context(), after, 100)
				w.must(err)
			}
		}
		search := func(caller app.Caller, terms tickler.TaskTerms) int {
			list, err := w.Search(t.Context(), caller, app.TaskSearch{
				Terms: terms, Reader: tickler.Reader{Now: now, Zone: time.UTC}, Order: tickler.TaskOrder{By: tickler.ByDueDate}, Page: tickler.Page{Limit: 10},
			})
			w.must(err)
			equal(t, list.Total, len(list.Tasks))
			return list.Total
		}
		for name, want := range map[string]int{"admin": 3, "marketer": 3, "boss": 2, "seller": 2, "loner": 1, "junior": 0} {
			for _, terms := range []tickler.TaskTerms{
				{}, {Text: "for"}, {Due: tickler.DueToday}, {Text: "for", Due: tickler.DueToday, Statuses: []tickler.Status{tickler.StatusPending}},
			} {
				if got := search(w.as(name), terms); got != want {
					t.Errorf("%s finds %d by %+v, want %d", name, got, terms, want)
				}
			}
		}
		equal(t, 0, search(w.stranger(), tickler.TaskTerms{Text: "for"}))
		equal(t, 1, search(w.as("loner"), tickler.TaskTerms{Owner: tickler.OwnerTerm{IsReader: true}, Text: "sel"}))
		equal(t, 0, search(w.as("loner"), tickler.TaskTerms{Owner: tickler.OwnerTerm{ID: w.users["admin"].ID}}))
		equal(t, 1, search(w.as("boss"), tickler.TaskTerms{Owner: tickler.OwnerTerm{IsReader: true, WithReports: true}}))
		_, err := w.Search(t.Context(), w.as("admin"), app.TaskSearch{Terms: tickler.TaskTerms{Due: "soon"}})
		wantKind(t, err, tickler.KindInvalid)
	})
}
