-- +goose Up

-- By what a lead is found: the words of its name and company, folded, and how its phone numbers begin. Nodes before this one
-- don't write them: what a lead is found by is out of date where worded_at is not when it was changed, and is renewed in the background.
ALTER TABLE lead ADD COLUMN words text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE lead ADD COLUMN worded_at bigint;
CREATE INDEX lead_unworded ON lead (modified_at) WHERE worded_at IS DISTINCT FROM modified_at;

-- A row for each word of a lead, with its other words behind it.
CREATE TABLE lead_word (
    account_id uuid NOT NULL,
    words      text COLLATE "C" NOT NULL,
    lead_id    uuid NOT NULL,
    PRIMARY KEY (account_id, words, lead_id)
);

-- The orders of the list.
CREATE INDEX lead_changed ON lead (account_id, modified_at, id);
CREATE INDEX lead_named ON lead (account_id, words, id);

-- Whether something is open about a lead is known without looking at its tasks.
DROP INDEX task_of_related;
CREATE INDEX task_of_related ON task (account_id, related_id, due_at, state) WHERE related_id IS NOT NULL;

-- What is overdue about leads and opportunities, the longest first.
CREATE INDEX task_open_of_related ON task (account_id, end_at, owner_id, related_kind, related_id)
    WHERE state = 0 AND related_id IS NOT NULL;
