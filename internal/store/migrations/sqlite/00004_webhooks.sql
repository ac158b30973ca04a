-- +goose Up

-- What an account's deliveries are signed with. A signature needs the secret itself, so that no hash will do.
ALTER TABLE account ADD COLUMN webhook_secret TEXT    NOT NULL DEFAULT ''; -- '': none is made yet
ALTER TABLE account ADD COLUMN webhook_old_secret TEXT    NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN webhook_old_until INTEGER;

-- One message on its way to one URL, for a bulk request or for a subscription.
CREATE TABLE delivery (
    account_id      BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    subscription_id BLOB,
    request_id      BLOB, -- the bulk request
    task_id         BLOB,
    event           TEXT    NOT NULL,
    method          TEXT    NOT NULL,
    url             TEXT    NOT NULL,
    content_type    TEXT    NOT NULL,
    headers         TEXT    NOT NULL, -- JSON, '' when there are none
    payload         BLOB    NOT NULL,
    serial_key      TEXT, -- of its job
    serial_order    INTEGER NOT NULL,
    state           INTEGER NOT NULL, -- 0 pending, 1 done, 2 failed
    attempts        INTEGER NOT NULL,
    replayed        INTEGER NOT NULL, -- attempts when a person last asked for it again
    last_status     INTEGER NOT NULL,
    last_error      TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    settled_at      INTEGER,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_of_request ON delivery (account_id, request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX delivery_of_subscription ON delivery (account_id, subscription_id, id) WHERE subscription_id IS NOT NULL;

CREATE TABLE delivery_attempt (
    account_id  BLOB    NOT NULL,
    delivery_id BLOB    NOT NULL,
    number      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    took        INTEGER NOT NULL, -- milliseconds
    status      INTEGER NOT NULL, -- of HTTP; 0: no answer
    answer      TEXT    NOT NULL,
    error       TEXT    NOT NULL,
    by_hand     INTEGER NOT NULL,
    PRIMARY KEY (account_id, delivery_id, number)
) STRICT, WITHOUT ROWID;

-- Jobs of a series run in this order, and in that of their ids where it is the same: the clocks of nodes differ.
ALTER TABLE job ADD COLUMN serial_order INTEGER NOT NULL DEFAULT 0;
DROP INDEX job_in_series;
CREATE INDEX job_in_series ON job (serial_key, serial_order, id) WHERE serial_key IS NOT NULL;
