package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// copied are the tables that a run fills, each after those it refers to.
var copied = []string{"account", "access_key", "app_user", "task_type", "lead", "session", "task"}

// copyTo makes a folder with a copy of the SQLite database, as the release keeps it.
func (s *seed) copyTo(ctx context.Context, r release, folder string) (file string, err error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	file = filepath.Join(folder, "tickler.db")
	return file, s.copyRowsTo(ctx, r, file)
}

// copyRowsTo makes a database with the release's own schema and copies all rows into it.
func (s *seed) copyRowsTo(ctx context.Context, r release, file string) (err error) {
	if err := r.migrate(ctx, "TICKLER_DATA="+filepath.Dir(file)); err != nil {
		return err
	}
	from, err := sql.Open("sqlite", s.file)
	if err != nil {
		return err
	}
	defer drop(from)
	to, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(off)&_pragma=cache_size(-1000000)")
	if err != nil {
		return err
	}
	to.SetMaxOpenConns(1) // the other database is attached to its own connection only
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, err := to.ExecContext(ctx, `ATTACH ? AS seed`, s.file); err != nil {
		return err
	}
	for _, table := range copied {
		columns, err := sharedColumns(ctx, from, to, table)
		if err != nil {
			return err
		}
		list := strings.Join(columns, ", ")
		if _, err := to.ExecContext(ctx,
			`INSERT INTO main.`+table+` (`+list+`) SELECT `+list+` FROM seed.`+table); err != nil {
			return fmt.Errorf("copying %s: %w", table, err)
		}
	}
	return nil
}

// copyToPostgres fills an empty Postgres database with all that an SQLite database holds, as the
// release keeps it, and leaves it as Postgres's own upkeep would after a while.
func copyToPostgres(ctx context.Context, r release, file, location string) error {
	if err := r.migrate(ctx, "TICKLER_DATABASE_URL="+location); err != nil {
		return err
	}
	from, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer drop(from)
	to, err := sql.Open("pgx", location)
	if err != nil {
		return err
	}
	defer drop(to)
	copier, err := pgx.Connect(ctx, location)
	if err != nil {
		return err
	}
	defer func() { _ = copier.Close(ctx) }()
	for _, table := range copied {
		columns, err := sharedColumns(ctx, from, to, table)
		if err == nil {
			err = copyTable(ctx, from, copier, table, columns)
		}
		if err != nil {
			return fmt.Errorf("copying %s: %w", table, err)
		}
	}
	_, err = copier.Exec(ctx, `VACUUM ANALYZE`)
	return err
}

func copyTable(ctx context.Context, from *sql.DB, to *pgx.Conn, name string, columns []string) error {
	t, err := openTable(ctx, from, name, columns)
	if err != nil {
		return err
	}
	defer drop(t.rows)
	_, err = to.CopyFrom(ctx, pgx.Identifier{name}, t.columns, pgx.CopyFromFunc(t.next))
	return err
}

// sharedColumns returns those that a table has in both databases: versions differ in what they
// keep.
func sharedColumns(ctx context.Context, from, to *sql.DB, table string) ([]string, error) {
	ours, err := columnsOf(ctx, from, table)
	if err != nil {
		return nil, err
	}
	theirs, err := columnsOf(ctx, to, table)
	return slices.DeleteFunc(ours, func(column string) bool { return !slices.Contains(theirs, column) }), err
}

// columnsOf returns a table's columns without the one that the database numbers by itself.
func columnsOf(ctx context.Context, db *sql.DB, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT * FROM `+table+` LIMIT 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(columns, func(column string) bool { return column == "auto_id" }), rows.Err()
}
