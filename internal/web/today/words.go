package today

import (
	"slices"
	"strings"

	"tickler"
	"tickler/internal/web/frame"
)

// fieldNames lists fields in words; custom ones by the names that task types give them.
func fieldNames(p *frame.Page, fields []tickler.Field) string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = string(field)
		if field == tickler.FieldNotify { // both are the reminder
			names[i] = string(tickler.FieldReminder)
		}
		for _, t := range p.Caller.Account.TaskTypes() {
			for _, custom := range t.Fields {
				if custom.SchemaName == string(field) {
					names[i] = custom.DisplayName
				}
			}
		}
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
