-- +goose Up

-- For the tasks of a lead or an opportunity. Tasks that are tied to nobody are not in it, and cost nothing.
CREATE INDEX task_of_related ON task (account_id, related_id, due_at) WHERE related_id IS NOT NULL;

CREATE INDEX opportunity_of_lead ON opportunity (account_id, lead_id);

-- Phone numbers are compared by their digits alone. Where two leads have the same ones but for a +, the one with it stays as it is.
UPDATE lead SET phone_key = substr(phone_key, 2)
WHERE substr(phone_key, 1, 1) = '+'
    AND NOT EXISTS (SELECT 1 FROM lead AS o WHERE o.account_id = lead.account_id AND o.phone_key = substr(lead.phone_key, 2));
