-- +goose Up

-- On SQLite an index gets more columns here. Postgres would look at the rows all the same, to lock them.
SELECT 1;
