-- +goose Up

-- Jobs are claimed account by account, so that the crowd of one keeps nobody else's waiting. The other index only tells
-- whether anything is due.
CREATE INDEX job_turn ON job (kind, account_id, next_at) WHERE state < 2;

-- For how many seconds a receiver asked not to be tried again.
ALTER TABLE delivery_attempt ADD COLUMN retry_after bigint NOT NULL DEFAULT 0;
