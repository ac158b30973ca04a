package rows

import (
	"regexp"
	"strings"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/web/frame"
)

// CustomWords write what a custom field holds, as people read it.
func CustomWords(p *frame.Page, f tickler.CustomField, value string) string {
	switch f.DataType { //nolint:exhaustive // the others are shown as they are kept
	case tickler.BooleanData:
		return map[string]string{"true": "Yes", "false": "No"}[value]
	case tickler.NumberData:
		return grouped(value)
	case tickler.DateTimeData:
		if at, err := civil.ParseInstant(value); err == nil {
			return p.Times().Instant(at)
		}
	case tickler.DateData:
		if date, err := civil.ParseDate(value); err == nil {
			return p.Times().Day(civil.InstantOf(date, p.Zone()))
		}
	case tickler.MultiSelectData:
		return strings.Join(strings.Split(value, tickler.OptionSeparator), ", ")
	}
	return value
}

var whole = regexp.MustCompile(`^-?\d{5,}`)

// grouped writes a number of five figures or more with its thousands apart: "112,000".
func grouped(number string) string {
	figures := whole.FindString(number)
	text := figures
	for i := len(text) - 3; i > len(text)-len(strings.TrimPrefix(text, "-")) && i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text + number[len(figures):]
}
