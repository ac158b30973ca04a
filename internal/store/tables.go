package store

import (
	"context"
	"time"

	"tickler"
)

// Table is a table of the database, as whoever goes over all of them needs to know it.
type Table struct {
	Name string
	// Key are the columns by which a row is known, in their order; none for a table of one row.
	Key []string
	// Account is the column of the account that a row belongs to; empty for a table of the whole
	// database.
	Account string
	// SharedOnly reports whether only a shared database has the table.
	SharedOnly bool
	// PartOf is the table with whose rows some or all of this one's are removed; empty for none.
	PartOf string
	// Expiry is how rows are removed when nobody needs them any more; nil for rows that stay.
	Expiry *Expiry
}

// Expiry is a rule by which rows are removed.
type Expiry struct {
	// Kept is how long a row is kept from its end on.
	Kept time.Duration
	// Forget removes up to limit rows that are no longer kept, with those that are part of them,
	// and returns how many of the first.
	Forget func(s *Store, ctx context.Context, now time.Time, limit int) (int64, error)
}

// Tables lists every table, but for the one that says which migrations have run, and the index of
// task_search, which SQLite keeps in tables of its own.
func Tables() []Table {
	return []Table{
		{Name: "schema_floor"},
		{Name: "directory_version"},
		{Name: "link_key", Key: []string{"id"}},
		{Name: "account", Key: []string{"id"}, Account: "id"},
		{Name: "access_key", Key: []string{"access_key"}, Account: "account_id"}, // found before its account is
		{Name: "app_user", Key: ofAccount("id"), Account: "account_id"},
		{Name: "task_type", Key: ofAccount("id"), Account: "account_id"},
		{Name: "lead", Key: ofAccount("id"), Account: "account_id"},
		{Name: "lead_word", Key: ofAccount("words", "lead_id"), Account: "account_id", PartOf: "lead"},
		{Name: "opportunity", Key: ofAccount("id"), Account: "account_id"},
		{Name: "task", Key: ofAccount("id"), Account: "account_id"},
		{Name: "beat", Key: ofAccount(), Account: "account_id"},
		{Name: "act", Key: ofAccount("user_id", "number"), Account: "account_id"},
		{Name: "task_change", Key: ofAccount("task_id", "version"), Account: "account_id"},
		{Name: "task_search", Key: ofAccount("task_id"), Account: "account_id", PartOf: "task"}, // see IndexTasks
		{Name: "task_search_queue", Key: ofAccount("task_id", "version"), Account: "account_id"},
		{Name: "task_search_reach"},
		{Name: "task_view", Key: ofAccount("id"), Account: "account_id"},
		{
			Name: "idempotency_key", Key: ofAccount("operation", "key"), Account: "account_id",
			Expiry: &Expiry{tickler.IdempotencyKept, (*Store).ForgetOnces},
		},
		{Name: "rate_log", Key: ofAccount(), Account: "account_id", SharedOnly: true},
		{
			Name: "notification", Key: ofAccount("task_id", "moment", "owner_id"), Account: "account_id",
			Expiry: &Expiry{tickler.EndedKept, (*Store).ForgetNotifications},
		},
		{
			Name: "job", Key: ofAccount("id"), Account: "account_id",
			Expiry: &Expiry{tickler.EndedKept, (*Store).ForgetDeadJobs},
		},
		{
			Name: "bulk_request", Key: ofAccount("id"), Account: "account_id",
			Expiry: &Expiry{tickler.EndedKept, (*Store).ForgetBulkRequests},
		},
		{Name: "bulk_body", Key: ofAccount("request_id"), Account: "account_id", PartOf: "bulk_request"},
		{Name: "bulk_row", Key: ofAccount("request_id", "number"), Account: "account_id", PartOf: "bulk_request"},
		{Name: "subscription", Key: ofAccount("id"), Account: "account_id"},
		{
			Name: "delivery", Key: ofAccount("id"), Account: "account_id", PartOf: "bulk_request",
			Expiry: &Expiry{tickler.DeliveriesKept, (*Store).ForgetDeliveries}, // of a subscription
		},
		{
			Name: "delivery_attempt", Key: ofAccount("delivery_id", "number"), Account: "account_id",
			PartOf: "delivery",
		},
		{
			Name: "session", Key: []string{"token_hash"}, Account: "account_id", // found before its account is
			Expiry: &Expiry{0, (*Store).ForgetSessions},
		},
		{
			Name: "used_link", Key: ofAccount("token_hash"), Account: "account_id",
			Expiry: &Expiry{0, (*Store).ForgetUsedLinks},
		},
	}
}

// ofAccount returns a key that begins with the account.
func ofAccount(columns ...string) []string { return append([]string{"account_id"}, columns...) }
