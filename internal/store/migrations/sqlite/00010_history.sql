-- +goose Up

-- What a person did at once, and the task as it was before: JSON, the row's columns under their names.
-- Entries of before are written as text, in fields, and stay so.
ALTER TABLE task_change ADD COLUMN act BLOB;
ALTER TABLE task_change ADD COLUMN state_before TEXT;

-- Of tasks that were deleted it is told who they were about, and when they were made.
UPDATE task_change SET state_before = (
    SELECT json_object(
        'name',       max(iif(f.value ->> 'Attribute' = 'Name', f.value ->> 'Old', NULL)),
        'type_id',    max(iif(f.value ->> 'Attribute' = 'TaskType', f.value ->> 'Old', NULL)),
        'owner_id',   max(iif(f.value ->> 'Attribute' = 'OwnerId', f.value ->> 'Old', NULL)),
        'created_by', max(iif(f.value ->> 'Attribute' = 'CreatedBy', f.value ->> 'Old', NULL)),
        'created_at', unixepoch(max(iif(f.value ->> 'Attribute' = 'CreatedOn', f.value ->> 'Old', NULL))))
    FROM json_each(task_change.fields) AS f)
WHERE kind = 5;
