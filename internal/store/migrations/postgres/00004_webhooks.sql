-- +goose Up

-- What an account's deliveries are signed with. A signature needs the secret itself, so that no hash will do.
ALTER TABLE account ADD COLUMN webhook_secret text COLLATE "C" NOT NULL DEFAULT ''; -- '': none is made yet
ALTER TABLE account ADD COLUMN webhook_old_secret text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN webhook_old_until bigint;

-- One message on its way to one URL, for a bulk request or for a subscription.
CREATE TABLE delivery (
    account_id      uuid NOT NULL,
    id              uuid NOT NULL,
    subscription_id uuid,
    request_id      uuid, -- the bulk request
    task_id         uuid,
    event           text COLLATE "C" NOT NULL,
    method          text COLLATE "C" NOT NULL,
    url             text COLLATE "C" NOT NULL,
    content_type    text COLLATE "C" NOT NULL,
    headers         text COLLATE "C" NOT NULL, -- JSON, '' when there are none
    payload         bytea NOT NULL,
    serial_key      text COLLATE "C", -- of its job
    serial_order    bigint NOT NULL,
    state           smallint NOT NULL, -- 0 pending, 1 done, 2 failed
    attempts        integer NOT NULL,
    replayed        integer NOT NULL, -- attempts when a person last asked for it again
    last_status     integer NOT NULL,
    last_error      text COLLATE "C" NOT NULL,
    created_at      bigint NOT NULL,
    settled_at      bigint,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX delivery_of_request ON delivery (account_id, request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX delivery_of_subscription ON delivery (account_id, subscription_id, id) WHERE subscription_id IS NOT NULL;

CREATE TABLE delivery_attempt (
    account_id  uuid NOT NULL,
    delivery_id uuid NOT NULL,
    number      integer NOT NULL,
    at          bigint NOT NULL,
    took        bigint NOT NULL, -- milliseconds
    status      integer NOT NULL, -- of HTTP; 0: no answer
    answer      text COLLATE "C" NOT NULL,
    error       text COLLATE "C" NOT NULL,
    by_hand     smallint NOT NULL,
    PRIMARY KEY (account_id, delivery_id, number)
);

-- Jobs of a series run in this order, and in that of their ids where it is the same: the clocks of nodes differ.
ALTER TABLE job ADD COLUMN serial_order bigint NOT NULL DEFAULT 0;
DROP INDEX job_in_series;
CREATE INDEX job_in_series ON job (serial_key, serial_order, id) WHERE serial_key IS NOT NULL;
