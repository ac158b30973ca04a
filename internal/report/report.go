// Package report writes tables as files that people open in a spreadsheet. What is in a cell is what somebody sent: none of it
// may run there.
package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// Table is a report: columns by name, and rows with a cell for each of them.
type Table struct {
	Columns []string
	Rows    [][]string
}

// byteOrderMark has spreadsheets read a CSV file as UTF-8; Excel takes it for the local code page without one.
const byteOrderMark = "\ufeff"

// CSV gives the table as a file by RFC 4180: UTF-8 with a byte order mark, lines that end in CR LF, names in the first one.
func (t Table) CSV() ([]byte, error) {
	b := bytes.NewBufferString(byteOrderMark)
	w := csv.NewWriter(b)
	w.UseCRLF = true
	for _, row := range t.all() {
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

const sheet = "Report"

// XLSX gives the table as an Excel workbook with one sheet: names in bold above, and every cell a text.
func (t Table) XLSX() (content []byte, err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	for i := range t.Columns {
		if err := w.SetColWidth(i+1, i+1, t.width(i)); err != nil {
			return nil, err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	for i, row := range t.all() {
		style := 0
		if i == 0 {
			style = bold
		}
		cells := make([]any, len(row))
		for j, text := range row {
			cells[j] = excelize.Cell{StyleID: style, Value: text}
		}
		place, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return nil, err
		}
		if err := w.SetRow(place, cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// all gives the names and the rows as they go into a file.
func (t Table) all() [][]string {
	lines := make([][]string, 0, len(t.Rows)+1)
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		guarded := make([]string, len(row))
		for i, cell := range row {
			guarded[i] = guard(cell)
		}
		lines = append(lines, guarded)
	}
	return lines
}

// width is how wide a column is to be, in characters.
func (t Table) width(column int) float64 {
	const least, most = 10, 60
	width := len(t.Columns[column])
	for _, row := range t.Rows {
		if column < len(row) {
			width = max(width, len(row[column]))
		}
	}
	return float64(min(max(width+2, least), most))
}

// guard puts an apostrophe before a cell that a spreadsheet would take for a formula (OWASP, CSV injection). A plain number is
// none, whatever its sign. It stands in both kinds of file, since a workbook is soon saved as CSV.
func guard(cell string) string {
	text := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	blank := cell[:len(cell)-len(text)]
	if !strings.ContainsAny(blank, "\t\r") && (text == "" || !strings.ContainsRune("=+-@＝＋－＠", firstRune(text)) || isNumber(text)) {
		return cell
	}
	return "'" + cell
}

func firstRune(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}

// isNumber tells whether a text is a sign, digits and at most one point.
func isNumber(text string) bool {
	digits := strings.Replace(strings.TrimLeft(text, "+-"), ".", "", 1)
	return len(text)-len(strings.TrimLeft(text, "+-")) <= 1 && digits != "" && strings.Trim(digits, "0123456789") == ""
}
