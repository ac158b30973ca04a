-- +goose Up

-- A binary whose newest migration is older than this must not touch the database.
CREATE TABLE schema_floor (
    oldest_binary INTEGER NOT NULL
) STRICT;
INSERT INTO schema_floor (oldest_binary) VALUES (1);

-- One more with every change of an account, access key, user or task type: what tells the directory to look again.
CREATE TABLE directory_version (
    n INTEGER NOT NULL
) STRICT;
INSERT INTO directory_version (n) VALUES (1);

CREATE TABLE account (
    id                  BLOB    NOT NULL PRIMARY KEY,
    time_zone           TEXT    NOT NULL,
    rate_calls          INTEGER NOT NULL, -- 0: no limit
    rate_window         INTEGER NOT NULL, -- seconds
    legacy_error_status INTEGER NOT NULL, -- 0 or 1
    created_at          INTEGER NOT NULL  -- as every instant: Unix seconds, UTC
) STRICT, WITHOUT ROWID;

CREATE TABLE access_key (
    access_key  TEXT    NOT NULL PRIMARY KEY,
    id          BLOB    NOT NULL,
    account_id  BLOB    NOT NULL,
    user_id     BLOB    NOT NULL,
    secret_hash BLOB    NOT NULL, -- SHA-256
    created_at  INTEGER NOT NULL,
    revoked_at  INTEGER           -- NULL: good
) STRICT, WITHOUT ROWID;
CREATE INDEX access_key_of_account ON access_key (account_id, created_at);

CREATE TABLE app_user (
    account_id    BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    first_name    TEXT    NOT NULL,
    last_name     TEXT    NOT NULL,
    email         TEXT    NOT NULL,
    email_key     TEXT    NOT NULL, -- folded
    role          TEXT    NOT NULL,
    active        INTEGER NOT NULL,
    manager_id    BLOB,
    time_zone     TEXT    NOT NULL, -- '': the account's
    password_hash TEXT    NOT NULL, -- argon2id, '': can't sign in
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, email_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_type (
    account_id      BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    name            TEXT    NOT NULL,
    name_key        TEXT    NOT NULL, -- folded
    category        INTEGER NOT NULL,
    color           TEXT    NOT NULL,
    default_minutes INTEGER NOT NULL,
    is_default      INTEGER NOT NULL,
    fields          TEXT    NOT NULL, -- JSON
    created_by      BLOB,
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE lead (
    auto_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  BLOB    NOT NULL,
    id          BLOB    NOT NULL,
    first_name  TEXT    NOT NULL,
    last_name   TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    email_key   TEXT,             -- folded; NULL when there is none
    phone       TEXT    NOT NULL,
    phone_key   TEXT,             -- its digits; NULL when there is none
    attributes  TEXT    NOT NULL, -- JSON
    created_by  BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, email_key),
    UNIQUE (account_id, phone_key)
) STRICT;

CREATE TABLE opportunity (
    account_id BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    lead_id    BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    created_by BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE task (
    auto_id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id           BLOB    NOT NULL,
    id                   BLOB    NOT NULL,
    version              INTEGER NOT NULL,
    name                 TEXT    NOT NULL,
    description          TEXT    NOT NULL,
    location             TEXT    NOT NULL,
    type_id              BLOB    NOT NULL,
    category             INTEGER NOT NULL,
    related_kind         INTEGER NOT NULL,
    related_id           BLOB,
    owner_id             BLOB    NOT NULL,
    due_at               INTEGER NOT NULL,
    end_at               INTEGER NOT NULL,
    end_defaulted        INTEGER NOT NULL,
    reminder_rule        INTEGER NOT NULL,
    reminder_minutes     INTEGER NOT NULL,
    reminder_days        INTEGER NOT NULL,
    reminder_time        INTEGER,          -- seconds since midnight; NULL: that of due_at
    notify               INTEGER NOT NULL,
    remind_at            INTEGER,          -- the moment the rule gives
    wake_at              INTEGER,          -- the next instant at which something is due
    state                INTEGER NOT NULL,
    completed_at         INTEGER,
    completed_by         BLOB,
    custom_fields        TEXT    NOT NULL, -- JSON, '' when there are none
    priority             TEXT    NOT NULL,
    effort_estimate_unit TEXT    NOT NULL,
    percent_completed    INTEGER NOT NULL,
    latitude             REAL    NOT NULL,
    longitude            REAL    NOT NULL,
    created_at           INTEGER NOT NULL,
    created_by           BLOB    NOT NULL,
    created_via          INTEGER NOT NULL,
    created_via_id       BLOB,
    modified_at          INTEGER NOT NULL,
    modified_by          BLOB    NOT NULL,
    UNIQUE (account_id, id)
) STRICT;
CREATE INDEX task_of_owner ON task (account_id, owner_id, due_at);
CREATE INDEX task_to_wake ON task (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE idempotency_key (
    account_id BLOB    NOT NULL,
    operation  TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    body_hash  BLOB    NOT NULL, -- SHA-256 of the raw body
    answer     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, operation, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
