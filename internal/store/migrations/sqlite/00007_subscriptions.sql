-- +goose Up

-- Who wants to be told of what happens to an account's tasks.
CREATE TABLE subscription (
    account_id        BLOB    NOT NULL,
    id                BLOB    NOT NULL,
    description       TEXT    NOT NULL,
    url               TEXT    NOT NULL,
    method            TEXT    NOT NULL,
    content_type      TEXT    NOT NULL,
    event             INTEGER NOT NULL,
    notify_on_failure INTEGER NOT NULL,
    headers           TEXT    NOT NULL, -- JSON, '' when there are none
    state             INTEGER NOT NULL, -- 0 active, 1 stopped, 2 paused, 3 resuming
    paused_at         INTEGER,
    pause_reason      TEXT    NOT NULL,
    failing_since     INTEGER,
    warned_at         INTEGER,
    created_at        INTEGER NOT NULL,
    created_by        BLOB    NOT NULL,
    modified_at       INTEGER NOT NULL,
    modified_by       BLOB    NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;

-- What a subscription's receiver has not taken.
CREATE INDEX delivery_not_taken ON delivery (account_id, subscription_id, id) WHERE subscription_id IS NOT NULL AND state <> 1;

-- What can be forgotten.
CREATE INDEX delivery_by_end ON delivery (settled_at) WHERE subscription_id IS NOT NULL AND settled_at IS NOT NULL;
