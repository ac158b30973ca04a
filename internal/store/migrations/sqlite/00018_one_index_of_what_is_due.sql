-- +goose Up

-- One index tells what is due about tasks and of which accounts, in the order of time. Every create writes to it, so there
-- is no second one by account.
DROP INDEX task_turn;
DROP INDEX task_to_wake;
CREATE INDEX task_to_wake ON task (wake_at, account_id) WHERE wake_at IS NOT NULL;
