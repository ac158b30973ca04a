package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/store"
)

// lead creates a lead with a first name.
func (w *world) lead(name string) tickler.Lead {
	w.t.Helper()
	lead, err := w.CreateLead(w.t.Context(), w.as("admin"), tickler.Lead{FirstName: name})
	w.must(err)
	return lead
}

// about creates a task of a user's about a lead, due so long from now.
func (w *world) about(lead tickler.ID, owner string, due time.Duration) tickler.Task {
	w.t.Helper()
	at := now.Add(due)
	task, err := w.CreateTask(w.t.Context(), w.as(owner), tickler.TaskDraft{
		Name: "of " + owner, RelatedKind: tickler.RelatedToLead, RelatedID: lead, DueAt: &at, OwnerID: w.users[owner].ID,
	})
	w.must(err)
	return task
}

// names lists the names of leads, in their order.
func names(lines []app.LeadLine) string {
	var all []string
	for _, l := range lines {
		all = append(all, l.Name())
	}
	return strings.Join(all, ", ")
}

func TestLeadsOfAView(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		a, b, c := w.lead("Ann"), w.lead("Bea"), w.lead("Cem")
		w.lead("Dan")
		w.about(a.ID, "junior", -72*time.Hour)
		w.about(a.ID, "boss", time.Hour)
		w.about(b.ID, "loner", -72*time.Hour)
		w.about(c.ID, "seller", 72*time.Hour)
		stranger := w.stranger()
		_, err := w.CreateLead(t.Context(), stranger, tickler.Lead{FirstName: "Eve"})
		w.must(err)
		page := tickler.Page{Limit: 10}
		for _, test := range []struct {
			who  app.Caller
			view app.LeadView
			text string
			want string
		}{
			{w.as("admin"), app.AllLeads, "", "Ann, Bea, Cem, Dan"},
			{w.as("loner"), app.AllLeads, "", "Ann, Bea, Cem, Dan"},
			{w.as("loner"), app.LeadsWithoutStep, "", "Dan"},
			{w.as("admin"), app.OverdueLeads, "", "Ann, Bea"},
			{w.as("marketer"), app.OverdueLeads, "", "Ann, Bea"},
			{w.as("boss"), app.OverdueLeads, "", "Ann"},
			{w.as("junior"), app.OverdueLeads, "", "Ann"},
			{w.as("loner"), app.OverdueLeads, "", "Bea"},
			{w.as("loner"), app.OverdueLeads, "an", ""},
			{w.as("boss"), app.OverdueLeads, "an", "Ann"},
			{w.as("boss"), app.LeadsWithoutStep, "an", ""},
			{w.as("boss"), app.LeadsWithoutStep, "da", "Dan"},
			{stranger, app.AllLeads, "", "Eve"},
			{stranger, app.AllLeads, "an", ""},
			{stranger, app.OverdueLeads, "", ""},
		} {
			list, err := w.ListLeads(t.Context(), test.who, app.LeadQuery{View: test.view, Text: test.text, Order: tickler.LeadsByName, Page: page})
			w.must(err)
			if got := names(list.Lines); got != test.want || list.Before != nil || list.After != nil || list.IsCut {
				t.Errorf("%s sees %q among %q of %q, want %q", test.who.User.Email, got, test.view, test.text, test.want)
			}
			found, err := w.QuickSearch(t.Context(), test.who, test.text, 10)
			w.must(err)
			if test.view == app.AllLeads && test.text != "" && len(found) != len(list.Lines) {
				t.Errorf("a quick search for %q finds %d", test.text, len(found))
			}
		}
	})
}

func TestTheNextStepsThatOneMaySee(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead := w.lead("Ann")
		of := func(who string) app.LeadLine {
			t.Helper()
			list, err := w.ListLeads(t.Context(), w.as(who), app.LeadQuery{Order: tickler.LeadsByName, Page: tickler.Page{Limit: 1}})
			w.must(err)
			return list.Lines[0]
		}
		if line := of("boss"); line.Step != nil || line.OthersStep || line.IsOverdue {
			t.Errorf("without a task: %+v", line)
		}
		late, ahead := w.about(lead.ID, "junior", -72*time.Hour), w.about(lead.ID, "seller", time.Hour)
		if line := of("boss"); line.Step == nil || line.Step.ID != late.ID || !line.IsOverdue {
			t.Errorf("the boss sees %+v", line)
		}
		if line := of("loner"); line.Step != nil || !line.OthersStep || line.IsOverdue {
			t.Errorf("somebody else sees %+v", line)
		}
		_, err := w.CompleteTask(t.Context(), w.as("junior"), late.ID)
		w.must(err)
		if line := of("admin"); line.Step == nil || line.Step.ID != ahead.ID || line.IsOverdue || line.OthersStep {
			t.Errorf("the administrator sees %+v", line)
		}
	})
}

