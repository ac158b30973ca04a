package api

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
)

// maybe draws a value or nothing.
func maybe[T any](r *rapid.T, name string, g *rapid.Generator[T]) tickler.Optional[T] {
	if rapid.Bool().Draw(r, name+" is said") {
		return tickler.Of(g.Draw(r, name))
	}
	return tickler.Optional[T]{}
}

// clearableText draws a text, its clearing, or nothing.
func clearableText(r *rapid.T, name string) tickler.Optional[string] {
	if rapid.IntRange(0, 2).Draw(r, name+" is cleared") == 0 {
		return tickler.Cleared[string]()
	}
	return maybe(r, name, rapid.SampledFrom([]string{"Pune", "北京", `"quoted" <&>`, "two\nlines"}))
}

func drawPatch(r *rapid.T) tickler.TaskPatch {
	instant := rapid.Custom(func(r *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(civil.Earliest.Unix(), civil.Latest.Unix()).Draw(r, "seconds"), 0).UTC()
	})
	id := func(name string) (id tickler.ID) {
		if rapid.Bool().Draw(r, name) {
			return newTestID()
		}
		return id
	}
	p := tickler.TaskPatch{
		Name:        maybe(r, "name", rapid.SampledFrom([]string{"Call Ada", "17", "é"})),
		Description: clearableText(r, "description"), Location: clearableText(r, "location"),
		Priority: clearableText(r, "priority"), EffortEstimateUnit: clearableText(r, "effort"),
		PercentCompleted: maybe(r, "percent", rapid.IntRange(0, 100)),
		Latitude:         maybe(r, "latitude", rapid.Float64Range(-90, 90)), Longitude: maybe(r, "longitude", rapid.Float64Range(-180, 180)),
		DueAt: maybe(r, "due", instant), EndAt: maybe(r, "end", instant),
		ReminderMinutes: maybe(r, "minutes", rapid.IntRange(0, 525_600)), ReminderDays: maybe(r, "days", rapid.IntRange(0, 365)),
		ReminderTime: maybe(r, "time", rapid.Map(rapid.IntRange(0, 86_399), func(n int) civil.TimeOfDay { return civil.TimeOfDay(n) })),
		Notify:       maybe(r, "notify", rapid.Bool()),
		RelatedKind:  maybe(r, "related", rapid.SampledFrom([]tickler.RelatedKind{tickler.RelatedToLead, tickler.RelatedToOpportunity})),
		RelatedID:    id("related id"), OwnerID: id("owner"), TypeID: id("type"),
		OwnerEmail:   rapid.SampledFrom([]string{"", "alan@example.com"}).Draw(r, "owner's address"),
		TypeName:     rapid.SampledFrom([]string{"", "Site Visit"}).Draw(r, "type's name"),
		CustomFields: rapid.SampledFrom([]map[string]string{nil, {"mx_Custom_1": "Warm", "mx_Custom_2": ""}}).Draw(r, "fields"),
	}
	if rapid.Bool().Draw(r, "category is said") {
		p.Category = new(tickler.CategoryToDo)
	}
	return p
}

// What pages ask for is run as they have asked for it: a change is read as it was written.
func TestChangesAreReadAsTheyWereWritten(t *testing.T) {
	kolkata := mustLoadZone(t, "Asia/Kolkata")
	rapid.Check(t, func(r *rapid.T) {
		patch := drawPatch(r)
		day := time.Date(1900+rapid.IntRange(0, 8_000).Draw(r, "year"), 2, 3, 0, 0, 0, 0, time.UTC)
		change := rapid.SampledFrom([]app.BulkChange{
			{Complete: true},
			{Cancel: true},
			{Patch: &patch},
			{MoveBy: new(rapid.IntRange(-mostDays, mostDays).Draw(r, "by")), Zone: kolkata},
			{MoveTo: day, Zone: time.UTC},
			{MoveTo: day},
		}).Draw(r, "change")
		task := newTestID()
		body, ok := BulkWire{}.Update(change, []tickler.ID{task})
		if !ok {
			if cmp.Equal(patch, tickler.TaskPatch{}, cmp.AllowUnexported(tickler.Optional[string]{}), cmpopts.EquateEmpty(), optionals) {
				return // it asks for nothing
			}
			r.Fatalf("no words for %+v", change)
		}
		orders, err := BulkWire{}.Orders(tickler.BulkUpdate, body)
		if err != nil || len(orders) != 1 || orders[0].Err != nil || orders[0].TaskID != task {
			r.Fatalf("%s is read as %+v, %v", body, orders, err)
		}
		zones := cmp.Comparer(func(a, b *time.Location) bool { return a == b || a != nil && b != nil && a.String() == b.String() })
		if diff := cmp.Diff(change, *orders[0].Change, optionals, zones, cmpopts.EquateEmpty()); diff != "" {
			r.Fatalf("%s (-asked +read):\n%s", body, diff)
		}
	})
}

var optionals = cmp.AllowUnexported(
	tickler.Optional[string]{}, tickler.Optional[int]{}, tickler.Optional[float64]{}, tickler.Optional[bool]{},
	tickler.Optional[time.Time]{}, tickler.Optional[civil.TimeOfDay]{}, tickler.Optional[tickler.RelatedKind]{},
)

// What Update has no words for is not asked for in other words.
func TestChangesWithoutWords(t *testing.T) {
	for name, change := range map[string]app.BulkChange{
		"nothing":                   {},
		"a removal":                 {Delete: true},
		"a patch of nothing":        {Patch: &tickler.TaskPatch{}},
		"an end that follows again": {Patch: &tickler.TaskPatch{EndAt: tickler.Cleared[time.Time]()}},
		"no rule of a reminder":     {Patch: &tickler.TaskPatch{ReminderMinutes: tickler.Cleared[int]()}},
		"only if it is as it was":   {Patch: &tickler.TaskPatch{IfVersion: 3, Name: tickler.Of("n")}},
	} {
		if body, ok := (BulkWire{}).Update(change, nil); ok {
			t.Errorf("%s is asked for as %s", name, body)
		}
	}
}

// A request of more tasks than a call may name is read when it runs.
func TestLongRequestsOfPagesAreRead(t *testing.T) {
	ids := make([]tickler.ID, tickler.MaxMatching)
	steps := make([]tickler.Step, len(ids))
	for i := range ids {
		ids[i] = newTestID()
		steps[i] = tickler.Step{TaskID: ids[i], Version: i + 2}
	}
	update, _ := BulkWire{}.Update(app.BulkChange{Complete: true}, ids)
	for operation, body := range map[tickler.BulkOperation][]byte{
		tickler.BulkUpdate: update, tickler.BulkDelete: BulkWire{}.Removal(ids), tickler.BulkUndoUpdate: BulkWire{}.TakingBack(steps),
	} {
		orders, err := BulkWire{}.Orders(operation, body)
		if err != nil || len(orders) != len(ids) {
			t.Fatalf("%s: %d orders, %v", operation, len(orders), err)
		}
		for i, order := range orders {
			if order.TaskID != ids[i] || order.Err != nil || operation == tickler.BulkUndoUpdate && order.Version != steps[i].Version {
				t.Fatalf("%s: order %d is %+v", operation, i, order)
			}
		}
	}
	if _, err := bulkUpdateShape.Read(update); err == nil {
		t.Error("a call may name as many")
	}
}
