package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"tickler/internal/civil"
)

// printJSON prints a value for programs.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// table is a list for people, and for programs the same as an array of objects.
type table struct {
	columns []string // their names in JSON; in capitals above the table
	rows    [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer, asJSON bool) error {
	if asJSON {
		list := make([]map[string]string, len(t.rows))
		for i, row := range t.rows {
			list[i] = map[string]string{}
			for j, name := range t.columns {
				list[i][name] = row[j]
			}
		}
		return printJSON(w, list)
	}
	columns := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(columns, strings.ToUpper(strings.Join(t.columns, "\t")))
	for _, row := range t.rows {
		fmt.Fprintln(columns, strings.Join(row, "\t"))
	}
	return columns.Flush()
}

// fact is one thing that a command made or found, and its name in JSON.
type fact struct{ name, value string }

// printFacts prints a sentence for people, or all facts as one JSON object for programs.
func printFacts(w io.Writer, asJSON bool, sentence string, facts ...fact) error {
	if !asJSON {
		_, err := fmt.Fprintln(w, sentence)
		return err
	}
	object := map[string]string{}
	for _, f := range facts {
		object[f.name] = f.value
	}
	return printJSON(w, object)
}

// instantOrNone gives an instant's text; "" for none.
func instantOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return civil.FormatInstant(t)
}
