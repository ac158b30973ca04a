-- +goose Up

-- Who wants to be told of what happens to an account's tasks.
CREATE TABLE subscription (
    account_id        uuid NOT NULL,
    id                uuid NOT NULL,
    description       text COLLATE "C" NOT NULL,
    url               text COLLATE "C" NOT NULL,
    method            text COLLATE "C" NOT NULL,
    content_type      text COLLATE "C" NOT NULL,
    event             smallint NOT NULL,
    notify_on_failure smallint NOT NULL,
    headers           text COLLATE "C" NOT NULL, -- JSON, '' when there are none
    state             smallint NOT NULL, -- 0 active, 1 stopped, 2 paused, 3 resuming
    paused_at         bigint,
    pause_reason      text COLLATE "C" NOT NULL,
    failing_since     bigint,
    warned_at         bigint,
    created_at        bigint NOT NULL,
    created_by        uuid NOT NULL,
    modified_at       bigint NOT NULL,
    modified_by       uuid NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- What a subscription's receiver has not taken.
CREATE INDEX delivery_not_taken ON delivery (account_id, subscription_id, id) WHERE subscription_id IS NOT NULL AND state <> 1;

-- What can be forgotten.
CREATE INDEX delivery_by_end ON delivery (settled_at) WHERE subscription_id IS NOT NULL AND settled_at IS NOT NULL;
