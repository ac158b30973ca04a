package add

import (
	"context"
	"slices"
	"strings"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
	"tickler/internal/web/rows"
)

// formPage is the form with all fields.
type formPage struct {
	Form      frame.Form
	Types     []tickler.TaskType
	Type      tickler.TaskType // the chosen one
	People    []tickler.User
	Leads     []rows.Contact // that the words looked for may mean
	Reminders []reminder
	Line      string        // that the form was filled in from
	With      *rows.Contact // the lead whose page one came from; nil for none
}

// IsAppointment reports whether the task will stand in the calendar.
func (f formPage) IsAppointment() bool { return f.Type.Category == tickler.CategoryAppointment }

// Custom are the fields that the type adds.
func (f formPage) Custom() []customField {
	all := make([]customField, len(f.Type.Fields))
	for i, field := range f.Type.Fields {
		all[i] = customField{CustomField: field, Form: f.Form}
	}
	return all
}

// customField is a field that a type adds, with what the form holds of it.
type customField struct {
	tickler.CustomField
	Form frame.Form
}

// Input is the type of its input; "" for one that is none.
func (c customField) Input() string {
	switch c.DataType {
	case tickler.DateTimeData:
		return "datetime-local"
	case tickler.BooleanData, tickler.DropdownData, tickler.MultiSelectData:
		return ""
	default:
		return rows.InputType(c.DataType)
	}
}

// IsNumber, IsBoolean and IsMany say of which sort it is.
func (c customField) IsNumber() bool { return c.DataType == tickler.NumberData }

// IsBoolean reports whether it is yes or no.
func (c customField) IsBoolean() bool { return c.DataType == tickler.BooleanData }

// IsMany reports whether several options may be chosen.
func (c customField) IsMany() bool { return c.DataType == tickler.MultiSelectData }

// Has reports whether an option is chosen.
func (c customField) Has(option string) bool {
	return slices.Contains(c.Form.Values(c.SchemaName), option)
}

// reminder is a choice of when the owner is reminded.
type reminder struct{ Value, Name string }

// reminders are those that the form offers: so many minutes before, or days before at an hour.
func reminders(p *frame.Page) []reminder {
	nine := civil.TimeOfDay(9 * 60 * 60)
	all := []reminder{{"", "No reminder"}}
	for _, minutes := range []int{0, 10, 30, 60, 120} {
		all = append(all, ruleChoice(p, tickler.Reminder{Rule: tickler.MinutesBefore, Minutes: minutes}))
	}
	for days := range 3 {
		all = append(all, ruleChoice(p, tickler.Reminder{Rule: tickler.DaysBefore, Days: days, At: &nine}))
	}
	return all
}

func ruleChoice(p *frame.Page, r tickler.Reminder) reminder {
	words := rows.RuleWords(p, r)
	return reminder{rows.RuleText(r), strings.ToUpper(words[:1]) + words[1:]}
}

// setRule has a draft remind as the form says: see rows.RuleText.
func setRule(draft *tickler.TaskDraft, text string) {
	r, ok := rows.RuleOf(text)
	if !ok {
		return
	}
	draft.Notify = true
	if r.Rule == tickler.MinutesBefore {
		draft.ReminderMinutes = &r.Minutes
		return
	}
	draft.ReminderDays, draft.ReminderTime = &r.Days, r.At
}

// showForm shows the form, filled in from a line if it came with one.
func (a area) showForm(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	p.Form = filled(p)
	if p.Form.Value("line")+p.Form.Value("with") != "" && p.Form.Values("name") == nil {
		r, err := a.read(ctx, p)
		if err != nil {
			return frame.Answer{}, err
		}
		fillIn(p, r)
	}
	page, err := a.formPage(ctx, p)
	return frame.Show("form", "Add a task", page), err
}

// fillIn fills in the form with what a line says.
func fillIn(p *frame.Page, r reading) {
	d, zone := r.draft, p.Zone()
	set := p.Form.Set
	set("name", r.Name)
	set("location", d.Location)
	if !d.TypeID.IsZero() {
		set("type", d.TypeID.String())
	}
	if !d.OwnerID.IsZero() {
		set("owner", d.OwnerID.String())
	}
	if d.DueAt != nil {
		local := d.DueAt.In(zone)
		set("day", local.Format(time.DateOnly))
		if !local.Equal(civil.StartOfDay(local, zone)) {
			set("hour", local.Format("15:04"))
		}
	}
	if isToDo := typeOf(p, d).Category == tickler.CategoryToDo; d.EndAt != nil && !isToDo {
		set("until", d.EndAt.In(zone).Format(rows.WallClock))
	}
	if d.ReminderMinutes != nil || d.ReminderDays != nil {
		set("reminder", rows.RuleText(tickler.NewReminder(d.ReminderMinutes, d.ReminderDays, d.ReminderTime)))
	}
	if r.LeadName != "" {
		set("who", r.LeadName)
	}
	if !r.Lead.IsZero() {
		set("lead", r.Lead.String())
	}
	if r.With != nil && r.LeadName == "" {
		set("who", r.With.Name)
		set("lead", r.With.ID.String())
	}
}

