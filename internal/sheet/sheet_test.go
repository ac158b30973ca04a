package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tickler/internal/sheet"
)

var table = sheet.Table{
	Columns: []string{"RowNumber", "Name", "Description"},
	Rows: [][]any{
		{1, "Meeting with Ada", `Bring the papers, "all" of them`},
		{2, "Größe 你好 🗓️", "two\r\nlines\rthree"},
		{3, `=HYPERLINK("http://evil.example")`, "@SUM(A1)"},
		{4, "-33.8", "+49 170 1234567"},
		{5, "-2+3+cmd|' /C calc'!A0", " \t=1+1"},
		{6, "\u200b＝1+1", "\"=1+1"},
		{7, "'=1", "it's - fine"},
		{8, "a;=1+1; b", "Buy:\n- milk"},
		{9, "\tx", "\nx"},
		{10, "a\x00b\x1b\ufffe", "_x0041_ &lt;é> "},
		{11, "+91-9000000001", "+1 (415) 555.2671/9"},
		{12, "+cmd", "+5"},
		{13, "-1,234.5", "-.5"},
		{14, "+1+1234567", "--5"},
		{15, sheet.Number("-12.50"), true},
		{16, sheet.Number("12345678901234567890"), "0012"},
		{17, "\t=x", "\n\t@x\t=y"},
		{18, "\t'=x", "'\t=x"},
	},
}

// written is the same as it stands in a CSV file.
var written = [][]string{
	{"RowNumber", "Name", "Description"},
	{"1", "Meeting with Ada", `Bring the papers, "all" of them`},
	{"2", "Größe 你好 🗓️", "two\nlines\nthree"},
	{"3", `'=HYPERLINK("http://evil.example")`, "'@SUM(A1)"},
	{"4", "-33.8", "+49 170 1234567"},
	{"5", "'-2+3+cmd|' /C calc'!A0", "' \t=1+1"},
	{"6", "'\u200b＝1+1", "'\"=1+1"},
	{"7", "''=1", "it's - fine"},
	{"8", "a;'=1+1; b", "Buy:\n'- milk"},
	{"9", "'\tx", "'\nx"},
	{"10", "a\ufffdb\ufffd\ufffd", "_x0041_ &lt;é> "},
	{"11", "+91-9000000001", "+1 (415) 555.2671/9"},
	{"12", "'+cmd", "'+5"},
	{"13", "-1,234.5", "-.5"},
	{"14", "'+1+1234567", "'--5"},
	{"15", "-12.50", "true"},
	{"16", "12345678901234567890", "0012"},
	{"17", "'\t=x", "'\n\t@x\t'=y"},
	{"18", "'\t'=x", "''\t=x"},
}

// made returns a table as a file in a format.
func made(format sheet.Format, table sheet.Table) ([]byte, error) {
	var file bytes.Buffer
	err := format.Write(table, &file)
	return file.Bytes(), err
}

