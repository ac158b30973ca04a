-- +goose Up

-- Who is signed in to the pages. Like an access key, a session is found before its account is known.
CREATE TABLE session (
    token_hash BLOB    NOT NULL PRIMARY KEY, -- SHA-256
    account_id BLOB    NOT NULL,
    user_id    BLOB    NOT NULL,
    data       BLOB    NOT NULL, -- what the pages remember of it
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_user ON session (account_id, user_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- People sign in with an e-mail address alone.
CREATE INDEX app_user_by_email ON app_user (email_key);

ALTER TABLE access_key ADD COLUMN last_used_at INTEGER; -- to the minute, written down some time later; NULL: never
