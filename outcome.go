package tickler

// Outcome is everything that follows when a rule is applied to a task. Rules return it and change
// nothing; the store writes it in one transaction.
type Outcome struct {
	// Before is the task as the rule found it, nil when the rule creates it. After is the task as
	// the rule leaves it, nil when the rule removes it. Where nothing changes, both are the same.
	Before, After *Task
	// Change is the entry for the task's history; nil when the task was created or only time has
	// passed.
	Change *Change
	// Create are further tasks that are created with it. Each has its ID.
	Create []Task
	// Events are what the account's subscriptions can be told of.
	Events []Occurrence
	// Notify are the messages to people that are now due.
	Notify []Notification
	// Deliveries tell subscriptions of the events: see Announcer.
	Deliveries []Delivery
}

// unchanged returns the outcome of a rule that finds nothing to do.
func (t Task) unchanged() Outcome { return Outcome{Before: &t, After: &t} }

// Made returns the outcome of creating the task.
func (t Task) Made() Outcome {
	return Outcome{After: &t, Events: []Occurrence{{Event: TaskCreated, At: t.CreatedAt, After: &t}}}
}

// IsChange reports whether somebody changed, removed or restored the task.
func (o Outcome) IsChange() bool { return o.Change != nil }

// Task returns the task as the rule leaves it, or as it was before it was removed.
func (o Outcome) Task() Task {
	if o.After != nil {
		return *o.After
	}
	if o.Before != nil {
		return *o.Before
	}
	return Task{}
}
