-- +goose Up

-- What a person did at once, and the task as it was before: JSON, the row's columns under their names.
-- Entries of before are written as text, in fields, and stay so.
ALTER TABLE task_change ADD COLUMN act uuid;
ALTER TABLE task_change ADD COLUMN state_before text COLLATE "C";

-- Of tasks that were deleted it is told who they were about, and when they were made.
UPDATE task_change SET state_before = (
    SELECT json_build_object(
        'name',       max(f ->> 'Old') FILTER (WHERE f ->> 'Attribute' = 'Name'),
        'type_id',    max(f ->> 'Old') FILTER (WHERE f ->> 'Attribute' = 'TaskType'),
        'owner_id',   max(f ->> 'Old') FILTER (WHERE f ->> 'Attribute' = 'OwnerId'),
        'created_by', max(f ->> 'Old') FILTER (WHERE f ->> 'Attribute' = 'CreatedBy'),
        'created_at', extract(epoch FROM (max(f ->> 'Old') FILTER (WHERE f ->> 'Attribute' = 'CreatedOn'))::timestamp)::bigint)::text
    FROM json_array_elements(task_change.fields::json) AS f)
WHERE kind = 5;
