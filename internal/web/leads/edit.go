package leads

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

// editPage is the form of a lead, new or not.
type editPage struct {
	Form    frame.Form
	Action  string
	Back    string // where who changes nothing goes
	Own     []shownField
	Others  []shownField
	NewRows []newRow
	IsNew   bool
	// Clashed says that somebody else has changed what was written over.
	Clashed bool
}

// Name is what the lead was called when the form was shown.
func (e editPage) Name() string {
	name := strings.TrimSpace(e.Form.Value("was-first") + " " + e.Form.Value("was-last"))
	return cmp.Or(name, e.Form.Value("was-email"), e.Form.Value("was-phone"), "The lead")
}

// AddsMore reports whether somebody has begun to add attributes.
func (e editPage) AddsMore() bool {
	return slices.ContainsFunc(e.NewRows, func(r newRow) bool { return r.Name.Value()+r.Value.Value() != "" })
}

// newRow is an attribute that can be added: its name and its value.
type newRow struct{ Name, Value shownField }

func editPageOf(form frame.Form, action string, others []field) editPage {
	e := editPage{
		Form: form, Action: action, Back: action, Own: shownFields(form, ownFields), Others: shownFields(form, others),
		IsNew: action == path,
	}
	for i := range newRows {
		id := "new-" + strconv.Itoa(i)
		e.NewRows = append(e.NewRows, newRow{shownField{field{ID: id + "-name"}, form}, shownField{field{ID: id}, form}})
	}
	return e
}

func (a area) prepare(context.Context, *frame.Page) (frame.Answer, error) {
	form, others := filled(tickler.Lead{})
	return frame.Show("edit", "New lead", editPageOf(form, path, others)), nil
}

func (a area) create(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	var values []tickler.LeadValue
	for _, e := range edits(p.Form, nil) {
		if e.Value != "" {
			values = append(values, tickler.LeadValue{LeadPart: e.LeadPart, Value: e.Value})
		}
	}
	id := app.NewID()
	once := p.Once(pathOf(id))
	if !p.Form.HasMistakes() {
		_, err := a.app.CreateLeadOnce(ctx, p.Caller, tickler.Lead{}.With(values), app.Options{ID: id, Once: once})
		if err == nil {
			p.Confirm("Added the lead.")
			return frame.Redirect(frame.LeadsTo(once)), nil
		}
		if err := a.blame(ctx, p, err, nil); err != nil {
			return frame.Answer{}, err
		}
	}
	return frame.Refuse("edit", "New lead", editPageOf(p.Form, path, nil)), nil
}

func (a area) edit(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	lead, found, err := a.app.Lead(ctx, p.Caller, id)
	if err != nil || !found {
		return frame.NotFound(), err
	}
	form, others := filled(lead)
	return frame.Show("edit", "Edit "+nameOf(lead), editPageOf(form, pathOf(id), others)), nil
}

func (a area) update(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	id, ok := p.ID("id")
	if !ok {
		return frame.NotFound(), nil
	}
	others := sentOthers(p.Form)
	wrote := edits(p.Form, others)
	data := editPageOf(p.Form, pathOf(id), others)
	if !p.Form.HasMistakes() {
		untouched, err := a.app.EditLead(ctx, p.Caller, id, wrote)
		if err == nil {
			p.Confirm("Saved the lead." + meanwhile(untouched))
			return frame.Redirect(pathOf(id)), nil
		}
		clash, isClash := errors.AsType[app.LeadClash](err)
		if isClash {
			data.Clashed = true
			markClashes(p.Form, others, clash.Clashes)
		} else if err := a.blame(ctx, p, err, others); err != nil {
			return frame.Answer{}, err
		}
	}
	return frame.Refuse("edit", "Edit the lead", data), nil
}

// meanwhile says what somebody else has changed that the form left alone.
func meanwhile(untouched []tickler.LeadDifference) string {
	var b strings.Builder
	for _, d := range untouched {
		b.WriteString(" Somebody else has changed “" + labelOfPart(d.LeadPart) + "” meanwhile to ")
		if d.Now == "" {
			b.WriteString("nothing")
		} else {
			b.WriteString(frame.Quoted(d.Now))
		}
		b.WriteString(", and that stays.")
	}
	return b.String()
}

// markClashes says beside each field what somebody else wrote there, which the next attempt knows.
func markClashes(form frame.Form, others []field, clashes []tickler.LeadDifference) {
	for _, d := range clashes {
		id := ""
		for _, f := range slices.Concat(ownFields, others) {
			if f.Part == d.LeadPart {
				id = f.ID
				form.Set(f.Was(), d.Now)
			}
		}
		for i := range newRows {
			if row := "new-" + strconv.Itoa(i); id == "" && tickler.Fold(form.Value(row+"-name")) == tickler.Fold(d.Name) {
				id = row
				form.Set("was-"+row, d.Now)
			}
		}
		if d.Now == "" {
			form.Mark(id, "Somebody else has emptied this meanwhile. Save again to keep what you wrote.")
		} else {
			form.Mark(id, "Somebody else has written here meanwhile: "+d.Now)
		}
	}
}

// labelOfPart is what the form calls an attribute.
func labelOfPart(part tickler.LeadPart) string {
	for _, f := range ownFields {
		if f.Part == part {
			return f.Label
		}
	}
	return labelOf(part.Name)
}

// blame puts an error beside the field that it is about; of an address or a number that another lead
// has, it says which lead that is.
func (a area) blame(ctx context.Context, p *frame.Page, err error, others []field) error {
	names := map[tickler.Field]string{
		"": "", tickler.FieldFirstName: "first", tickler.FieldLastName: "last", tickler.FieldEmail: "email",
		tickler.FieldPhone: "phone", tickler.FieldAttribute: "",
	}
	for _, f := range slices.Concat(ownFields, others) {
		if f.Part.Column == "" {
			names[tickler.Field(f.Part.Name)] = f.ID
		}
	}
	for i := range newRows {
		id := "new-" + strconv.Itoa(i)
		if name := p.Form.Text(id + "-name"); name != "" {
			names[tickler.Field(name)] = id
		}
	}
	e, isRefusal := errors.AsType[*tickler.Error](err)
	if !isRefusal || e.Kind == tickler.KindUnknownEntity || e.Kind == tickler.KindUnavailable {
		return err
	}
	if e.Fact == tickler.FactLeadEmailTaken || e.Fact == tickler.FactLeadPhoneTaken {
		return a.nameOther(ctx, p, e)
	}
	return p.Blame(err, names)
}

// nameOther says which lead has the address or number already.
func (a area) nameOther(ctx context.Context, p *frame.Page, e *tickler.Error) error {
	find, name, what := a.app.LeadByEmail, "email", "e-mail address"
	if e.Fact == tickler.FactLeadPhoneTaken {
		find, name, what = a.app.LeadByPhone, "phone", "phone number"
	}
	other, found, err := find(ctx, p.Caller, p.Form.Text(name))
	if err != nil {
		return err
	}
	who := "Another lead"
	if found {
		who = nameOf(other)
	}
	p.Form.Mark(name, who+" has this "+what+" already.")
	return nil
}
