package tickler

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tickler/internal/civil"
)

// CustomField is one attribute that a task type adds to its tasks.
type CustomField struct {
	SchemaName  string // mx_Custom_1 to mx_Custom_10
	DisplayName string
	DataType    DataType
	Mandatory   bool
	Options     []string // of a dropdown or multi-select
}

// DataType is what values a custom field takes. The numbers are stored (docs/contract.md
// section 6).
type DataType int

// The data types.
const (
	StringData      DataType = 0
	NumberData      DataType = 1
	BooleanData     DataType = 2
	DateData        DataType = 3
	DateTimeData    DataType = 4
	DropdownData    DataType = 5
	MultiSelectData DataType = 6
	EmailData       DataType = 7
	LookupData      DataType = 8
	PhoneData       DataType = 9
	URLData         DataType = 10
)

var dataTypeNames = [...]string{
	"String", "Number", "Boolean", "Date", "DateTime", "Dropdown", "MultiSelect", "Email", "Lookup", "Phone", "Url",
}

// String returns the data type's name.
func (d DataType) String() string {
	if d < 0 || int(d) >= len(dataTypeNames) {
		return "data type " + strconv.Itoa(int(d))
	}
	return dataTypeNames[d]
}

// DataTypeNames lists the names of the data types, in the order of their numbers.
func DataTypeNames() []string { return dataTypeNames[:] }

// ParseDataType reads a data type's name, in any case; false when there is no such type.
func ParseDataType(name string) (DataType, bool) {
	for d, known := range dataTypeNames {
		if strings.EqualFold(name, known) {
			return DataType(d), true
		}
	}
	return 0, false
}

// CanonicalFieldName returns a schema name in the spelling in which it is stored. Any other text
// stays as it is.
func CanonicalFieldName(name string) string {
	if len(name) > len(schemaNamePrefix) && strings.EqualFold(name[:len(schemaNamePrefix)], schemaNamePrefix) {
		return schemaNamePrefix + name[len(schemaNamePrefix):]
	}
	return name
}

const schemaNamePrefix = "mx_Custom_"

// Limits of custom values; texts in code points.
const (
	MaxCustomFieldValue = 2_000
	// OptionSeparator stands between the chosen options of a multi-select.
	OptionSeparator = ";"
)

// CheckFields checks custom values against the type's fields and returns them in their stored form,
// by schema name. Names match in any case; an empty value counts as absent.
func (t TaskType) CheckFields(values map[string]string) (map[string]string, error) {
	kept, err := t.checkValues(values)
	if err != nil {
		return nil, err
	}
	return kept, t.checkMandatory(kept)
}

func (t TaskType) checkValues(values map[string]string) (map[string]string, error) {
	kept := make(map[string]string, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		field, ok := t.field(name)
		if !ok {
			return nil, Refuse(FactNoSuchField, FieldFields, name, t.Name)
		}
		if values[name] == "" {
			continue
		}
		value, err := field.check(values[name])
		if err != nil {
			return nil, err
		}
		kept[field.SchemaName] = value
	}
	return kept, nil
}

func (t TaskType) checkMandatory(kept map[string]string) error {
	for _, field := range t.Fields {
		if field.Mandatory && ShowsNothing(kept[field.SchemaName]) {
			return field.refuse(FactFieldMissing, nil, field.DataType)
		}
	}
	return nil
}

func (t TaskType) field(name string) (CustomField, bool) {
	for _, f := range t.Fields {
		if strings.EqualFold(f.SchemaName, name) {
			return f, true
		}
	}
	return CustomField{}, false
}

// check returns the value in its stored form: booleans and instants in one spelling, options as the
// list spells them.
func (f CustomField) check(value string) (string, error) {
	if utf8.RuneCountInString(value) > MaxCustomFieldValue {
		return "", f.refuse(FactValueTooLong, value, MaxCustomFieldValue)
	}
	switch f.DataType {
	case StringData, LookupData:
		return value, nil
	case DropdownData:
		return f.option(value)
	case MultiSelectData:
		return f.options(value)
	default:
		form, known := valueForms[f.DataType]
		if !known {
			return "", fmt.Errorf("custom field %s has the unknown data type %d", f.SchemaName, f.DataType)
		}
		kept, ok := form.keep(strings.TrimSpace(value))
		if !ok {
			return "", f.refuse(form.otherwise, value)
		}
		return kept, nil
	}
}

// valueForms says, for each data type with a form of its own, how its values are stored and what is
// wrong with any other.
var valueForms = map[DataType]struct {
	otherwise Fact
	keep      func(text string) (kept string, ok bool)
}{
	NumberData:   {FactNotNumber, ifValid(isNumber)},
	BooleanData:  {FactNotBoolean, keepBoolean},
	DateData:     {FactNotDate, ifValid(isDate)},
	DateTimeData: {FactNotInstant, keepInstant},
	EmailData:    {FactNotEmail, ifValid(isEmail)},
	PhoneData:    {FactNotPhone, ifValid(isPhone)},
	URLData:      {FactNotWebAddress, ifValid(isWebAddress)},
}

func ifValid(valid func(text string) bool) func(string) (string, bool) {
	return func(text string) (string, bool) { return text, valid(text) }
}

func keepBoolean(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "true", "1":
		return "true", true
	case "false", "0":
		return "false", true
	}
	return "", false
}

func keepInstant(text string) (string, bool) {
	t, err := civil.ParseInstant(text)
	return civil.FormatInstant(t), err == nil
}

func isDate(text string) bool {
	_, err := civil.ParseDate(text)
	return err == nil
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func (f CustomField) option(value string) (string, error) {
	for _, option := range f.Options {
		if strings.EqualFold(option, strings.TrimSpace(value)) {
			return option, nil
		}
	}
	return "", f.refuse(FactNotAnOption, value, f.Options)
}

func (f CustomField) options(value string) (string, error) {
	var chosen []string
	for part := range strings.SplitSeq(value, OptionSeparator) {
		option, err := f.option(part)
		if err != nil {
			return "", err
		}
		if !slices.Contains(chosen, option) {
			chosen = append(chosen, option)
		}
	}
	return strings.Join(chosen, OptionSeparator), nil
}

func (f CustomField) refuse(fact Fact, value any, with ...any) *Error {
	return Refuse(fact, Field(f.SchemaName), value, with...)
}

func isNumber(text string) bool {
	_, ok := parseNumber(text)
	return ok
}

func isPhone(text string) bool {
	return PhoneDigits(text) != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsDigit(r) && !strings.ContainsRune(" +-().", r)
	})
}
