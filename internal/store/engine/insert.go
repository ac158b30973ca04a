package engine

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// RowsAtOnce is how many rows one statement inserts, well below either engine's limit of
// parameters.
const RowsAtOnce = 100

// Insertion returns the statement that inserts some rows, and its arguments.
func Insertion(into string, rows [][]any) (statement string, args []any) {
	places := make([]string, len(rows))
	for i, row := range rows {
		places[i] = `(` + Placeholders(len(args)+1, len(row)) + `)`
		args = append(args, row...)
	}
	return `INSERT INTO ` + into + ` VALUES ` + strings.Join(places, `, `), args
}

// InsertAll writes rows in as few statements as suit the engine.
func (d Dialect) InsertAll(ctx context.Context, tx Handle, into string, rows [][]any) error {
	for some := range slices.Chunk(rows, d.RowsPerInsert) {
		statement, args := Insertion(into, some)
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

// Placeholders returns count placeholders, starting with $from.
func Placeholders(from, count int) string {
	places := make([]string, count)
	for i := range places {
		places[i] = fmt.Sprintf(`$%d`, from+i)
	}
	return strings.Join(places, ", ")
}

// Row is a row under the cursor.
type Row interface{ Scan(into ...any) error }

var _ Row = (*sql.Row)(nil)

// Collect scans every row with scan.
func Collect[T any](rows *sql.Rows, err error, scan func(row Row) (T, error)) ([]T, error) {
	if err != nil {
		return nil, Classify(err)
	}
	defer rows.Close()
	var full [][]T
	var last []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, Classify(err)
		}
		if len(last) == mostInPart {
			full, last = append(full, last), make([]T, 0, mostInPart)
		}
		last = append(last, one)
	}
	if full == nil {
		return last, Classify(rows.Err())
	}
	return slices.Concat(append(full, last)...), Classify(rows.Err())
}

// mostInPart is how many rows are kept together while more are read. A slice of thousands that grows
// by append is copied again and again: it took a quarter of the time of reading them.
const mostInPart = 256
