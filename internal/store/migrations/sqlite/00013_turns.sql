-- +goose Up

-- Jobs are claimed account by account, so that the crowd of one keeps nobody else's waiting. The other index only tells
-- whether anything is due.
DROP INDEX job_due;
CREATE INDEX job_due ON job (kind, next_at, state) WHERE state < 2;
CREATE INDEX job_turn ON job (kind, account_id, next_at, serial_key, serial_order, state) WHERE state < 2;

-- For how many seconds a receiver asked not to be tried again.
ALTER TABLE delivery_attempt ADD COLUMN retry_after INTEGER NOT NULL DEFAULT 0;
