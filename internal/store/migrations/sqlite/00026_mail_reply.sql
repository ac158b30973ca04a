-- +goose Up

-- What the mail server said when it took a reminder.
ALTER TABLE notification ADD COLUMN reply TEXT NOT NULL DEFAULT '';
