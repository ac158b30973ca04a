package report_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tickler/internal/report"
)

var table = report.Table{
	Columns: []string{"RowNumber", "Name", "Description"},
	Rows: [][]string{
		{"1", "Meeting with Ada", "Bring the papers, \"all\" of them"},
		{"2", "Größe 你好", "two\nlines"},
		{"3", "=HYPERLINK(\"http://evil\")", "@SUM(A1)"},
		{"4", "-33.8", "+49 170 1234567"},
		{"5", "", " \t=1+1"},
	},
}

var written = [][]string{
	{"RowNumber", "Name", "Description"},
	{"1", "Meeting with Ada", "Bring the papers, \"all\" of them"},
	{"2", "Größe 你好", "two\nlines"},
	{"3", "'=HYPERLINK(\"http://evil\")", "'@SUM(A1)"},
	{"4", "-33.8", "'+49 170 1234567"},
	{"5", "", "' \t=1+1"},
}

func TestCSV(t *testing.T) {
	file, err := table.CSV()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(file, []byte("\ufeffRowNumber,Name,Description\r\n")) {
		t.Errorf("it begins with %q", file[:40])
	}
	if diff := cmp.Diff(written, readCSV(t, file)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestXLSX(t *testing.T) {
	file, err := table.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("Report")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, cell := range []string{"A2", "B4", "B5"} {
		if kind, err := book.GetCellType("Report", cell); err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%s is of type %v, not a text: %v", cell, kind, err)
		}
	}
}

func TestTableWithoutRows(t *testing.T) {
	empty := report.Table{Columns: []string{"RowNumber"}}
	file, err := empty.CSV()
	if err != nil || string(file) != "\ufeffRowNumber\r\n" {
		t.Errorf("%q, %v", file, err)
	}
	if _, err := empty.XLSX(); err != nil {
		t.Error(err)
	}
}

// Whatever stands in a cell, a spreadsheet meets no formula, and what was sent can be read back.
func FuzzNoCellIsAFormula(f *testing.F) {
	for _, row := range table.Rows {
		for _, cell := range row {
			f.Add(cell)
		}
	}
	for _, cell := range []string{"\r=1", "＝1", "\u00a0-A1", "\u2003@x", "--5", "-5-A1", "+", "\ufeff=1", "=", "'=1"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if !utf8.ValidString(cell) || strings.ContainsRune(cell, '\r') { // CSV has its own line ends
			return
		}
		file, err := report.Table{Columns: []string{"Name"}, Rows: [][]string{{"1", cell}}}.CSV()
		if err != nil {
			t.Fatal(err)
		}
		got := readCSV(t, file)[1][1]
		if strings.TrimPrefix(got, "'") != cell && got != cell {
			t.Errorf("%q became %q", cell, got)
		}
		if text := strings.TrimSpace(got); text != "" && strings.ContainsAny(text[:1], "=@") {
			t.Errorf("%q became %q, which is a formula", cell, got)
		}
	})
}

func readCSV(t *testing.T, file []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
