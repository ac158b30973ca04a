-- +goose Up

-- For each account of which somebody has a page open, on whichever node: when its tasks were last written, so that the
-- page learns of it. It is told a moment later, for all that was written until then.
CREATE TABLE beat (
    account_id     BLOB NOT NULL PRIMARY KEY,
    listened_until INTEGER NOT NULL, -- Unix seconds
    at             INTEGER NOT NULL  -- Unix milliseconds; 0: not since somebody listens
) STRICT, WITHOUT ROWID;
CREATE INDEX beat_listened ON beat (listened_until);
