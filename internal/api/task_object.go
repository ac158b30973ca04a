package api

import (
	"strconv"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

// taskObject is a task as Retrieve gives it (docs/contract.md section 5, "Object").
func taskObject(c call, t tickler.Task) wire.Object {
	return accountTaskObject(c.caller.Account, c.caller.Now, t)
}

// accountTaskObject is a task of an account with its status at an instant.
func accountTaskObject(account app.Account, at time.Time, t tickler.Task) wire.Object {
	owner, _ := account.User(t.OwnerID)
	creator, _ := account.User(t.CreatedBy)
	modifier, _ := account.User(t.ModifiedBy)
	completer, _ := account.User(t.CompletedBy)
	taskType, _ := account.TaskType(t.TypeID)
	const attributes = 37
	o := append(make(wire.Object, 0, attributes), wire.Object{
		{"UserTaskId", t.ID},
		{"Name", t.Name},
		{"Category", int(t.Category)},
		{"Description", t.Description},
		{"RelatedEntity", int(t.Related.Kind)},
	}...)
	if t.Related.Kind != tickler.RelatedToNobody {
		o = o.With("RelatedEntityId", t.Related.ID)
	}
	o = append(o, wire.Object{
		{"DueDate", wire.Instant(t.DueAt)},
		{"EndDate", wire.Instant(t.EndAt)},
		{"Reminder", t.Reminder.Minutes},
		{"ReminderBeforeDays", t.Reminder.Days},
		{"ReminderTime", reminderTime(t.Reminder)},
		{"NotifyBy", notifyBy(t.Notify)},
		{"StatusCode", int(t.State)},
		{"Status", string(t.StatusAt(at))},
		{"OwnerId", t.OwnerID},
		{"OwnerName", owner.Name()},
		{"OwnerEmailAddress", owner.Email},
		{"CreatedBy", t.CreatedBy},
		{"CreatedByName", creator.Name()},
		{"CreatedOn", wire.Instant(t.CreatedAt)},
		{"ModifiedBy", t.ModifiedBy},
		{"ModifiedByName", modifier.Name()},
		{"ModifiedOn", wire.Instant(t.ModifiedAt)},
		{"RelatedEntityIdName", t.Related.Name},
		{"CompletedOn", wire.Instant(t.CompletedAt)},
		{"CompletedBy", idText(t.CompletedBy)},
		{"CompletedByName", completer.Name()},
	}...)
	if t.CompletionNote != "" {
		o = o.With("CompletionNote", t.CompletionNote)
	}
	return append(o, wire.Object{
		{"TaskType", wire.Object{
			{"Id", t.TypeID},
			{"Name", taskType.Name},
			{"Category", int(taskType.Category)},
			{"Color", taskType.Color},
		}},
		{"Location", t.Location},
		{"Priority", t.Priority},
		{"PercentCompleted", t.PercentCompleted},
		{"EffortEstimateUnit", t.EffortEstimateUnit},
		{"Latitude", t.Latitude},
		{"Longitude", t.Longitude},
		{"CustomFields", t.CustomFields},
	}...)
}

// The values of NotifyBy (docs/contract.md section 2).
const (
	notifyByEmail = 1100
	notifyNobody  = 1000
)

// notifyBy spells whether the owner is notified.
func notifyBy(notify bool) string {
	if notify {
		return strconv.Itoa(notifyByEmail)
	}
	return strconv.Itoa(notifyNobody)
}

func reminderTime(r tickler.Reminder) string {
	if r.At == nil {
		return ""
	}
	return r.At.String()
}

// idText is the empty text for the ID of nobody.
func idText(id tickler.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
