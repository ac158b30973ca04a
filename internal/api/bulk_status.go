package api

import (
	"context"
	"io"
	"strings"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/civil"
	"tickler/internal/sheet"
)

// bulkStatus is Bulk/Status: how far a request is, and what came of its rows (docs/contract.md
// section 3).
func (a *API) bulkStatus(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "id", "asking for a request's status")
	if err != nil {
		return answer{}, err
	}
	r, rows, err := a.App.BulkRequest(ctx, c.caller, id)
	return ok(wire.Object{
		{"Id", r.ID.String()},
		{"Operation", r.Operation.String()},
		{"Status", r.State.String()},
		{"TasksCount", r.Rows},
		{"ProcessedTasksCount", r.Processed()},
		{bulkBodies[r.Operation].count, r.Succeeded},
		{"FailedTasksCount", r.Failed},
		{"CreatedOn", civil.FormatInstant(r.CreatedAt)},
		{"CompletedOn", instantOrNull(r.CompletedAt)},
		{"Tasks", rowObjects(rows)},
	}), err
}

func instantOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return civil.FormatInstant(t)
}

// idOrNull is null where nothing was made: a dry run has neither a request nor tasks.
func idOrNull(id tickler.ID) any {
	if id.IsZero() {
		return nil
	}
	return id.String()
}

// Status implements app.BulkWire: what a request's receiver is sent when it has ended.
func (BulkWire) Status(r tickler.BulkRequest, rows []tickler.BulkRow) []byte {
	return wire.Marshal(statusBody(r, rows))
}

// statusBody describes a request that has ended.
func statusBody(r tickler.BulkRequest, rows []tickler.BulkRow) wire.Object {
	var reason any
	if text := r.FailureReason(); text != "" {
		reason = text
	}
	if bulkBodies[r.Operation].inShort {
		return wire.Object{
			{"Status", r.State.String()},
			{"Operation", r.Operation.String()},
			{"TasksCount", r.Rows},
			{bulkBodies[r.Operation].count, r.Succeeded},
			{"FailureReason", reason},
		}
	}
	return wire.Object{
		{"Status", r.State.String()},
		{"Operation", r.Operation.String()},
		{"RequestId", idOrNull(r.ID)},
		{"TasksCount", r.Rows},
		{bulkBodies[r.Operation].count, r.Succeeded},
		{"FailedTasksCount", r.Failed},
		{"FailureReason", reason},
		{"Tasks", rowObjects(rows)},
	}
}

func rowObjects(rows []tickler.BulkRow) []wire.Object {
	objects := make([]wire.Object, len(rows))
	for i, row := range rows {
		o := wire.Object{{"RowNumber", row.Number}, {"Status", row.State.String()}}
		switch row.State {
		case tickler.RowSucceeded:
			o = append(o, wire.Object{{"UserTaskId", idOrNull(row.TaskID)}, {"Name", row.Name}}...)
		case tickler.RowFailed:
			o = append(o, wire.Object{
				{"Name", row.Name},
				{"ExceptionType", exceptionType(row.Fault)},
				{"ExceptionMessage", row.Fault.Message},
			}...)
		case tickler.RowCancelled:
		}
		objects[i] = o
	}
	return objects
}

// exceptionType is what a failed row's fault is called on the wire.
func exceptionType(fault *tickler.RowFault) string {
	if f, known := failureOf[fault.Kind]; known {
		return f.typ
	}
	return internalError.typ
}

// bulkReport is Bulk/Report: a request's report as a file, of the rows that have been run
// (docs/contract.md section 3).
func (a *API) bulkReport(ctx context.Context, c call) (answer, error) {
	id, err := requiredID(c.query, "id", "asking for a request's report")
	if err != nil {
		return answer{}, err
	}
	format := sheet.CSV
	switch name := strings.ToLower(c.query.get("format")); name {
	case sheet.CSV.Extension, "":
	case sheet.XLSX.Extension:
		format = sheet.XLSX
	default:
		return answer{}, wire.Invalid("format", name, "csv or xlsx")
	}
	r, rows, err := a.App.BulkRequest(ctx, c.caller, id)
	if err != nil {
		return answer{}, err
	}
	if r.Body, err = a.App.BulkBody(ctx, c.caller, r); err != nil {
		return answer{}, err
	}
	columns, table := BulkWire{}.Report(r, rows)
	report := ok(file(func(w io.Writer) error { return format.Write(sheet.Table{Columns: columns, Rows: table}, w) }))
	report.setHeader("Content-Type", format.ContentType)
	report.setHeader("Content-Disposition", `attachment; filename="report-`+id.String()+`.`+format.Extension+`"`)
	return report, nil
}

// Report returns a request's report: what came of each row, then the row's own columns as they were
// sent, so that failed ones can be mended and sent again (docs/contract.md section 3).
func (BulkWire) Report(r tickler.BulkRequest, rows []tickler.BulkRow) (columns []string, table [][]any) {
	columns = []string{"RowNumber", "Status", "UserTaskId", "ExceptionType", "ExceptionMessage"}
	sent := sentColumns{at: map[string]int{}}
	body, err := readBulk(r.Operation, r.Body)
	if err == nil { // otherwise the report has no columns of what was sent
		for _, row := range bulkRows(r.Operation, body) {
			sent.add(row)
		}
	}
	for i, row := range rows {
		cells := []any{row.Number, row.State.String(), idText(row.TaskID), "", ""}
		if row.Fault != nil {
			cells[3], cells[4] = exceptionType(row.Fault), row.Fault.Message
		}
		table = append(table, append(cells, sent.row(i)...))
	}
	return append(columns, sent.names...), table
}

// sentColumns spreads rows as they were sent over columns, in the order in which these first occur.
type sentColumns struct {
	names []string
	at    map[string]int
	rows  []map[string]any
}

func (s *sentColumns) add(row wire.Node) {
	cells := map[string]any{}
	if row.Kind != wire.ObjectNode {
		s.put(cells, "TaskId", row)
	}
	for _, m := range row.Members {
		if m.Value.Kind != wire.ObjectNode {
			s.put(cells, m.Name, m.Value)
		}
		for _, below := range m.Value.Members {
			s.put(cells, m.Name+"."+below.Name, below.Value)
		}
	}
	s.rows = append(s.rows, cells)
}

func (s *sentColumns) put(cells map[string]any, name string, value wire.Node) {
	if _, known := s.at[name]; !known {
		s.at[name] = len(s.names)
		s.names = append(s.names, name)
	}
	cells[name] = cellOf(value)
}

// cellOf returns a single value as it was sent: a number as a number, a text as a text.
func cellOf(value wire.Node) any {
	switch value.Kind {
	case wire.NumberNode:
		return sheet.Number(value.Text)
	case wire.BooleanNode:
		return value.Text == "true"
	default:
		return value.Text
	}
}

// row returns the cells of the ith row.
func (s *sentColumns) row(i int) []any {
	cells := make([]any, len(s.names))
	for c := range cells {
		cells[c] = ""
	}
	if i < len(s.rows) {
		for name, cell := range s.rows[i] {
			cells[s.at[name]] = cell
		}
	}
	return cells
}
