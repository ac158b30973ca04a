-- +goose Up

-- How dates and times are written for a user; '': as by default.
ALTER TABLE app_user ADD COLUMN clock text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN date_order text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN week_start text COLLATE "C" NOT NULL DEFAULT '';
