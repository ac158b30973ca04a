-- +goose Up

-- When the owner is reminded instead, and what came of the task.
ALTER TABLE task ADD COLUMN snoozed_until INTEGER;
ALTER TABLE task ADD COLUMN completion_note TEXT NOT NULL DEFAULT '';

-- What is open of a person's tasks, and what they have done, is found without looking at all the others.
DROP INDEX task_of_owner;
CREATE INDEX task_of_owner ON task (account_id, owner_id, due_at, state);
CREATE INDEX task_done ON task (account_id, completed_by, completed_at) WHERE completed_at IS NOT NULL;

-- What people did on the pages, to be taken back: the latest of each.
CREATE TABLE act (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BLOB    NOT NULL,
    user_id    BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    deed       INTEGER NOT NULL,
    steps      TEXT    NOT NULL, -- JSON
    at         INTEGER NOT NULL,
    undone     INTEGER NOT NULL,
    UNIQUE (account_id, user_id, number)
) STRICT;
