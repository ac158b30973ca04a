package store

import (
	"context"
	"slices"
	"strings"
)

// rowsAtOnce is how many rows one statement inserts: well below the limit of parameters of either engine.
const rowsAtOnce = 100

// insertion gives the statement that inserts some rows, and its arguments.
func insertion(into string, rows [][]any) (statement string, args []any) {
	places := make([]string, len(rows))
	for i, row := range rows {
		places[i] = `(` + placeholders(len(args)+1, len(row)) + `)`
		args = append(args, row...)
	}
	return `INSERT INTO ` + into + ` VALUES ` + strings.Join(places, `, `), args
}

// insertAll writes rows in as few statements as suit the engine.
func (s *Store) insertAll(ctx context.Context, tx handle, into string, rows [][]any) error {
	for some := range slices.Chunk(rows, s.dialect.rowsPerInsert) {
		statement, args := insertion(into, some)
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}
