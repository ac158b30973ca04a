package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
)

// wireObject is a JSON object whose attributes keep their order, and of which some can be left out.
type wireObject []wireAttribute

type wireAttribute struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler, for objects that lie in other values than appendJSON knows.
func (o wireObject) MarshalJSON() ([]byte, error) { return o.appendJSON(nil), nil }

// appendJSON writes the attributes in their order.
func (o wireObject) appendJSON(to []byte) []byte {
	to = append(to, '{')
	for i, a := range o {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendText(to, a.name), ':')
		to = appendJSON(to, a.value)
	}
	return append(to, '}')
}

// appendJSON writes by itself what lists of tasks are made of: encoding/json would copy and check each object anew for every
// object around it.
func appendJSON(to []byte, value any) []byte {
	switch v := value.(type) {
	case wireObject:
		return v.appendJSON(to)
	case []wireObject:
		const usualLength = 1200 // of a task: or a long list would be copied each time it outgrows its room
		to = append(slices.Grow(to, usualLength*len(v)), '[')
		for i, o := range v {
			if i > 0 {
				to = append(to, ',')
			}
			to = o.appendJSON(to)
		}
		return append(to, ']')
	case string:
		return appendText(to, v)
	case tickler.ID:
		return append(v.Append(append(to, '"')), '"')
	case objectInstant:
		return append(civil.AppendInstant(append(to, '"'), time.Time(v)), `.000"`...)
	case int:
		return strconv.AppendInt(to, int64(v), 10)
	case float64:
		if v == 0 {
			return append(to, '0')
		}
		return append(to, encode(v)...)
	case map[string]string:
		if len(v) == 0 {
			return append(to, "{}"...)
		}
		return append(to, encode(v)...)
	default:
		return append(to, encode(v)...)
	}
}

// appendText quotes a text; one that needs escapes is left to encoding/json.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(to, encode(text)...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // our own shapes can be marshalled
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// without leaves out the attributes of a set of folded names.
func (o wireObject) without(excluded map[string]bool) wireObject {
	if len(excluded) == 0 {
		return o
	}
	kept := make(wireObject, 0, len(o))
	for _, a := range o {
		if !excluded[tickler.Fold(a.name)] {
			kept = append(kept, a)
		}
	}
	return kept
}

// blanked gives null to the attributes that a set of folded names lacks; an empty one, and *, includes all.
func (o wireObject) blanked(included map[string]bool) wireObject {
	if len(included) == 0 || included["*"] {
		return o
	}
	blanked := make(wireObject, len(o))
	for i, a := range o {
		if !included[tickler.Fold(a.name)] {
			a.value = nil
		}
		blanked[i] = a
	}
	return blanked
}

// only keeps the attributes of a set of folded names; an empty one, and *, includes all.
func (o wireObject) only(included map[string]bool) wireObject {
	if len(included) == 0 || included["*"] {
		return o
	}
	kept := wireObject{}
	for _, a := range o {
		if included[tickler.Fold(a.name)] {
			kept = append(kept, a)
		}
	}
	return kept
}

// objectInstant is a date-time as it looks in a task object; the zero time is the vendor's own "never" (contract section 5).
type objectInstant time.Time

// taskObject is a task as Retrieve gives it (contract section 5, "Object").
func taskObject(c call, t tickler.Task) wireObject {
	return accountTaskObject(c.caller.Account, c.caller.Now, t)
}

// accountTaskObject is a task of an account with its status at an instant.
func accountTaskObject(account app.Account, at time.Time, t tickler.Task) wireObject {
	owner, _ := account.User(t.OwnerID)
	creator, _ := account.User(t.CreatedBy)
	modifier, _ := account.User(t.ModifiedBy)
	completer, _ := account.User(t.CompletedBy)
	taskType, _ := account.TaskType(t.TypeID)
	const attributes = 36
	o := append(make(wireObject, 0, attributes), wireObject{
		{"UserTaskId", t.ID},
		{"Name", t.Name},
		{"Category", int(t.Category)},
		{"Description", t.Description},
		{"RelatedEntity", int(t.Related.Kind)},
	}...)
	if t.Related.Kind != tickler.RelatedToNobody {
		o = append(o, wireAttribute{"RelatedEntityId", t.Related.ID})
	}
	return append(o, wireObject{
		{"DueDate", objectInstant(t.DueAt)},
		{"EndDate", objectInstant(t.EndAt)},
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
		{"CreatedOn", objectInstant(t.CreatedAt)},
		{"ModifiedBy", t.ModifiedBy},
		{"ModifiedByName", modifier.Name()},
		{"ModifiedOn", objectInstant(t.ModifiedAt)},
		{"RelatedEntityIdName", t.Related.Name},
		{"CompletedOn", objectInstant(t.CompletedAt)},
		{"CompletedBy", idText(t.CompletedBy)},
		{"CompletedByName", completer.Name()},
		{"TaskType", wireObject{
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

// The values of NotifyBy (contract section 2).
const (
	notifyByEmail = 1100
	notifyNobody  = 1000
)

// notifyBy spells whether the owner is told.
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
