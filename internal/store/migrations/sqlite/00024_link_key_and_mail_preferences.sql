-- +goose Up

-- What the links in mails are signed with, the same on every node: one row, made when it is first needed.
CREATE TABLE link_key (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    secret     BLOB    NOT NULL, -- 256 random bits
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The links in mails that were used: each works once. Kept until they have expired.
CREATE TABLE used_link (
    account_id BLOB    NOT NULL,
    token_hash BLOB    NOT NULL, -- SHA-256
    used_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX used_link_by_expiry ON used_link (expires_at);

-- Whether a person wants no mails about their reminders: 0 or 1.
ALTER TABLE app_user ADD COLUMN reminders_off INTEGER NOT NULL DEFAULT 0;
