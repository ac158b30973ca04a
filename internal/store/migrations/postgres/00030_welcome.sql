-- +goose Up

-- Whether the list of first steps is over for a person: 0 or 1. It is for all who are here already, since it is for new
-- accounts.
ALTER TABLE app_user ADD COLUMN welcome_over smallint NOT NULL DEFAULT 0;
UPDATE app_user SET welcome_over = 1;
