package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"tickler/internal/civil"
)

// printJSON prints a value for programs.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// table is a list: columns for people, an array of objects for programs. Cells keep their types:
// see cellText and cellJSON.
type table struct {
	columns []string // their names in JSON; in capitals above the table
	rows    [][]any
}

func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer, asJSON bool) error {
	if asJSON {
		list := make([]map[string]any, len(t.rows))
		for i, row := range t.rows {
			list[i] = map[string]any{}
			for j, name := range t.columns {
				list[i][name] = cellJSON(row[j])
			}
		}
		return printJSON(w, list)
	}
	columns := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(columns, strings.ToUpper(strings.Join(t.columns, "\t")))
	for _, row := range t.rows {
		texts := make([]string, len(row))
		for i, cell := range row {
			texts[i] = printable(cellText(cell), "")
		}
		fmt.Fprintln(columns, strings.Join(texts, "\t"))
	}
	return columns.Flush()
}

// cellText returns a value for people.
func cellText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return civil.FormatInstant(v)
	case []string:
		return strings.Join(v, ", ")
	default:
		return fmt.Sprint(v)
	}
}

// cellJSON returns a value for programs: numbers and booleans as such, times by RFC 3339, durations
// in seconds, and null for a missing value.
func cellJSON(value any) any {
	switch v := value.(type) {
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return v.UTC().Format(time.RFC3339)
	case time.Duration:
		return v.Seconds()
	case minutes:
		return time.Duration(v).Seconds()
	case []string:
		if v == nil {
			return []string{}
		}
		return v
	case fmt.Stringer:
		return v.String()
	default:
		return v
	}
}

// printable returns a text that can't steer the terminal: control characters, and those that change
// the direction of writing, are escaped. Those in except stay.
func printable(text, except string) string {
	var b strings.Builder
	for _, r := range text {
		if (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) && !strings.ContainsRune(except, r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fact is one thing that a command made or found, and its name in JSON.
type fact struct {
	name  string
	value any
}

// printFacts prints a sentence for people, or all facts as one JSON object for programs.
func printFacts(w io.Writer, asJSON bool, sentence string, facts ...fact) error {
	if !asJSON {
		_, err := fmt.Fprintln(w, printable(sentence, "\n"))
		return err
	}
	object := map[string]any{}
	for _, f := range facts {
		object[f.name] = cellJSON(f.value)
	}
	return printJSON(w, object)
}
