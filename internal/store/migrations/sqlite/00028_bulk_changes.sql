-- +goose Up

-- The task's version after a row has changed it, by which the change is found when the request is undone. 0: the row
-- changed nothing, or the row is older than this.
ALTER TABLE bulk_row ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- By which request others follow from it: what has been undone can't be undone again.
CREATE INDEX bulk_request_source ON bulk_request (account_id, source_id) WHERE source_id IS NOT NULL;