func TestTheFileOfALead(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead := w.lead("Ann")
		deal, err := w.CreateOpportunity(t.Context(), w.as("admin"), tickler.Opportunity{LeadID: lead.ID, Name: "Deal"})
		w.must(err)
		due := now.Add(time.Hour)
		_, err = w.CreateTask(t.Context(), w.as("junior"), tickler.TaskDraft{Name: "of the deal", RelatedKind: tickler.RelatedToOpportunity, RelatedID: deal.ID, DueAt: &due})
		w.must(err)
		w.about(lead.ID, "junior", -72*time.Hour)
		w.about(lead.ID, "junior", 72*time.Hour)
		w.about(lead.ID, "loner", time.Hour)
		done, cancelled := w.about(lead.ID, "junior", time.Hour), w.about(lead.ID, "junior", time.Hour)
		w.clock.Advance(time.Minute)
		_, err = w.CompleteTask(t.Context(), w.as("junior"), done.ID)
		w.must(err)
		w.clock.Advance(time.Minute)
		_, err = w.CancelTask(t.Context(), w.as("boss"), cancelled.ID)
		w.must(err)
		for who, want := range map[string]struct{ upcoming, ofDeal, deeds int }{"boss": {1, 1, 7}, "admin": {2, 1, 8}, "marketer": {2, 1, 8}} {
			file, found, err := w.LeadFile(t.Context(), w.as(who), lead.ID)
			w.must(err)
			if !found || len(file.Overdue) != 1 || len(file.Upcoming) != want.upcoming || len(file.Done) != 1 || len(file.Cancelled) != 1 ||
				len(file.Opportunities) != 1 || len(file.Opportunities[0].Upcoming) != want.ofDeal || len(file.Deeds) != want.deeds || file.IsCut {
				t.Errorf("%s has the file %+v", who, file)
				continue
			}
			if d := file.Deeds; d[0].Kind != tickler.ChangeCancelled || d[0].By != w.users["boss"].ID || d[1].Kind != tickler.ChangeCompleted || d[2].Kind != 0 {
				t.Errorf("%s sees the deeds %+v", who, d)
			}
		}
		file, _, err := w.LeadFile(t.Context(), w.as("loner"), lead.ID)
		w.must(err)
		if len(file.Upcoming) != 1 || len(file.Overdue)+len(file.Done)+len(file.Cancelled) > 0 || len(file.Opportunities[0].Upcoming) > 0 || len(file.Deeds) != 1 {
			t.Errorf("somebody else has the file %+v", file)
		}
		if _, found, err := w.LeadFile(t.Context(), w.stranger(), lead.ID); found || err != nil {
			t.Errorf("another account has the file (%v)", err)
		}
	})
}

func TestAnEditOverwritesNobody(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		lead := w.lead("Ann")
		first, last := tickler.LeadPart{Column: tickler.LeadFirstName}, tickler.LeadPart{Column: tickler.LeadLastName}
		w.clock.Advance(time.Minute)
		edit := func(caller app.Caller, edits ...tickler.LeadEdit) ([]tickler.LeadDifference, error) {
			return w.EditLead(t.Context(), caller, lead.ID, edits)
		}
		want := func(name string, at time.Time) {
			t.Helper()
			got, _, err := w.Lead(t.Context(), w.as("admin"), lead.ID)
			w.must(err)
			if got.Name() != name || !got.ModifiedAt.Equal(at) {
				t.Errorf("it is %q of %s", got.Name(), got.ModifiedAt)
			}
		}
		_, err := edit(w.as("loner"), tickler.LeadEdit{LeadPart: first, Was: "Ann", Value: "Ann"})
		w.must(err)
		want("Ann", now)
		_, err = edit(w.as("loner"), tickler.LeadEdit{LeadPart: first, Was: "Ann", Value: "Anna"})
		w.must(err)
		want("Anna", now.Add(time.Minute))
		untouched, err := edit(w.as("seller"), tickler.LeadEdit{LeadPart: first, Was: "Ann", Value: "Ann"}, tickler.LeadEdit{LeadPart: last, Value: "Lee"})
		w.must(err)
		if len(untouched) != 1 || untouched[0].Now != "Anna" {
			t.Errorf("untouched are %+v", untouched)
		}
		_, err = edit(w.as("seller"), tickler.LeadEdit{LeadPart: first, Was: "Ann", Value: "Hanna"}, tickler.LeadEdit{LeadPart: last, Was: "Lee", Value: "Li"})
		if clash, is := errors.AsType[app.LeadClash](err); !is || len(clash.Clashes) != 1 || clash.Clashes[0].Now != "Anna" || clash.Error() == "" {
			t.Errorf("the clash is %v", err)
		}
		want("Anna Lee", now.Add(time.Minute))
		for _, caller := range []app.Caller{w.stranger()} {
			if _, err := edit(caller, tickler.LeadEdit{LeadPart: first, Was: "Anna", Value: "Mine"}); tickler.KindOf(err) != tickler.KindUnknownEntity {
				t.Errorf("another account's edit is %v", err)
			}
		}
		if _, err := edit(w.as("seller"), tickler.LeadEdit{LeadPart: first, Was: "Anna"}, tickler.LeadEdit{LeadPart: last, Was: "Lee"}); tickler.KindOf(err) != tickler.KindMissing {
			t.Errorf("an edit that leaves nothing is %v", err)
		}
	})
}

// A search that is too wide says that there may be more.
func TestAWideSearchSaysSo(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		w.must(w.store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for range 201 {
				if err := tx.CreateLead(ctx, tickler.Lead{ID: newID(), AccountID: w.account, FirstName: "Ann", CreatedBy: w.users["admin"].ID, CreatedAt: now, ModifiedAt: now}); err != nil {
					return err
				}
			}
			return nil
		}))
		list, err := w.ListLeads(t.Context(), w.as("loner"), app.LeadQuery{Text: "ann", Page: tickler.Page{Offset: 190, Limit: 50}})
		w.must(err)
		if !list.IsCut || list.Total != 200 || len(list.Lines) != 10 {
			t.Errorf("it lists %d of %d, cut: %t", len(list.Lines), list.Total, list.IsCut)
		}
	})
}
