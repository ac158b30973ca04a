-- +goose Up

-- What tasks are found by: the words of their name and description, who owns and made them, their state and type,
-- and whether they are tied to somebody, each with the account's mark before it (see task_words.go). Written in the background, after the task.
CREATE TABLE task_search (
    auto_id    bigint   NOT NULL, -- the task's
    account_id uuid     NOT NULL,
    task_id    uuid     NOT NULL,
    document   tsvector NOT NULL,
    PRIMARY KEY (account_id, task_id)
);
-- Without a list of what is pending, which every search would have to go through.
CREATE INDEX task_search_index ON task_search USING gin (document) WITH (fastupdate = off);

-- For new tasks in the order of their numbers. It has a line for 128 pages of tasks, so that a create costs no more.
CREATE INDEX task_in_order ON task USING brin (auto_id) WITH (pages_per_range = 128, autosummarize = on);

-- Changes of tasks that their rows of task_search don't show yet. New tasks are found by their number.
CREATE TABLE task_search_queue (
    account_id uuid    NOT NULL,
    task_id    uuid    NOT NULL,
    version    integer NOT NULL, -- of the task after the change
    PRIMARY KEY (account_id, task_id, version)
);

-- How far new tasks are written.
CREATE TABLE task_search_progress (
    done        bigint NOT NULL, -- all tasks up to this number are
    settled     bigint NOT NULL, -- nobody is making one up to this number any more
    ceiling     bigint NOT NULL, -- the highest number given away when it was last looked at
    ceiling_xid bigint NOT NULL  -- when all transactions before this one have ended, the ceiling is settled; 0: not known yet
);
INSERT INTO task_search_progress (done, settled, ceiling, ceiling_xid) VALUES (0, 0, 0, 0);
