-- +goose Up

-- The history of tasks, from their first change on. It outlives them.
CREATE TABLE task_change (
    account_id uuid NOT NULL,
    task_id    uuid NOT NULL,
    version    integer NOT NULL, -- of the task after the change
    kind       smallint NOT NULL,
    at         bigint NOT NULL,
    by_user    uuid NOT NULL,
    via        smallint NOT NULL,
    via_id     uuid,
    fields     text COLLATE "C" NOT NULL, -- JSON
    PRIMARY KEY (account_id, task_id, version)
);

-- One message to one user: one for each task, moment and owner.
CREATE TABLE notification (
    account_id uuid NOT NULL,
    task_id    uuid NOT NULL,
    moment     bigint NOT NULL,
    owner_id   uuid NOT NULL,
    id         uuid NOT NULL,
    deadline   bigint NOT NULL,
    state      smallint NOT NULL,
    attempts   integer NOT NULL,
    last_error text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    settled_at bigint,
    PRIMARY KEY (account_id, task_id, moment, owner_id)
);
CREATE UNIQUE INDEX notification_by_id ON notification (account_id, id);

-- Background work. A row is gone when its work is done.
CREATE TABLE job (
    account_id uuid NOT NULL,
    id         uuid NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    payload    text COLLATE "C" NOT NULL,
    serial_key text COLLATE "C",          -- of jobs with the same one, the oldest runs first and alone
    state      smallint NOT NULL,         -- 0 waiting, 1 running, 2 dead
    next_at    bigint NOT NULL,           -- Unix milliseconds: when it is due, or when its run counts as lost
    runner     text COLLATE "C" NOT NULL, -- who runs it
    attempts   integer NOT NULL,
    last_error text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (account_id, id)
) WITH (fillfactor = 70);
CREATE INDEX job_due ON job (kind, next_at) WHERE state < 2;
CREATE INDEX job_in_series ON job (serial_key, id) WHERE serial_key IS NOT NULL;
