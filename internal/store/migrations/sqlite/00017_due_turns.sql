-- +goose Up

-- What is due about tasks is claimed account by account, so that the crowd of one keeps nobody else's waiting. The other
-- index tells what comes next, whosever it is.
CREATE INDEX task_turn ON task (account_id, wake_at) WHERE wake_at IS NOT NULL;

-- What a receiver has not taken is found by the index alone. SQLite goes through all deliveries of the account instead
-- when it would have to look at rows.
DROP INDEX delivery_not_taken;
CREATE INDEX delivery_not_taken ON delivery (account_id, subscription_id, id, state, task_id, attempts, settled_at)
    WHERE subscription_id IS NOT NULL AND state <> 1;
