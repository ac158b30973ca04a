// Package tickler is the domain of a task service for sales teams: its nouns and its rules. It
// knows nothing of SQL, JSON or HTTP and imports the standard library and internal/civil only. This
// page is the whole system in short; docs/architecture.md has the packages around this one,
// docs/contract.md what goes over the wire, docs/glossary.md the words.
//
// # The nouns
//
// An [Account] is a customer of the service. Everything else belongs to one account, and nobody
// reaches another's. A [User] is a person in it; their [Role] says what they may see and change. An
// [AccessKey] lets a program call in a user's name.
//
// A [Task] is a next step that somebody owns and that is due. Its [TaskType] is the account's own:
// it sets the task's [Category], to-do or appointment, and its [CustomField] list. A task may be
// tied to a [Lead] or an [Opportunity]: see [Related].
//
// A task's [State] is what people have made of it, and is stored. Its [Status] is where it stands
// at an instant, and is computed by [Task.StatusAt] when somebody looks: nothing has to run for a
// task to become Overdue. A [Change] is one entry of its history: who, when, and the whole task
// before.
//
// A [Reminder] is a rule on a task: so many minutes before it is due, or so many days before at a
// time of day. [Reminder.Moment] turns it into an instant, and a [Notification] is the one message
// made from it. Instants are UTC, in whole seconds. The current day, days before and times of day
// are read in the account's zone.
//
// An [Error] is a mistake or fault that its reader can do something about: a [Fact] from a closed
// list, which each surface spells in its own words. Any other error is our own fault.
//
// # Rules
//
// A rule is a pure function. It takes what is there and an [Actor], and returns an [Outcome]: all
// that follows, from the task after it to the events that can be told. The store alone makes rows
// of outcomes, in one transaction. A [TaskDraft] is what somebody says of a task to be made, a
// [TaskPatch] what they want changed: each [Optional] says nothing, a value, or that it be cleared.
// [Change.Undo] takes a change back, as far as nobody has touched its fields since.
//
// # How a call flows
//
// A call comes in at internal/api, which speaks LeadSquared's dialect. It looks the path up in one
// table, finds the caller by their keys (internal/directory, in memory) and asks for a place under
// the account's [RateLimit]. It reads the body strictly into a draft or a patch.
//
// internal/app has the use case. It looks up what the draft names and puts it into a [Setting]:
// owner, type, related entity, now. [TaskDraft.Validate] and [TaskDraft.Task] check, fill in every
// default and return the task, its reminder's moment computed.
//
// internal/store writes it: to SQLite by one writer that commits everything that waits together, to
// PostgreSQL by statements that are sent together. The call is answered when the task is durable.
// With an Idempotency-Key, the answer is kept in the same transaction: see [Once].
//
// # How a due reminder flows
//
// Task.RemindAt is the moment that the rule yields. Task.WakeAt is the next instant at which
// something is due about the task; it is set to the moment while the task is open, its owner or a
// [Subscription] is to be told, and it is not too late. The store has an index over it.
//
// Every node watches for the earliest one (internal/worker). When it has come, one of them claims
// the task ([Task.Wake]) and writes, in one transaction, a notification and a job to mail it.
// internal/jobs runs the job. Right before the mail is handed over, [Notification.StillWanted]
// looks whether the task was closed, changed or given to somebody else meanwhile. A failure that
// may pass is retried until the notification's deadline. No node leads, and nothing is tied to the
// minute, so neither a dead node nor a restart loses one.
//
// The mail has links that complete or snooze the task without a sign-in, once and while all is as
// it was mailed: [Notification.LinkStanding] decides. Such a change is the owner's own.
//
// # How a bulk request flows
//
// A [BulkRequest] is kept as it was sent, with a job, and answered. The job's run reads its rows
// with the same reader as single calls and plans a few at a time. One transaction applies their
// outcomes and moves the request's count of rows run, so that each row is done once whoever dies
// when. What came of each is a [BulkRow].
//
// With its last row, in that row's transaction, the request ends: a report is mailed to who asked
// for it, and a [Delivery] goes to the URL that they named, signed, until it is taken or all its
// attempts have failed.
//
// # How an event flows
//
// A [Subscription] is an account's wish to be told of a [TaskEvent] at a URL. Outcomes carry their
// events ([Occurrence]). The account's [Announcer] makes a delivery of each for every subscription
// that wants it, and the store writes them in the transaction of the change. What time causes, a
// reminder's moment and an end that has passed, is claimed with the task's WakeAt and told in that
// transaction: see [Wants]. Deliveries about one task leave in order. A receiver that takes nothing
// for three days pauses its subscription; what happens meanwhile is kept.
//
// # Time
//
// A [Clock] is handed to everything that reads the time or waits, so that a test moves hours in no
// time. On PostgreSQL it shows the database's time, so that all nodes agree.
package tickler
