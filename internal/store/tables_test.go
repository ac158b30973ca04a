package store_test

import (
	"database/sql"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// Queries for the columns of each unique key of each table, and for the columns of each table.
const (
	sqliteKeys = `
		SELECT m.name, (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
		FROM sqlite_schema AS m, pragma_index_list(m.name) AS i WHERE m.type = 'table' AND i."unique" = 1`
	postgresKeys = `
		SELECT c.relname, (
			SELECT string_agg(a.attname::text, ',' ORDER BY k.at) FROM unnest(i.indkey) WITH ORDINALITY AS k (number, at)
			JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.number)
		FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
		WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace`
	sqliteColumns = `
		SELECT m.name, c.name FROM pragma_table_list AS m, pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND m.name NOT GLOB 'sqlite_*' AND m.name NOT GLOB 'goose_*'`
	postgresColumns = `
		SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`
)

// The list of tables and the schema agree on the tables, their keys, and the account that rows
// belong to.
func TestTablesAreThoseOfTheSchema(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		s := storetest.Open(t, location)
		db := storetest.SQL(t, location)
		keysAsked, columnsAsked := sqliteKeys, sqliteColumns
		if s.Shared() {
			keysAsked, columnsAsked = postgresKeys, postgresColumns
		}
		keys, columns := pairs(t, db, keysAsked), pairs(t, db, columnsAsked)
		listed := map[string]bool{}
		for _, table := range store.Tables() {
			if table.SharedOnly && !s.Shared() {
				continue
			}
			listed[table.Name] = true
			if len(table.Key) > 0 && !slices.Contains(keys[table.Name], strings.Join(table.Key, ",")) {
				t.Errorf("%s has no key %v, but %v", table.Name, table.Key, keys[table.Name])
			}
			if len(table.Key) == 0 && len(keys[table.Name]) > 0 {
				t.Errorf("%s has the keys %v", table.Name, keys[table.Name])
			}
			account := ""
			if table.Name == "account" {
				account = "id"
			} else if slices.Contains(columns[table.Name], "account_id") {
				account = "account_id"
			}
			if table.Account != account {
				t.Errorf("the rows of %s belong to the account of %q, want %q", table.Name, table.Account, account)
			}
			global := table.Name == "access_key" || table.Name == "session" // known before their account is
			if account != "" && table.Key[0] != account && !global {
				t.Errorf("the key of %s is %v: rows are reached through their account", table.Name, table.Key)
			}
			if table.PartOf != "" && columns[table.PartOf] == nil {
				t.Errorf("%s is part of %s, which there is not", table.Name, table.PartOf)
			}
		}
		for name := range columns {
			if !listed[name] {
				t.Errorf("%s is not listed", name)
			}
			delete(listed, name)
		}
		if len(listed) > 0 {
			t.Errorf("there is no %v", listed)
		}
	})
}

// Each way of forgetting belongs to a table.
func TestTablesSayAllThatIsForgotten(t *testing.T) {
	t.Parallel()
	ways := 0
	for method := range reflect.TypeFor[*store.Store]().Methods() {
		if strings.HasPrefix(method.Name, "Forget") {
			ways++
		}
	}
	listed := map[uintptr]bool{}
	for _, table := range store.Tables() {
		if table.Expiry != nil {
			listed[reflect.ValueOf(table.Expiry.Forget).Pointer()] = true
		}
	}
	if ways == 0 || ways != len(listed) {
		t.Errorf("%d ways of forgetting are listed, want %d", len(listed), ways)
	}
}

// pairs reads rows of two texts into a map.
func pairs(t *testing.T, db *sql.DB, query string) map[string][]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	noError(t, err)
	defer rows.Close()
	found := map[string][]string{}
	for rows.Next() {
		var of, what string
		noError(t, rows.Scan(&of, &what))
		found[of] = append(found[of], what)
	}
	noError(t, rows.Err())
	return found
}
