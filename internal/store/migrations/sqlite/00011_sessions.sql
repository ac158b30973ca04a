-- +goose Up

-- What a session remembers has columns of its own, and a sign-in may be half done. Who is signed in stays so: the tokens are the
-- same. Messages that wait are dropped.
CREATE TABLE session_new (
    token_hash BLOB    NOT NULL PRIMARY KEY, -- SHA-256
    account_id BLOB,                         -- NULL, as the user: not known yet who signs in
    user_id    BLOB,
    pending    TEXT    NOT NULL DEFAULT '',  -- what a half-done sign-in waits for; '': it is done
    messages   TEXT,                         -- to be shown on the next page: a JSON list; NULL: none
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO session_new (token_hash, account_id, user_id, created_at, expires_at)
    SELECT token_hash, account_id, user_id, created_at, expires_at FROM session;
DROP TABLE session;
ALTER TABLE session_new RENAME TO session;
CREATE INDEX session_of_user ON session (account_id, user_id);
CREATE INDEX session_by_expiry ON session (expires_at);
