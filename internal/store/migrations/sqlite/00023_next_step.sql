-- +goose Up

-- What usually follows a task of the type, and how many days later.
ALTER TABLE task_type ADD COLUMN next_type_id BLOB;
ALTER TABLE task_type ADD COLUMN next_after_days INTEGER NOT NULL DEFAULT 0;
