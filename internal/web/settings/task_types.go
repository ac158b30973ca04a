package settings

import (
	"context"
	"strconv"

	"tickler"
	"tickler/internal/web/frame"
)

const typesPath = path + "/task-types"

var sectionTypes = &frame.Section{Path: typesPath, Name: "Task types", In: path}

// typesPage is what follows a task of each type.
type typesPage struct {
	Types     []typeRow
	MayChange bool
	MaxDays   int
}

// typeRow is a task type with the rule for its next step, and what the rule's form holds.
type typeRow struct {
	tickler.TaskType
	All  []tickler.TaskType
	Form frame.Form
}

// Rule says what follows, in words.
func (r typeRow) Rule() string {
	for _, t := range r.All {
		if t.ID == r.Next.TypeID {
			if r.Next.AfterDays == 0 {
				return t.Name + ", on the same day"
			}
			return t.Name + ", after " + frame.Counted(r.Next.AfterDays, "day")
		}
	}
	return "the same type, after a week"
}

// IsNext reports whether a type is chosen to follow.
func (r typeRow) IsNext(id tickler.ID) bool { return r.Form.Value("next") == id.String() }

// Input is the name that an input has for its label and its mistake: each row has a form.
func (r typeRow) Input(name string) string { return name + "-" + r.ID.String() }

// Days is what the form holds for "days", named for the row.
func (r typeRow) Days() frame.Field {
	return frame.Field{Name: r.Input("days"), Mistake: r.Form.Field("days").Mistake}
}

// typesPageOf shows all types; that of the form that was sent with what was typed.
func typesPageOf(p *frame.Page, sent tickler.ID) typesPage {
	all := p.Caller.Account.TaskTypes()
	page := typesPage{MayChange: p.Caller.User.Role == tickler.Administrator, MaxDays: tickler.MaxNextStepDays}
	for _, t := range all {
		row := typeRow{TaskType: t, All: all, Form: p.Form}
		if t.ID != sent {
			row.Form = frame.Filled("next", "", "days", strconv.Itoa(t.Proposed().AfterDays))
			if !t.Next.TypeID.IsZero() {
				row.Form.Set("next", t.Next.TypeID.String())
			}
		}
		page.Types = append(page.Types, row)
	}
	return page
}

func (a area) taskTypes(_ context.Context, p *frame.Page) (frame.Answer, error) {
	return frame.Show("task_types", "Task types", typesPageOf(p, tickler.ID{})), nil
}

// setNextStep sets the rule of one type.
func (a area) setNextStep(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if _, found := p.Caller.Account.TaskType(id); !ok || !found {
		return frame.NotFound(), nil
	}
	var next tickler.NextStep
	if chosen, err := tickler.ParseID(p.Form.Value("next")); err == nil {
		next.TypeID = chosen
		if next.AfterDays, err = strconv.Atoi(p.Form.Text("days")); err != nil {
			p.Form.Mark("days", "Give a whole number.")
		}
	}
	if !p.Form.HasMistakes() {
		err := a.app.SetNextStep(ctx, p.Caller, id, next)
		if err = p.Blame(err, map[tickler.Field]string{tickler.FieldNextStep: "days"}); err != nil {
			return frame.Answer{}, err
		}
	}
	if p.Form.HasMistakes() {
		return frame.Refuse("task_types", "Task types", typesPageOf(p, id)), nil
	}
	p.Confirm("The next step is saved.")
	return frame.Redirect(typesPath), nil
}