// readCSV reads a file as a program does that knows of byte order marks.
func readCSV(t testing.TB, file []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCSV(t *testing.T) {
	file, err := made(sheet.CSV, table)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(file, []byte("\ufeffRowNumber,Name,Description\r\n")) {
		t.Errorf("it begins with %q", file[:40])
	}
	if diff := cmp.Diff(written, readCSV(t, file)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !bytes.Contains(file, []byte("\r\n17,\"'\t=x\",\"'\r\n\t@x\t'=y\"\r\n")) {
		t.Errorf("cells with tabs have no quotes: %q", file)
	}
	plain, err := csv.NewReader(bytes.NewReader(file)).ReadAll() // which does not know of byte order marks
	if err != nil || plain[0][0] != "\ufeffRowNumber" || len(plain) != len(written) {
		t.Errorf("%v: %q", err, plain)
	}
}

// A line of CSV is written before the next one is made, and nothing more is written after the
// writer fails.
func TestCSVIsWrittenAsItIsMade(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	broken := &brokenWriter{room: 15_000}
	err := sheet.CSV.Write(sheet.Table{Columns: []string{"Name"}, Rows: slices.Repeat([][]any{{long}}, 100)}, broken)
	if !errors.Is(err, errBroken) || broken.refused != 1 {
		t.Errorf("%v, and %d writes after it broke", err, broken.refused)
	}
}

var errBroken = errors.New("broken")

// brokenWriter fails after a number of bytes.
type brokenWriter struct{ room, refused int }

func (w *brokenWriter) Write(content []byte) (int, error) {
	if w.room -= len(content); w.room < 0 {
		w.refused++
		return 0, errBroken
	}
	return len(content), nil
}

func TestXLSX(t *testing.T) {
	file, err := made(sheet.XLSX, table)
	if err != nil {
		t.Fatal(err)
	}
	book := open(t, file)
	want := [][]string{table.Columns}
	for _, row := range table.Rows { // as it was sent, with no guard
		cells := []string{fmt.Sprint(row[0])}
		for _, cell := range row[1:] {
			cells = append(cells, sheet.Clean(fmt.Sprint(cell)))
		}
		want = append(want, cells)
	}
	want[15] = []string{"15", "-12.5", "TRUE"}
	if diff := cmp.Diff(want, rows(t, book)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for place, want := range map[string]excelize.CellType{
		"A1": excelize.CellTypeInlineString, "B4": excelize.CellTypeInlineString, "B5": excelize.CellTypeInlineString, "C5": excelize.CellTypeInlineString,
		"B12": excelize.CellTypeInlineString, "A2": excelize.CellTypeUnset, "B16": excelize.CellTypeUnset, "C16": excelize.CellTypeBool,
		"B17": excelize.CellTypeInlineString, "C17": excelize.CellTypeInlineString,
	} { // a number's type is not written down
		kind, err := book.GetCellType("Report", place)
		if err != nil || kind != want {
			t.Errorf("%s is of type %v, %v; want %v", place, kind, err, want)
		}
		if formula, err := book.GetCellFormula("Report", place); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", place, formula, err)
		}
	}
	panes, err := book.GetPanes("Report")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("%+v, %v: the columns' names don't stay", panes, err)
	}
	for place, want := range map[string]bool{"A1": true, "C1": true, "A2": false} {
		style, err := book.GetCellStyle("Report", place)
		if err != nil {
			t.Fatal(err)
		}
		look, err := book.GetStyle(style)
		if err != nil || (look.Font != nil && look.Font.Bold) != want {
			t.Errorf("%s is bold: %t, %v", place, !want, err)
		}
	}
	for column, want := range map[string]float64{"A": 11, "B": 35, "C": 33} {
		if width, err := book.GetColWidth("Report", column); err != nil || width != want {
			t.Errorf("%s is %v wide, %v; want %v", column, width, err, want)
		}
	}
}

func open(t testing.TB, file []byte) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func rows(t testing.TB, book *excelize.File) [][]string {
	t.Helper()
	all, err := book.GetRows("Report")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A value too long for a workbook's cell is cut, with a note.
func TestLongCells(t *testing.T) {
	const most = 32_767
	for name, test := range map[string]struct{ text, want string }{
		"as much as fits":     {strings.Repeat("é", most), strings.Repeat("é", most)},
		"one more":            {strings.Repeat("é", most+1), strings.Repeat("é", most-9) + "… (cut)"},
		"two units each":      {strings.Repeat("🗓", most), strings.Repeat("🗓", (most-9)/2) + "… (cut)"},
		"what needs no guard": {"=" + strings.Repeat("x", most-1), "=" + strings.Repeat("x", most-1)},
	} {
		t.Run(name, func(t *testing.T) {
			long := sheet.Table{Columns: []string{"Name"}, Rows: [][]any{{test.text}}}
			file, err := made(sheet.XLSX, long)
			if err != nil {
				t.Fatal(err)
			}
			if got := rows(t, open(t, file))[1][0]; got != test.want {
				t.Errorf("%d characters, which end in %q; want %d", utf8.RuneCountInString(got), got[len(got)-20:], utf8.RuneCountInString(test.want))
			}
			if file, err = made(sheet.CSV, long); err != nil || sheet.Unguarded(readCSV(t, file)[1][0]) != test.text {
				t.Errorf("cut in CSV too, %v", err)
			}
		})
	}
}

// Callers choose columns. Even a table with as many as one body can name is written quickly: with a
// width for each, the library took minutes.
func TestThousandsOfColumns(t *testing.T) {
	var wide sheet.Table
	for i := range 9_000 {
		wide.Columns = append(wide.Columns, fmt.Sprintf("CustomFields.%d", i))
	}
	wide.Rows = [][]any{slices.Repeat([]any{""}, len(wide.Columns))}
	file, err := made(sheet.XLSX, wide)
	if err != nil {
		t.Fatal(err)
	}
	book := open(t, file)
	if names := rows(t, book)[0]; len(names) != 9_000 || names[8_999] != "CustomFields.8999" {
		t.Errorf("%d columns are there", len(names))
	}
	for column, want := range map[string]float64{"A": 16, "CV": 17, "CW": 9.140625} { // the 1st, the 100th, and the 101st as it is by default
		if width, err := book.GetColWidth("Report", column); err != nil || width != want {
			t.Errorf("%s is %v wide, %v; want %v", column, width, err, want)
		}
	}
}

func TestTableWithoutRows(t *testing.T) {
	empty := sheet.Table{Columns: []string{"RowNumber"}}
	file, err := made(sheet.CSV, empty)
	if err != nil || string(file) != "\ufeffRowNumber\r\n" {
		t.Errorf("%q, %v", file, err)
	}
	if file, err = made(sheet.XLSX, empty); err != nil || len(rows(t, open(t, file))) != 1 {
		t.Errorf("%v", err)
	}
}

var (
	begins         = regexp.MustCompile("[;\t\r\n]")
	guardedAtOnce  = regexp.MustCompile(`^'+[\pZ\p{Cf}"]*[\t\n][\pZ\p{Cf}"\t\n]*`) // tabs and line ends behind an apostrophe
	formula        = regexp.MustCompile(`^[\pZ\p{Cf}"]*[=+\-@＝＋－＠]`)
	negativeNumber = regexp.MustCompile(`^-[0-9.,]+$`)
	phone          = regexp.MustCompile(`^\+[0-9 ().\-/]+$`)
)

// Whatever is in a cell: no formula begins anywhere, not even for a spreadsheet that takes
// semicolons or tabs for the ends of cells, and taking the guards away gives the cell back. The tabs and
// line ends that begin a cell have one guard before them all.
func FuzzGuard(f *testing.F) {
	for _, row := range table.Rows {
		for _, cell := range row {
			f.Add(fmt.Sprint(cell), fmt.Sprint(row[0]))
		}
	}
	for _, cell := range []string{"\r=1", "\u00a0-A1", "\u2003@x", "--5", "-5-A1", "-5.", "+5", "\ufeff=1", "=", ";;=x", "a\t\t=x", "x;\"=1"} {
		f.Add(cell, "x\t-5")
	}
	f.Add("x;-5", "0+cmd|' /C calc'!A0")
	f.Fuzz(func(t *testing.T, first, second string) {
		file, err := made(sheet.CSV, sheet.Table{Columns: []string{"RowNumber", "Name", "Other"}, Rows: [][]any{{1, first, second}}})
		if err != nil {
			t.Fatal(err)
		}
		cells := readCSV(t, file)[1]
		for i, sent := range []string{"1", first, second} {
			if cells[i] != "" && strings.ContainsAny(cells[i][:1], "=+-@\t\r\n") && !negativeNumber.MatchString(cells[i]) && !phone.MatchString(cells[i]) {
				t.Errorf("the cell %q begins a formula", cells[i])
			}
			if got := sheet.Unguarded(cells[i]); got != sheet.Clean(sent) {
				t.Errorf("%q became %q, and %q again", sheet.Clean(sent), cells[i], got)
			}
		}
		for _, cell := range cells {
			for i, piece := range begins.Split(guardedAtOnce.ReplaceAllString(cell, "'"), -1) {
				if formula.MatchString(piece) && (i > 0 || !negativeNumber.MatchString(cell) && !phone.MatchString(cell)) {
					t.Errorf("%q in %q is a formula for a spreadsheet that begins a cell there", piece, cell)
				}
			}
		}
	})
}
