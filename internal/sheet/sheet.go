// Package sheet writes tables as files that people open in a spreadsheet. What is in a cell is what
// somebody sent: none of it may run there.
package sheet

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Table is columns by name, and rows with a cell for each of them. A cell is a string, an int, a
// bool or a Number; any other value is written as fmt.Sprint has it.
type Table struct {
	Columns []string
	Rows    [][]any
}

// Number is a number in decimal digits, as JSON writes one. It is kept as it is written, where the
// file can.
type Number string

// Format is a kind of file that a table can be written as.
type Format struct {
	Extension   string // of the file's name, without a dot
	ContentType string
	Write       func(t Table, w io.Writer) error
}

// The formats.
var (
	CSV  = Format{"csv", "text/csv; charset=utf-8", Table.CSV}
	XLSX = Format{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Table.XLSX}
)

// byteOrderMark makes spreadsheets read a CSV file as UTF-8: without one, Excel assumes the local
// code page. Programs that don't know it see it before the first column's name only, since that
// name needs no quotes.
const byteOrderMark = "\ufeff"

// CSV writes the table as a file by RFC 4180: UTF-8 with a byte order mark, lines that end in CR
// LF, the columns' names in the first one. Cells are guarded: see guarded. Each line is written as
// soon as it is made.
func (t Table) CSV(file io.Writer) error {
	if _, err := io.WriteString(file, byteOrderMark); err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	for line := range t.lines {
		if _, err := w.WriteString(lineOf(guardedAll(line))); err != nil {
			return err
		}
	}
	return w.Flush()
}

// lineOf returns a line of CSV. encoding/csv leaves tabs without quotes, and a spreadsheet that is set
// to begin cells at tabs too would begin one within a cell.
func lineOf(cells []string) string {
	quoted := make([]string, len(cells))
	for i, cell := range cells {
		if strings.ContainsAny(cell, "\",\t\n") || strings.HasPrefix(cell, " ") {
			cell = `"` + inQuotes.Replace(cell) + `"`
		}
		quoted[i] = cell
	}
	return strings.Join(quoted, ",") + "\r\n"
}

var inQuotes = strings.NewReplacer(`"`, `""`, "\n", "\r\n")

const sheetName = "Report"

// XLSX writes the table as an Excel workbook with one sheet: the columns' names in bold, in a row
// that stays in place on scrolling, and every cell of its own type. A text is no formula there,
// whatever it begins with, and needs no guard. The library builds the whole file in memory before
// it writes any of it.
func (t Table) XLSX(file io.Writer) error {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // it has no files open that could fail
	if err := book.SetSheetName("Sheet1", sheetName); err != nil {
		return err
	}
	w, err := book.NewStreamWriter(sheetName)
	if err != nil {
		return err
	}
	if err := t.layOut(w); err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	number, style := 1, bold
	for line := range t.lines {
		if err := writeRow(w, number, style, line); err != nil {
			return err
		}
		number, style = number+1, 0
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return book.Write(file)
}

// maxWidths is how many columns get a width. Their names come from callers, thousands of them in an
// attack, and each width slows the library down at all others and at every cell.
const maxWidths = 100

// layOut sets what must come before the rows: the columns' widths, and the frozen first row.
func (t Table) layOut(w *excelize.StreamWriter) error {
	for i := range min(len(t.Columns), maxWidths) {
		if err := w.SetColWidth(i+1, i+1, t.width(i)); err != nil {
			return err
		}
	}
	return w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

func writeRow(w *excelize.StreamWriter, number, style int, line []any) error {
	place, err := excelize.CoordinatesToCellName(1, number)
	if err != nil {
		return err
	}
	cells := make([]any, len(line))
	for i, cell := range line {
		cells[i] = excelize.Cell{StyleID: style, Value: typed(cell)}
	}
	return w.SetRow(place, cells)
}

// lines returns the names and then the rows.
func (t Table) lines(yield func([]any) bool) {
	names := make([]any, len(t.Columns))
	for i, name := range t.Columns {
		names[i] = name
	}
	if !yield(names) {
		return
	}
	for _, row := range t.Rows {
		if !yield(row) {
			return
		}
	}
}

// width returns the width of a column, in characters.
func (t Table) width(column int) float64 {
	const least, most = 10, 60
	width := utf8.RuneCountInString(t.Columns[column])
	for _, row := range t.Rows {
		if column < len(row) {
			width = max(width, utf8.RuneCountInString(fmt.Sprint(row[column])))
		}
	}
	return float64(min(max(width+2, least), most))
}
