package tickler

import (
	"time"

	"tickler/internal/civil"
)

// TaskDraft is what a caller says about a task to be created. An empty text and nil mean that a
// value was not given.
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

// Validate checks everything that the draft alone can tell: what is mandatory, lengths and ranges
// (docs/contract.md section 2).
func (d TaskDraft) Validate() error {
	if d.Name == "" {
		return Refuse(FactNeededByTask, FieldName, nil)
	}
	if err := d.checkRelated(FactNeededByRelation); err != nil {
		return err
	}
	return d.checkValues()
}

// checkValues checks the lengths and ranges of what was given.
func (d TaskDraft) checkValues() error {
	if err := checkVisible(FieldName, d.Name, MaxTaskName); err != nil {
		return err
	}
	for _, text := range []struct {
		field Field
		value string
		limit int
	}{
		{FieldDescription, d.Description, MaxTaskDescription},
		{FieldLocation, d.Location, MaxTaskLocation},
		{FieldPriority, d.Priority, MaxPriority},
		{FieldEffort, d.EffortEstimateUnit, MaxEffortUnit},
	} {
		if err := checkLength(text.field, text.value, text.limit); err != nil {
			return err
		}
	}
	for _, number := range []struct {
		field Field
		value *int
		limit int
	}{
		{FieldReminderMinutes, d.ReminderMinutes, MaxReminderMinutes},
		{FieldReminderDays, d.ReminderDays, MaxReminderDays},
		{FieldPercent, d.PercentCompleted, 100},
	} {
		if n := number.value; n != nil && (*n < 0 || *n > number.limit) {
			return Refuse(FactOutOfRange, number.field, *n, 0, number.limit)
		}
	}
	if err := checkDegrees(FieldLatitude, d.Latitude, 90); err != nil {
		return err
	}
	return checkDegrees(FieldLongitude, d.Longitude, 180)
}

func (d TaskDraft) checkRelated(missing Fact) error {
	switch d.RelatedKind {
	case RelatedToNobody:
		return nil
	case RelatedToLead, RelatedToOpportunity:
		if d.RelatedID.IsZero() {
			return Refuse(missing, FieldRelated, nil, d.RelatedKind)
		}
		return nil
	default:
		return Refuse(FactNotRelatedKind, FieldRelatedKind, d.RelatedKind)
	}
}

func checkDegrees(field Field, value *float64, limit float64) error {
	if value == nil || (*value >= -limit && *value <= limit) {
		return nil
	}
	return Refuse(FactNotDegrees, field, *value, limit)
}

// Setting is what a new task takes from its surroundings: its id, what the draft's names stand for,
// and who creates it, when and how.
type Setting struct {
	ID        ID
	AccountID ID
	Actor
	// AskedAt is when the task was asked for, if it had to wait since: it decides what "the current
	// day" is. Zero means Now.
	AskedAt time.Time
	Type    TaskType
	OwnerID ID
	Related Related
}

// Task makes the task that a valid draft asks for, with every default filled in (docs/contract.md
// section 2). The store gives its AutoID.
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
		task.State, task.CompletedAt, task.CompletedBy = StateCompleted, now, s.UserID
	}
	task.arm(now, s.Zone, s.Wants)
	return task, nil
}

func wrongCategory(said Category, taskType TaskType) error {
	return Refuse(FactOtherCategory, FieldCategory, said, taskType.Category, taskType.Name)
}

// defaultDue is the first instant of the current day for a to-do. For an appointment it is the
// current minute: at midnight it would be created overdue (docs/contract.md section 2).
func defaultDue(category Category, now time.Time, zone *time.Location) time.Time {
	if category == CategoryToDo {
		return civil.StartOfDay(now, zone)
	}
	return now.Truncate(time.Minute)
}

// defaultEnd is the last second of the due day for a to-do, and the type's default duration later
// for an appointment.
func defaultEnd(due time.Time, taskType TaskType, zone *time.Location) time.Time {
	if taskType.Category == CategoryToDo {
		end := civil.EndOfDay(due, zone)
		if end.Before(due) { // clocks went back over midnight, and the due day's last hour came again
			end = due
		}
		return civil.Clamp(end)
	}
	return civil.Clamp(due.Add(taskType.DefaultDuration))
}
