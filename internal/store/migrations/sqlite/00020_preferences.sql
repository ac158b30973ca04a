-- +goose Up

-- How dates and times are written for a user; '': as by default.
ALTER TABLE app_user ADD COLUMN clock TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN date_order TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN week_start TEXT NOT NULL DEFAULT '';
