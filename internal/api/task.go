package api

import (
	"context"
	"crypto/sha256"
	"strings"
	"unicode"
	"unicode/utf8"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

// taskShape is the body of Task.svc/Create (docs/contract.md section 2).
var taskShape = taskShapeWith(wire.ShapeOf("Id", "Name")).And("StatusCode")

// taskShapeWith is what the bodies of Create and Update share, with what each may say of the task's
// type.
func taskShapeWith(taskType *wire.Shape) *wire.Shape {
	return wire.ShapeOf(
		"Name", "Description", "RelatedEntity", "RelatedEntityId", "DueDate", "EndDate", "Reminder",
		"ReminderBeforeDays", "ReminderTime", "NotifyBy", "OwnerId", "OwnerEmailAddress", "Location",
		"Category", "Priority", "EffortEstimateUnit",
		"PercentCompleted", "Latitude", "Longitude",
	).With("TaskType", taskType).With("CustomFields", wire.AnyNames)
}

// bindTask reads a body of taskShape.
func bindTask(n wire.Node) (tickler.TaskDraft, error) {
	r := wire.Read(n)
	return draftFrom(r), r.Err()
}

// draftFrom reads what taskShape and updateShape share.
func draftFrom(r *wire.Reader) tickler.TaskDraft {
	d := tickler.TaskDraft{
		Name:               r.Text("Name"),
		Description:        r.Text("Description"),
		Location:           r.Text("Location"),
		DueAt:              r.Instant("DueDate"),
		EndAt:              r.Instant("EndDate"),
		ReminderMinutes:    r.Whole("Reminder", "whole minutes from 0 to 525600"),
		ReminderDays:       r.Whole("ReminderBeforeDays", "whole days from 0 to 365"),
		ReminderTime:       r.TimeOfDay("ReminderTime"),
		OwnerID:            r.ID("OwnerId"),
		OwnerEmail:         r.Word("OwnerEmailAddress"),
		Priority:           r.Text("Priority"),
		EffortEstimateUnit: r.Text("EffortEstimateUnit"),
		PercentCompleted:   r.Whole("PercentCompleted", "a whole number from 0 to 100"),
		Latitude:           r.Decimal("Latitude", "degrees from -90 to 90"),
		Longitude:          r.Decimal("Longitude", "degrees from -180 to 180"),
	}
	notifyBy := r.Choice("NotifyBy", notifyByEmail, notifyNobody)
	d.Notify = notifyBy != nil && *notifyBy == notifyByEmail
	statusCode := r.Choice("StatusCode", int(tickler.StateOpen), int(tickler.StateCompleted))
	d.Completed = statusCode != nil && *statusCode == int(tickler.StateCompleted)
	if category := r.Choice("Category", int(tickler.CategoryAppointment), int(tickler.CategoryToDo)); category != nil {
		c := tickler.Category(*category)
		d.Category = &c
	}
	related := r.Choice("RelatedEntity",
		int(tickler.RelatedToNobody), int(tickler.RelatedToLead), int(tickler.RelatedToOpportunity))
	// Else RelatedEntityId is ignored, whatever it holds.
	if related != nil && *related != int(tickler.RelatedToNobody) {
		d.RelatedKind = tickler.RelatedKind(*related)
		d.RelatedID = r.ID("RelatedEntityId")
	}
	taskType := r.Within("TaskType")
	d.TypeID, d.TypeName = taskType.ID("Id"), taskType.Word("Name")
	r.Merge(taskType)
	d.CustomFields = r.Within("CustomFields").ValuesByName()
	return d
}

// created is the answer to a write that made something.
func created(id tickler.ID) answer { return affected(wire.Object{{"Id", id}}) }

// dryRunDone is the answer to a write that was only tried.
var dryRunDone = affected(wire.Object{{"Id", nil}, {"DryRun", true}})

func (a *API) createTask(ctx context.Context, c call) (answer, error) {
	options, replay, err := a.options(ctx, c, "Task.svc/Create", created)
	if err != nil || replay != nil {
		return replayed(replay), err
	}
	draft, err := bindTask(c.body)
	if err != nil {
		return answer{}, err
	}
	made, err := a.App.CreateTask(ctx, c.caller, draft, options)
	switch {
	case made.Replay != nil:
		return replayed(made.Replay), err
	case options.DryRun:
		return dryRunDone, err
	default:
		return created(made.ID), err
	}
}

// options reads how a call asks for something to be made: as a dry run, or once, under its
// Idempotency-Key, to be answered by answered. Replay is what the first call under the key was
// answered, if there was one.
func (a *API) options(
	ctx context.Context, c call, operation string, answered func(id tickler.ID) answer,
) (options app.Options, replay []byte, err error) {
	isTrial, err := c.query.flag(dryRun)
	if err != nil || isTrial {
		return app.Options{DryRun: isTrial}, nil, err
	}
	options.ID = app.NewID()
	keys := c.header.Values(idempotencyKey)
	if len(keys) == 0 {
		return options, nil, nil
	}
	if err := checkIdempotencyKeys(keys); err != nil {
		return options, nil, err
	}
	options.Once = &tickler.Once{
		Operation: operation, Key: keys[0], BodyHash: sha256.Sum256(c.raw),
		Answer: wire.Marshal(answered(options.ID).body),
	}
	replay, err = a.App.FirstAnswer(ctx, c.caller, *options.Once)
	return options, replay, err
}

func checkIdempotencyKeys(keys []string) error {
	if len(keys) > 1 {
		return wire.Invalid(idempotencyKey, strings.Join(keys, ", "), "one key")
	}
	key := keys[0]
	if strings.TrimSpace(key) == "" {
		return wire.Invalid(idempotencyKey, key, "at most 255 printable characters, not none")
	}
	isPrintable := utf8.ValidString(key) && !strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) })
	if !isPrintable || utf8.RuneCountInString(key) > tickler.MaxIdempotencyKey {
		return wire.Invalid(idempotencyKey, key, "at most 255 printable characters")
	}
	return nil
}

// replayed is the answer to a call that was carried out before.
func replayed(body []byte) answer {
	a := ok(body)
	a.setHeader("Idempotency-Replayed", "true")
	return a
}

// retrieveTask answers an array of the one task, or an empty one (docs/contract.md section 4).
func (a *API) retrieveTask(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "id", "retrieving a task")
	if err != nil {
		return answer{}, err
	}
	task, found, err := a.App.Task(ctx, c.caller, id)
	if err != nil || !found {
		return ok([]any{}), err
	}
	return ok([]any{taskObject(c, task)}), nil
}

// requiredID reads a GUID from the query.
func requiredID(q query, name, action string) (tickler.ID, error) {
	text := q.get(name)
	if text == "" {
		return tickler.ID{}, wire.Missing(name, action)
	}
	id, err := tickler.ParseID(text)
	if err != nil {
		return id, wire.Invalid(name, text, "a GUID")
	}
	return id, nil
}
