package tasks

import (
	"slices"

	"tickler"
)

// column is one of a list of tasks. The name stands first in each row and is not among them.
type column struct {
	Key  string // in addresses
	Name string
	By   tickler.TaskColumn
}

// nameColumn is the head of each row.
var nameColumn = column{"name", "Task", tickler.ByName}

// columns are those that people choose from, in the order in which they stand.
var columns = []column{
	{"status", "Status", tickler.ByStatus},
	{"due", "Due", tickler.ByDueDate},
	{"end", "End", tickler.ByEnd},
	{"type", "Type", tickler.ByType},
	{"owner", "Owner", tickler.ByOwnerName},
	{"lead", "Lead", tickler.ByRelatedName},
	{"priority", "Priority", tickler.ByPriority},
	{"location", "Place", tickler.ByLocation},
	{"description", "Description", tickler.ByDescription},
	{"created", "Added", tickler.ByCreation},
	{"creator", "Added by", tickler.ByCreatorName},
	{"changed", "Changed", tickler.ByModification},
	{"completed", "Completed", tickler.ByCompletion},
}

// usualColumns are those of who has chosen none.
var usualColumns = withKeys("status", "due", "type", "owner", "lead")

// columnsIn returns the columns with some keys, in the order in which they stand; the usual ones if
// there is none.
func columnsIn(keys []string) []column {
	if chosen := withKeys(keys...); len(chosen) > 0 {
		return chosen
	}
	return usualColumns
}

func withKeys(keys ...string) (chosen []column) {
	for _, c := range columns {
		if slices.Contains(keys, c.Key) {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// columnOf finds a column by its key.
func columnOf(key string) (column, bool) {
	if key == nameColumn.Key {
		return nameColumn, true
	}
	i := slices.IndexFunc(columns, func(c column) bool { return c.Key == key })
	if i < 0 {
		return column{}, false
	}
	return columns[i], true
}

// orderedBy returns the column that shows what lists are sorted by; the due date's where none does.
func orderedBy(by tickler.TaskColumn) column {
	for _, c := range append(slices.Clone(columns), nameColumn) {
		if c.By == by {
			return c
		}
	}
	due, _ := columnOf("due")
	return due
}
