-- +goose Up

-- When the owner is reminded instead, and what came of the task.
ALTER TABLE task ADD COLUMN snoozed_until bigint;
ALTER TABLE task ADD COLUMN completion_note text NOT NULL DEFAULT '';

-- What is open of a person's tasks, and what they have done, is found without looking at all the others.
DROP INDEX task_of_owner;
CREATE INDEX task_of_owner ON task (account_id, owner_id, due_at, state);
CREATE INDEX task_done ON task (account_id, completed_by, completed_at) WHERE completed_at IS NOT NULL;

-- What people did on the pages, to be taken back: the latest of each.
CREATE TABLE act (
    number     bigint  GENERATED ALWAYS AS IDENTITY,
    account_id uuid    NOT NULL,
    user_id    uuid    NOT NULL,
    id         uuid    NOT NULL,
    deed       integer NOT NULL,
    steps      text    NOT NULL, -- JSON
    at         bigint  NOT NULL,
    undone     integer NOT NULL,
    PRIMARY KEY (account_id, user_id, number)
);
