-- +goose Up

-- Calls that ask for something to be done to many tasks, as they were sent. Rows are made as they are run: accepting a
-- request writes one row, however many tasks it names.
CREATE TABLE bulk_request (
    account_id      uuid    NOT NULL,
    id              uuid    NOT NULL,
    operation       smallint NOT NULL,
    state           smallint NOT NULL,
    requested_by    uuid    NOT NULL,
    via             smallint NOT NULL,
    via_id          uuid,
    source_id       uuid,             -- the request that is undone, or whose failed rows are sent again
    webhook_url     text COLLATE "C" NOT NULL,
    row_count       integer NOT NULL,
    succeeded       integer NOT NULL,
    failed          integer NOT NULL,
    created_at      bigint  NOT NULL,
    started_at      bigint,
    completed_at    bigint,
    cancel_asked_at bigint,
    cancelled_by    uuid,
    report_state    smallint NOT NULL,
    report_attempts integer NOT NULL,
    report_error    text COLLATE "C" NOT NULL,
    report_at       bigint,
    PRIMARY KEY (account_id, id)
);

-- A request as it was sent. Apart from bulk_request, whose rows change with each step of their work.
CREATE TABLE bulk_body (
    account_id uuid NOT NULL,
    request_id uuid NOT NULL,
    body       bytea NOT NULL,
    PRIMARY KEY (account_id, request_id)
);

-- What came of each row that was run.
CREATE TABLE bulk_row (
    account_id      uuid    NOT NULL,
    request_id      uuid    NOT NULL,
    number          integer NOT NULL,
    state           smallint NOT NULL,
    task_id         uuid,
    name            text COLLATE "C" NOT NULL,
    fault_kind      smallint,          -- NULL: there is none
    fault_attribute text COLLATE "C" NOT NULL,
    fault_message   text COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, request_id, number)
);
