package today

import (
	"strings"

	"tickler"
	"tickler/internal/web/frame"
)

// fieldNames lists fields in words; custom ones by the names that task types give them.
func fieldNames(p *frame.Page, fields []tickler.Field) string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = string(field)
		for _, t := range p.Caller.Account.TaskTypes() {
			for _, custom := range t.Fields {
				if custom.SchemaName == string(field) {
					names[i] = custom.DisplayName
				}
			}
		}
	}
	return strings.Join(names, ", ")
}
