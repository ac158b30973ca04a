package tasks

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// texts are a field's values in a form, without what makes no difference.
func (f field) texts(form frame.Form) (all []string) {
	for _, input := range f.Inputs {
		for _, value := range form.Values(input) {
			if value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n")); value != "" {
				all = append(all, input+"="+value)
			}
		}
	}
	if who := form.Text("who"); f.Kind == kindLead && len(all) == 0 && who != "" { // nobody is found by it
		all = append(all, "who="+who)
	}
	return all
}

// differing lists the fields in which two forms differ.
func differing(fields []field, a, b frame.Form) (differ []field) {
	for _, f := range fields {
		if !slices.Equal(f.texts(a), f.texts(b)) {
			differ = append(differ, f)
		}
	}
	return differ
}

// take puts a field's values from one form into another.
func (f field) take(from, to frame.Form) {
	inputs := f.Inputs
	if f.Kind == kindLead {
		inputs = append([]string{"who"}, inputs...)
	}
	for _, input := range inputs {
		to.Clear(input)
		for _, value := range from.Values(input) {
			to.Add(input, value)
		}
	}
}

// patchOf reads some fields of the form as a patch of the task, and marks what can't be read.
func patchOf(p *frame.Page, t tickler.Task, taskType tickler.TaskType, fields []field) tickler.TaskPatch {
	patch := tickler.TaskPatch{CustomFields: map[string]string{}}
	for _, f := range fields {
		text := strings.ReplaceAll(p.Form.Text(f.Name), "\r\n", "\n")
		switch f.Name {
		case "type":
			patch.TypeID = chosenID(p, f, text)
		case "owner":
			patch.OwnerID = chosenID(p, f, text)
		case "day":
			patch.DueAt = tickler.OfPointer(dueOf(p, t, taskType))
		case "end":
			patch.EndAt = instantOf(p, f, text)
		case "reminder":
			setReminder(&patch, text)
		case "who":
			setLead(p, &patch)
		case "percent":
			patch.PercentCompleted = wholeOf(p, f, text)
		case "latitude":
			patch.Latitude = decimalOf(p, f, text)
		case "longitude":
			patch.Longitude = decimalOf(p, f, text)
		default:
			if set, isText := plainTexts[f.Name]; isText {
				set(&patch, tickler.Of(text))
				continue
			}
			patch.CustomFields[f.Name] = customText(p, f)
		}
	}
	return patch
}

// plainTexts are the fields that are kept as they are typed.
var plainTexts = map[string]func(*tickler.TaskPatch, tickler.Optional[string]){
	"name":        func(p *tickler.TaskPatch, text tickler.Optional[string]) { p.Name = text },
	"location":    func(p *tickler.TaskPatch, text tickler.Optional[string]) { p.Location = text },
	"priority":    func(p *tickler.TaskPatch, text tickler.Optional[string]) { p.Priority = text },
	"description": func(p *tickler.TaskPatch, text tickler.Optional[string]) { p.Description = text },
	"note":        func(p *tickler.TaskPatch, text tickler.Optional[string]) { p.CompletionNote = text },
	"effort":      func(p *tickler.TaskPatch, text tickler.Optional[string]) { p.EffortEstimateUnit = text },
}

func chosenID(p *frame.Page, f field, text string) tickler.ID {
	id, err := tickler.ParseID(text)
	if err != nil {
		p.Form.Mark(f.Name, "Choose one.")
	}
	return id
}

// dueOf reads the day and the hour; nil if they can't be read. A to-do without an hour keeps the one
// that nobody sees: it begins with its day where the account is.
func dueOf(p *frame.Page, t tickler.Task, taskType tickler.TaskType) *time.Time {
	zone, day, hour := p.Zone(), p.Form.Text("day"), p.Form.Text("hour")
	date, err := civil.ParseDate(day)
	switch {
	case err != nil:
		p.Form.Mark("day", "Say on which day.")
		return nil
	case hour == "" && taskType.Category == tickler.CategoryAppointment:
		p.Form.Mark("day", "Say at what time.")
		return nil
	case hour == "":
		at := civil.InstantOf(date, zone)
		if !rows.HasHour(p, t) {
			at = civil.InstantOf(date, p.Due(t).Zone())
		}
		return &at
	}
	at, ok := rows.ReadWall(day+"T"+hour, zone)
	if !ok {
		p.Form.Mark("day", "Give a time like 15:00.")
		return nil
	}
	return &at
}

func instantOf(p *frame.Page, f field, text string) tickler.Optional[time.Time] {
	if text == "" {
		return tickler.Cleared[time.Time]()
	}
	at, ok := rows.ReadWall(text, p.Zone())
	if !ok {
		p.Form.Mark(f.Name, "Give a day and a time.")
	}
	return tickler.Of(at)
}

func setLead(p *frame.Page, patch *tickler.TaskPatch) {
	id, err := tickler.ParseID(p.Form.Value("lead"))
	switch {
	case p.Form.Text("who") == "":
		patch.RelatedKind = tickler.Cleared[tickler.RelatedKind]()
	case err != nil:
		p.Form.Mark("who", "Choose which lead is meant.")
	default:
		patch.RelatedKind, patch.RelatedID = tickler.Of(tickler.RelatedToLead), id
	}
}

func wholeOf(p *frame.Page, f field, text string) tickler.Optional[int] {
	n, err := strconv.Atoi(text)
	if err != nil && text != "" {
		p.Form.Mark(f.Name, "Give a whole number.")
	}
	return tickler.Of(n)
}

func decimalOf(p *frame.Page, f field, text string) tickler.Optional[float64] {
	d, err := strconv.ParseFloat(text, 64)
	if err != nil && text != "" {
		p.Form.Mark(f.Name, "Give degrees, as a number.")
	}
	return tickler.Of(d)
}

// customText reads a custom field as tasks keep it.
func customText(p *frame.Page, f field) string {
	text := p.Form.Text(f.Name)
	switch f.Custom.DataType { //nolint:exhaustive // the others are kept as they are typed
	case tickler.MultiSelectData:
		return strings.Join(p.Form.Values(f.Name), tickler.OptionSeparator)
	case tickler.DateTimeData:
		if at, ok := rows.ReadWall(text, p.Zone()); ok {
			return civil.FormatInstant(at)
		}
	}
	return text
}

// inputsOf say in which input stands what an error can be about.
func inputsOf(fields []field) map[tickler.Field]string {
	inputs := map[tickler.Field]string{
		tickler.FieldReminderDays: "reminder", tickler.FieldReminderMinutes: "reminder",
		tickler.FieldOwnerEmail: "owner",
	}
	for _, f := range fields {
		inputs[f.of] = f.Name
	}
	return inputs
}
