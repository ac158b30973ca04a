-- +goose Up

-- Jobs of accounts that have their share of the workers are passed over, however many are due, by the index alone.
DROP INDEX job_due;
CREATE INDEX job_due ON job (kind, next_at, account_id, serial_key, serial_order, state) WHERE state < 2;
