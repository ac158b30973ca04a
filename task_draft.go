package tickler

import (
	"fmt"
	"strconv"
	"time"

	"tickler/internal/civil"
)

// TaskDraft is what a caller says of a task to be created. An empty text and nil mean that nothing was said.
type TaskDraft struct {
	Name               string
	Description        string
	Location           string
	RelatedKind        RelatedKind
	RelatedID          ID
	DueAt              *time.Time
	EndAt              *time.Time
	ReminderMinutes    *int
	ReminderDays       *int
	ReminderTime       *civil.TimeOfDay
	Notify             bool
	OwnerID            ID
	OwnerEmail         string
	TypeID             ID
	TypeName           string
	CustomFields       map[string]string
	Category           *Category
	Completed          bool
	Priority           string
	EffortEstimateUnit string
	PercentCompleted   *int
	Latitude           *float64
	Longitude          *float64
}

// Validate checks all that can be told from the draft alone: what is mandatory, lengths and ranges (contract section 2).
func (d TaskDraft) Validate() error {
	if d.Name == "" {
		return Missing("Name", "creating a task")
	}
	if err := d.checkRelated("creating a task"); err != nil {
		return err
	}
	return d.checkValues()
}

// checkValues checks the lengths and ranges of what was said.
func (d TaskDraft) checkValues() error {
	if err := checkVisible("Name", d.Name, MaxTaskName); err != nil {
		return err
	}
	for _, text := range []struct {
		attribute, value string
		limit            int
	}{
		{"Description", d.Description, MaxTaskDescription},
		{"Location", d.Location, MaxTaskLocation},
		{"Priority", d.Priority, MaxPriority},
		{"EffortEstimateUnit", d.EffortEstimateUnit, MaxEffortUnit},
	} {
		if err := checkLength(text.attribute, text.value, text.limit); err != nil {
			return err
		}
	}
	for _, number := range []struct {
		attribute string
		value     *int
		limit     int
	}{
		{"Reminder", d.ReminderMinutes, MaxReminderMinutes},
		{"ReminderBeforeDays", d.ReminderDays, MaxReminderDays},
		{"PercentCompleted", d.PercentCompleted, 100},
	} {
		if n := number.value; n != nil && (*n < 0 || *n > number.limit) {
			return Invalid(number.attribute, strconv.Itoa(*n), fmt.Sprintf("a whole number from 0 to %d", number.limit))
		}
	}
	if err := checkDegrees("Latitude", d.Latitude, 90); err != nil {
		return err
	}
	return checkDegrees("Longitude", d.Longitude, 180)
}

func (d TaskDraft) checkRelated(action string) error {
	switch kind := strconv.Itoa(int(d.RelatedKind)); d.RelatedKind {
	case RelatedToNobody:
		return nil
	case RelatedToLead, RelatedToOpportunity:
		if d.RelatedID.IsZero() {
			return Missing("RelatedEntityId", action+" with RelatedEntity "+kind)
		}
		return nil
	default:
		return Invalid("RelatedEntity", kind, "0 for none, 1 for a lead or 5 for an opportunity")
	}
}

func checkDegrees(attribute string, value *float64, limit float64) error {
	if value == nil || (*value >= -limit && *value <= limit) {
		return nil
	}
	return Invalid(attribute, strconv.FormatFloat(*value, 'g', -1, 64), fmt.Sprintf("degrees from -%g to %g", limit, limit))
}

// Setting is what a new task takes from around it: its id, what the draft's names stand for, and who makes
// it when and where.
type Setting struct {
	ID        ID
	AccountID ID
	Actor
	// AskedAt is when the task was asked for, if it had to wait since: "the current day" is that one's. Zero: Now.
	AskedAt time.Time
	Type    TaskType
	OwnerID ID
	Related Related
}

// Task makes the task that a valid draft asks for, with every default filled in (contract section 2). The
// store gives its AutoID.
func (d TaskDraft) Task(s Setting) (Task, error) {
	if d.Category != nil && *d.Category != s.Type.Category {
		return Task{}, wrongCategory(*d.Category, s.Type)
	}
	fields, err := s.Type.CheckFields(d.CustomFields)
	if err != nil {
		return Task{}, err
	}
	now := s.now()
	task := Task{
		ID:                 s.ID,
		AccountID:          s.AccountID,
		Version:            1,
		Name:               d.Name,
		Description:        d.Description,
		Location:           d.Location,
		TypeID:             s.Type.ID,
		Category:           s.Type.Category,
		Related:            s.Related,
		OwnerID:            s.OwnerID,
		Reminder:           NewReminder(d.ReminderMinutes, d.ReminderDays, d.ReminderTime),
		Notify:             d.Notify,
		CustomFields:       fields,
		Priority:           d.Priority,
		EffortEstimateUnit: d.EffortEstimateUnit,
		PercentCompleted:   valueOr(d.PercentCompleted, 0),
		Latitude:           valueOr(d.Latitude, 0),
		Longitude:          valueOr(d.Longitude, 0),
		CreatedAt:          now,
		CreatedBy:          s.UserID,
		CreatedVia:         s.Via,
		ModifiedAt:         now,
		ModifiedBy:         s.UserID,
	}
	asked := now
	if !s.AskedAt.IsZero() {
		asked = s.AskedAt.UTC()
	}
	task.DueAt = valueOr(d.DueAt, defaultDue(s.Type.Category, asked, s.Zone))
	task.EndDefaulted = d.EndAt == nil
	task.EndAt = valueOr(d.EndAt, defaultEnd(task.DueAt, s.Type, s.Zone))
	if err := task.checkDates(); err != nil {
		return Task{}, err
	}
	if d.Completed {
		task.State, task.CompletedAt, task.CompletedBy = Completed, now, s.UserID
	}
	task.arm(now, s.Zone, s.Wants)
	return task, nil
}

func wrongCategory(said Category, taskType TaskType) error {
	return Invalid("Category", strconv.Itoa(int(said)),
		fmt.Sprintf("%d, the category of the task type '%s'", taskType.Category, taskType.Name))
}

// defaultDue is the first instant of the current day for a to-do. For an appointment it is now, to the minute: at
// midnight it would be born overdue (contract section 2).
func defaultDue(category Category, now time.Time, zone *time.Location) time.Time {
	if category == ToDo {
		return civil.StartOfDay(now, zone)
	}
	return now.Truncate(time.Minute)
}

// defaultEnd is the last second of the due day for a to-do, and the type's default duration later for an appointment.
func defaultEnd(due time.Time, taskType TaskType, zone *time.Location) time.Time {
	if taskType.Category == ToDo {
		end := civil.EndOfDay(due, zone)
		if end.Before(due) { // clocks went back over midnight, and the due day's last hour came again
			end = due
		}
		return civil.Clamp(end)
	}
	return civil.Clamp(due.Add(taskType.DefaultDuration))
}
