-- +goose Up

-- Words of tasks are folded as those of leads are. So what tasks are found by is written anew, in the background.
TRUNCATE task_search;

-- Documents have the beginnings of their words now. A few hundred are put into the index at once, which takes a third of the
-- time; every search goes through those that still wait.
ALTER INDEX task_search_index SET (fastupdate = on, gin_pending_list_limit = 512);

-- How far new tasks are written. Its name is another one, so that a node of an older release writes nothing any more.
DROP TABLE task_search_progress;
CREATE TABLE task_search_reach (
    done        bigint NOT NULL, -- all tasks up to this number are
    settled     bigint NOT NULL, -- nobody is making one up to this number any more
    ceiling     bigint NOT NULL, -- the highest number given away when it was last looked at
    ceiling_xid bigint NOT NULL  -- when all transactions before this one have ended, the ceiling is settled; 0: not known yet
);
INSERT INTO task_search_reach (done, settled, ceiling, ceiling_xid) VALUES (0, 0, 0, 0);
