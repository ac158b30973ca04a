package api

import (
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/civil"
)

// patchObject is the reverse of patchFrom; false where Update has no words for a patch, such as for
// an end that is to follow from the due date again.
func patchObject(p tickler.TaskPatch) (o wire.Object, ok bool) {
	w := patchWriter{ok: p.IfVersion == 0}
	addValue(&w, "Name", p.Name, asIs)
	w.addText("Description", p.Description)
	w.addText("Location", p.Location)
	w.addText("Priority", p.Priority)
	w.addText("EffortEstimateUnit", p.EffortEstimateUnit)
	addValue(&w, "PercentCompleted", p.PercentCompleted, asIs)
	addValue(&w, "Latitude", p.Latitude, asIs)
	addValue(&w, "Longitude", p.Longitude, asIs)
	addValue(&w, "DueDate", p.DueAt, spellInstant)
	addValue(&w, "EndDate", p.EndAt, spellInstant)
	addValue(&w, "Reminder", p.ReminderMinutes, asIs)
	addValue(&w, "ReminderBeforeDays", p.ReminderDays, asIs)
	addValue(&w, "ReminderTime", p.ReminderTime, func(at civil.TimeOfDay) any { return at.String() })
	addValue(&w, "NotifyBy", p.Notify, func(notify bool) any { return notifyBy(notify) })
	addValue(&w, "RelatedEntity", p.RelatedKind, func(kind tickler.RelatedKind) any { return int(kind) })
	w.addID("RelatedEntityId", p.RelatedID)
	w.addID("OwnerId", p.OwnerID)
	w.addWord("OwnerEmailAddress", p.OwnerEmail)
	var taskType patchWriter
	taskType.addID("Id", p.TypeID)
	taskType.addWord("Name", p.TypeName)
	if len(taskType.o) > 0 {
		w.add("TaskType", taskType.o)
	}
	if len(p.CustomFields) > 0 {
		w.add("CustomFields", p.CustomFields)
	}
	if p.Category != nil {
		w.add("Category", int(*p.Category))
	}
	return w.o, w.ok && len(w.o) > 0
}

type patchWriter struct {
	o  wire.Object
	ok bool
}

func (w *patchWriter) add(name string, value any) { w.o = w.o.With(name, value) }

// addText writes a text that "" clears.
func (w *patchWriter) addText(name string, text tickler.Optional[string]) {
	if text.Said() {
		w.add(name, text.Or(""))
	}
}

func (w *patchWriter) addWord(name, text string) {
	if text != "" {
		w.add(name, text)
	}
}

func (w *patchWriter) addID(name string, id tickler.ID) {
	if !id.IsZero() {
		w.add(name, id.String())
	}
}

// addValue writes a value that can't be cleared.
func addValue[T any](w *patchWriter, name string, optional tickler.Optional[T], spell func(T) any) {
	value, said := optional.Value()
	switch {
	case said:
		w.add(name, spell(value))
	case optional.IsCleared():
		w.ok = false
	}
}

func asIs[T any](value T) any { return value }

func spellInstant(at time.Time) any { return civil.FormatInstant(at) }