func (a area) formPage(ctx context.Context, p *frame.Page) (formPage, error) {
	f := formPage{Form: p.Form, Types: p.Caller.Account.TaskTypes(), Reminders: reminders(p), Line: p.Form.Value("line")}
	id, _ := tickler.ParseID(p.Form.Value("type"))
	f.Type = typeOf(p, tickler.TaskDraft{TypeID: id})
	for _, u := range p.Caller.Account.Users() {
		if u.Active {
			f.People = append(f.People, u)
		}
	}
	var r reading
	if err := a.readWith(ctx, p, &r); err != nil {
		return f, err
	}
	f.With = r.With
	f.offerReminder(p, p.Form.Value("reminder"))
	finder := a.leadFinder(ctx, p)
	if who := p.Form.Text("who"); who != "" {
		var lead tickler.ID
		if f.Leads, lead = finder.choose(who, p.Form.Value("lead")); !lead.IsZero() {
			p.Form.Set("lead", lead.String())
		}
	}
	return f, finder.err
}

// offerReminder adds a choice to those that the form offers anyway.
func (f *formPage) offerReminder(p *frame.Page, chosen string) {
	if slices.ContainsFunc(f.Reminders, func(r reminder) bool { return r.Value == chosen }) {
		return
	}
	var d tickler.TaskDraft
	setRule(&d, chosen)
	rule := tickler.NewReminder(d.ReminderMinutes, d.ReminderDays, d.ReminderTime)
	f.Reminders = append(f.Reminders, ruleChoice(p, rule))
}

func (a area) addByForm(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	page, err := a.formPage(ctx, p)
	if err != nil {
		return frame.Answer{}, err
	}
	draft := draftOf(p, page)
	if !p.Form.HasMistakes() {
		done, err := a.app.ActCreate(ctx, p.Caller, draft, app.Options{Once: p.Once(leadsTo(page.With))})
		if err == nil {
			return added(p, done, page.With), nil
		}
		if err = p.Blame(err, fieldNames(page.Type)); err != nil {
			return frame.Answer{}, err
		}
	}
	return frame.Refuse("form", "Add a task", page), nil
}

// fieldNames say which field of the form stands for which of a task.
func fieldNames(t tickler.TaskType) map[tickler.Field]string {
	names := map[tickler.Field]string{
		tickler.FieldName: "name", tickler.FieldDescription: "description", tickler.FieldLocation: "location",
		tickler.FieldPriority: "priority", tickler.FieldEnd: "until", tickler.FieldDue: "day", tickler.FieldOwner: "owner",
		tickler.FieldRelated: "who", tickler.FieldReminder: "reminder",
	}
	for _, f := range t.Fields {
		names[tickler.Field(f.SchemaName)] = f.SchemaName
	}
	return names
}

// draftOf reads the form, and marks what can't be read.
func draftOf(p *frame.Page, page formPage) tickler.TaskDraft {
	f := p.Form
	d := tickler.TaskDraft{
		Name: f.Text("name"), Description: f.Text("description"), Location: f.Text("location"), Priority: f.Text("priority"),
		TypeID: page.Type.ID, CustomFields: map[string]string{},
	}
	d.OwnerID, _ = tickler.ParseID(f.Value("owner"))
	readTimes(p, page, &d)
	setRule(&d, f.Value("reminder"))
	switch lead, err := tickler.ParseID(f.Value("lead")); {
	case f.Text("who") == "":
	case err != nil && len(page.Leads) == 0:
		f.Mark("who", "No lead is called that.")
	case err != nil:
		f.Mark("who", "Choose which lead is meant.")
	default:
		d.RelatedKind, d.RelatedID = tickler.RelatedToLead, lead
	}
	for _, custom := range page.Type.Fields {
		text := strings.Join(f.Values(custom.SchemaName), tickler.OptionSeparator)
		if custom.DataType == tickler.DateTimeData {
			if at, ok := rows.ReadWall(text, p.Zone()); ok {
				text = civil.FormatInstant(at)
			}
		}
		d.CustomFields[custom.SchemaName] = text
	}
	return d
}

// readTimes reads the day, the hour and the end.
func readTimes(p *frame.Page, page formPage, d *tickler.TaskDraft) {
	f, zone := p.Form, p.Zone()
	hour := f.Text("hour")
	day := f.Text("day")
	if day == "" && hour != "" {
		day = p.Now.In(zone).Format(time.DateOnly)
	}
	if day != "" {
		from := "00:00"
		if hour != "" {
			from = hour
		}
		at, ok := rows.ReadWall(day+"T"+from, zone)
		switch {
		case !ok:
			f.Mark("day", "Give a day like 2026-12-02 and an hour like 15:00.")
		case page.IsAppointment() && hour == "":
			f.Mark("hour", "Say at what time.")
		}
		d.DueAt = &at
	}
	if until := f.Text("until"); until != "" && page.IsAppointment() {
		end, ok := rows.ReadWall(until, zone)
		if !ok {
			f.Mark("until", "Give a day and an hour.")
		}
		d.EndAt = &end
	}
	if !page.IsAppointment() {
		inZoneOf(p, d)
	}
}
