-- +goose Up

-- The history of tasks, from their first change on. It outlives them.
CREATE TABLE task_change (
    account_id BLOB    NOT NULL,
    task_id    BLOB    NOT NULL,
    version    INTEGER NOT NULL, -- of the task after the change
    kind       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    by_user    BLOB    NOT NULL,
    via        INTEGER NOT NULL,
    via_id     BLOB,
    fields     TEXT    NOT NULL, -- JSON
    PRIMARY KEY (account_id, task_id, version)
) STRICT, WITHOUT ROWID;

-- One message to one user: one for each task, moment and owner.
CREATE TABLE notification (
    account_id BLOB    NOT NULL,
    task_id    BLOB    NOT NULL,
    moment     INTEGER NOT NULL,
    owner_id   BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    deadline   INTEGER NOT NULL,
    state      INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    last_error TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (account_id, task_id, moment, owner_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notification_by_id ON notification (account_id, id);

-- Background work. A row is gone when its work is done.
CREATE TABLE job (
    account_id BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    kind       TEXT    NOT NULL,
    payload    TEXT    NOT NULL,
    serial_key TEXT,             -- of jobs with the same one, the oldest runs first and alone
    state      INTEGER NOT NULL, -- 0 waiting, 1 running, 2 dead
    next_at    INTEGER NOT NULL, -- Unix milliseconds: when it is due, or when its run counts as lost
    runner     TEXT    NOT NULL, -- who runs it
    attempts   INTEGER NOT NULL,
    last_error TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_due ON job (kind, next_at) WHERE state < 2;
CREATE INDEX job_in_series ON job (serial_key, id) WHERE serial_key IS NOT NULL;
