-- +goose Up

-- Words of tasks are folded as those of leads are, and found by their beginnings without reading all that begins so.
-- So what tasks are found by is written anew, in the background.
DROP TABLE task_search_index;
DROP TABLE task_search;

-- What tasks are found by: the words of their name and description, who owns and made them, their state and type,
-- and whether they are tied to somebody (see task_words.go). Written in the background, after the task.
CREATE TABLE task_search (
    auto_id    INTEGER PRIMARY KEY, -- the task's
    account_id BLOB NOT NULL,
    task_id    BLOB NOT NULL,
    document   TEXT NOT NULL, -- words, with a blank between
    UNIQUE (account_id, task_id)
) STRICT;

-- The words are folded already: nothing is left to the tokenizer but blanks. Beginnings of 2 to 16 letters have entries of
-- their own; before each stand the 9 letters of the account.
CREATE VIRTUAL TABLE task_search_index USING fts5 (
    document, content = 'task_search', content_rowid = 'auto_id', tokenize = 'ascii', detail = 'none', columnsize = 0,
    prefix = '11 12 13 14 15 16 17 18 19 20 21 22 23 24 25'
);
-- What is removed leaves no words behind in the index.
INSERT INTO task_search_index (task_search_index, rank) VALUES ('secure-delete', 1);

-- How far new tasks are written. Its name is another one, so that a node of an older release writes nothing any more.
DROP TABLE task_search_progress;
CREATE TABLE task_search_reach (
    done        INTEGER NOT NULL, -- all tasks up to this number are
    settled     INTEGER NOT NULL, -- nobody is making one up to this number any more
    ceiling     INTEGER NOT NULL, -- the highest number given away when it was last looked at
    ceiling_xid INTEGER NOT NULL  -- when all transactions before this one have ended, the ceiling is settled; 0: not known yet
) STRICT;
INSERT INTO task_search_reach (done, settled, ceiling, ceiling_xid) VALUES (0, 0, 0, 0);
