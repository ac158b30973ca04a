-- +goose Up

-- What tasks are found by: the words of their name and description, who owns and made them, their state and type,
-- and whether they are tied to somebody, each with the account's mark before it (see task_words.go). Written in the background, after the task.
CREATE TABLE task_search (
    auto_id    INTEGER PRIMARY KEY, -- the task's
    account_id BLOB NOT NULL,
    task_id    BLOB NOT NULL,
    document   TEXT NOT NULL, -- words, with a blank between
    UNIQUE (account_id, task_id)
) STRICT;

-- The words are folded already: nothing is left to the tokenizer but blanks.
CREATE VIRTUAL TABLE task_search_index USING fts5 (
    document, content = 'task_search', content_rowid = 'auto_id', tokenize = 'ascii', detail = 'none', columnsize = 0
);
-- What is removed leaves no words behind in the index.
INSERT INTO task_search_index (task_search_index, rank) VALUES ('secure-delete', 1);

-- Changes of tasks that their rows of task_search don't show yet. New tasks are found by their number.
CREATE TABLE task_search_queue (
    account_id BLOB    NOT NULL,
    task_id    BLOB    NOT NULL,
    version    INTEGER NOT NULL, -- of the task after the change
    PRIMARY KEY (account_id, task_id, version)
) STRICT, WITHOUT ROWID;

-- How far new tasks are written.
CREATE TABLE task_search_progress (
    done        INTEGER NOT NULL, -- all tasks up to this number are
    settled     INTEGER NOT NULL, -- nobody is making one up to this number any more
    ceiling     INTEGER NOT NULL, -- the highest number given away when it was last looked at
    ceiling_xid INTEGER NOT NULL  -- when all transactions before this one have ended, the ceiling is settled; 0: not known yet
) STRICT;
INSERT INTO task_search_progress (done, settled, ceiling, ceiling_xid) VALUES (0, 0, 0, 0);
