-- +goose Up

-- Lists of tasks that people have saved: which tasks, which columns, in which order.
CREATE TABLE task_view (
    account_id  BLOB    NOT NULL,
    id          BLOB    NOT NULL,
    maker_id    BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    is_shared   INTEGER NOT NULL,
    content     TEXT    NOT NULL, -- JSON
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
