-- +goose Up

-- Calls that ask for something to be done to many tasks, as they were sent. Rows are made as they are run: accepting a
-- request writes one row, however many tasks it names.
CREATE TABLE bulk_request (
    account_id      BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    operation       INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    requested_by    BLOB    NOT NULL,
    via             INTEGER NOT NULL,
    via_id          BLOB,
    source_id       BLOB,             -- the request that is undone, or whose failed rows are sent again
    webhook_url     TEXT    NOT NULL,
    row_count       INTEGER NOT NULL,
    succeeded       INTEGER NOT NULL,
    failed          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER,
    completed_at    INTEGER,
    cancel_asked_at INTEGER,
    cancelled_by    BLOB,
    report_state    INTEGER NOT NULL,
    report_attempts INTEGER NOT NULL,
    report_error    TEXT    NOT NULL,
    report_at       INTEGER,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;

-- A request as it was sent. Apart from bulk_request, whose rows change with each step of their work.
CREATE TABLE bulk_body (
    account_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (account_id, request_id)
) STRICT;

-- What came of each row that was run.
CREATE TABLE bulk_row (
    account_id      BLOB    NOT NULL,
    request_id      BLOB    NOT NULL,
    number          INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    task_id         BLOB,
    name            TEXT    NOT NULL,
    fault_kind      INTEGER,          -- NULL: there is none
    fault_attribute TEXT    NOT NULL,
    fault_message   TEXT    NOT NULL,
    PRIMARY KEY (account_id, request_id, number)
) STRICT, WITHOUT ROWID;
