-- +goose Up

-- What a session remembers has columns of its own, and a sign-in may be half done. Who is signed in stays so: the tokens are the
-- same. Messages that wait are dropped.
ALTER TABLE session
    DROP COLUMN data,
    ALTER COLUMN account_id DROP NOT NULL, -- NULL, as the user: not known yet who signs in
    ALTER COLUMN user_id DROP NOT NULL,
    ADD COLUMN pending text NOT NULL DEFAULT '', -- what a half-done sign-in waits for; '': it is done
    ADD COLUMN messages text; -- to be shown on the next page: a JSON list; NULL: none
