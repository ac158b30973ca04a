-- +goose Up

-- Lists of tasks that people have saved: which tasks, which columns, in which order.
CREATE TABLE task_view (
    account_id  uuid NOT NULL,
    id          uuid NOT NULL,
    maker_id    uuid NOT NULL,
    name        text COLLATE "C" NOT NULL,
    is_shared   smallint NOT NULL,
    content     text COLLATE "C" NOT NULL, -- JSON
    created_at  bigint NOT NULL,
    modified_at bigint NOT NULL,
    PRIMARY KEY (account_id, id)
);
