-- +goose Up

-- What is due about tasks is claimed account by account, so that the crowd of one keeps nobody else's waiting. The other
-- index tells what comes next, whosever it is.
CREATE INDEX task_turn ON task (account_id, wake_at) WHERE wake_at IS NOT NULL;
