-- +goose Up

-- Which bulk requests ended long ago; and, since NULL has its place in an index too, which of an account have not ended.
CREATE INDEX bulk_request_by_end ON bulk_request (completed_at, account_id);

-- Which notifications can be forgotten.
CREATE INDEX notification_by_deadline ON notification (deadline);

-- Which dead jobs can be forgotten.
CREATE INDEX job_dead ON job (next_at) WHERE state = 2;
