package leads

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tickler"
	"tickler/internal/web/frame"
)

// field is one of the form, for an attribute of the lead.
type field struct {
	ID, Label string // ID is its name in the form too
	Part      tickler.LeadPart
	Type      string // of the <input>
}

// Was is the name of the field that has what the attribute held when the form was shown.
func (f field) Was() string { return "was-" + f.ID }

// shownField is a field with what it holds, for the template.
type shownField struct {
	field
	form frame.Form
}

// IsFirst reports whether the form begins with the field.
func (f shownField) IsFirst() bool { return f.ID == ownFields[0].ID }

// Value is what the field holds.
func (f shownField) Value() string { return f.form.Value(f.ID) }

// WasValue is what the attribute held when the form was first shown.
func (f shownField) WasValue() string { return f.form.Value(f.Was()) }

// IsLong reports whether it needs more than a line.
func (f shownField) IsLong() bool {
	const line = 80
	return len(f.WasValue()) > line || strings.Contains(f.WasValue(), "\n")
}

// Field is for the templates "invalid" and "mistake".
func (f shownField) Field() frame.Field { return f.form.Field(f.ID) }

func shownFields(form frame.Form, fields []field) []shownField {
	all := make([]shownField, len(fields))
	for i, f := range fields {
		all[i] = shownField{f, form}
	}
	return all
}

// ownFields are those that every form has.
var ownFields = []field{
	{"first", "First name", tickler.LeadPart{Column: tickler.LeadFirstName}, "text"},
	{"last", "Last name", tickler.LeadPart{Column: tickler.LeadLastName}, "text"},
	{"email", "E-mail address", tickler.LeadPart{Column: tickler.LeadEmail}, "email"},
	{"company", "Company", tickler.LeadPart{Name: "Company"}, "text"},
	{"phone", "Phone", tickler.LeadPart{Column: tickler.LeadPhone}, "tel"},
	{"mobile", "Mobile", tickler.LeadPart{Name: "Mobile"}, "tel"},
}

// taken are names of attributes, without what stands between their words, that a field of the form
// or the service itself has.
var taken = map[string]string{
	"firstname": "first", "lastname": "last", "email": "email", "emailaddress": "email", "company": "company",
	"phone": "phone", "mobile": "mobile", "prospectid": "service", "prospectautoid": "service", "createdby": "service",
	"createdbyname": "service", "createdon": "service", "modifiedon": "service", "searchby": "service",
	"leadupdatebehavior": "service",
}

// ownField is the id of the field that every form has for an attribute; "" for another attribute.
func ownField(name string) string {
	for _, f := range ownFields {
		if f.Part.Column == "" && strings.EqualFold(strings.TrimSpace(name), f.Part.Name) {
			return f.ID
		}
	}
	return ""
}

// isTaken reports whether a new attribute can't be called so.
func isTaken(name string) bool {
	return taken[strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(name))] != ""
}

// otherField is the field of an attribute that only some leads have.
func otherField(number int, name string) field {
	return field{
		ID: "other-" + strconv.Itoa(number), Label: labelOf(name), Part: tickler.LeadPart{Name: name}, Type: "text",
	}
}

// newRows is how many attributes can be added at once.
const newRows = 3

// filled is the form of a lead as it stands, and its fields.
func filled(l tickler.Lead) (form frame.Form, others []field) {
	form = frame.Filled("first", l.FirstName, "last", l.LastName, "email", l.Email,
		"company", l.Company(), "phone", l.Phone, "mobile", l.Mobile())
	for i, a := range otherAttributes(l) {
		f := otherField(i, a.Name)
		form.Set(f.ID, a.Value)
		form.Set("name-"+f.ID, a.Name)
		others = append(others, f)
	}
	for _, f := range slices.Concat(ownFields, others) {
		form.Set(f.Was(), form.Value(f.ID))
	}
	return form, others
}

// sentOthers are the fields of other attributes that a form had.
func sentOthers(form frame.Form) (others []field) {
	for i := 0; i < tickler.MaxLeadAttributes; i++ {
		f := otherField(i, form.Value("name-other-"+strconv.Itoa(i)))
		if f.Part.Name == "" {
			break
		}
		others = append(others, f)
	}
	return others
}

// edits reads what was written into a form with these other fields, and marks what can't be.
func edits(form frame.Form, others []field) (all []tickler.LeadEdit) {
	seen := map[string]bool{}
	for _, f := range slices.Concat(ownFields, others) {
		seen[tickler.Fold(f.Part.Name)] = true
		if value := written(form, f); f.Type == "tel" && value != form.Value(f.Was()) && isTooShort(value) {
			form.Mark(f.ID, "A phone number has at least 3 digits.")
		}
		all = append(all, tickler.LeadEdit{LeadPart: f.Part, Was: form.Value(f.Was()), Value: written(form, f)})
	}
	for i := range newRows {
		id := "new-" + strconv.Itoa(i)
		name, value := form.Text(id+"-name"), strings.TrimSpace(form.Value(id))
		switch {
		case name == "" && value == "":
		case name == "":
			form.Mark(id+"-name", "Say what this is.")
		case isTaken(name):
			form.Mark(id+"-name", "There is a field for this already, or it is kept by itself.")
		case seen[tickler.Fold(name)]:
			form.Mark(id+"-name", "There is one of this name already.")
		case value != "":
			seen[tickler.Fold(name)] = true
			all = append(all, tickler.LeadEdit{
				LeadPart: tickler.LeadPart{Name: name}, Was: form.Value("was-" + id), Value: value,
			})
		}
	}
	return all
}

// isTooShort reports whether a phone number that is not empty can't be one.
func isTooShort(number string) bool {
	const fewest = 3
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, number)
	return number != "" && len([]rune(digits)) < fewest
}

// written is what a field holds, without the blanks around it that nobody means, unless it is as it
// was.
func written(form frame.Form, f field) string {
	if value := form.Value(f.ID); value == form.Value(f.Was()) {
		return value
	}
	return form.Text(f.ID)
}
