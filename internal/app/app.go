// Package app holds the use cases: who may do what, by which rule, what is written and what
// follows. The API, the pages and the command line call it; it calls the store.
package app

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/directory"
)

// Store is what the use cases need of the store.
type Store interface {
	onceStore
	taskStore
	actStore
	viewStore
	bulkStore
	leadStore
	peopleStore
	settingStore
	hookStore
	sessionStore
	reminderStore
	linkStore
}

type hookStore interface {
	deliveryStore
	subscriptionStore
	ChangeAccount(
		ctx context.Context, id tickler.ID, rule func(tickler.Account) (tickler.Account, error),
	) (tickler.Account, error)
}

type reminderStore interface {
	dueStore
	notificationStore
}

// App is all use cases, a service for each noun. It is safe for use by many goroutines.
type App struct {
	*core
	*Tasks
	*Acts
	*Views
	*Bulk
	*Leads
	*People
	*Settings
	*Hooks
	*Sessions
	*Reminders
	*Links
}

// Tasks makes, changes and lists tasks.
type Tasks struct {
	*core
	store taskStore
	leads *Leads
}

// Acts does to tasks what people do on the pages, takes it back and does it again.
type Acts struct {
	*core
	store actStore
	tasks *Tasks
}

// Views keeps the lists of tasks that people have saved.
type Views struct {
	*core
	store viewStore
}

// Bulk accepts and runs bulk requests.
type Bulk struct {
	*core
	store bulkStore
	tasks *Tasks
}

// Leads makes, changes and finds leads and their opportunities.
type Leads struct {
	*core
	store leadStore
}

// People are the users of an account and their access keys.
type People struct {
	*core
	store peopleStore
	uses  keyUses
}

// Settings creates accounts and changes their settings and task types.
type Settings struct {
	*core
	store settingStore
}

// Hooks tells other programs what happens: subscriptions, deliveries and the secrets that sign
// them.
type Hooks struct {
	*core
	store hookStore
	bulk  *Bulk
}

// Sessions let people into the pages.
type Sessions struct {
	*core
	store sessionStore
}

// Reminders claims what has come due, and records what becomes of notifications.
type Reminders struct {
	*core
	store reminderStore
}

// Links are the signed links in mails, and what they do.
type Links struct {
	*core
	store linkStore
	tasks *Tasks
	acts  *Acts
}

// core is what all services share.
type core struct {
	memory onceStore // of idempotent calls
	// write and writeRepeatable run transactions: see Database.
	write, writeRepeatable writer

	directory *directory.Directory
	clock     tickler.Clock
	passwords passwords
	// wake tells the runner of jobs that there is a new one of a kind.
	wake func(kind string)
	// wire spells what leaves the service, and reads what it stored as it came in.
	wire Wire
}

// Wire is how the service reads what it stored as it came in, and spells what it tells others: in
// the words of the API, which implements it.
type Wire struct {
	Events EventWire
	Bulk   BulkWire
	// Plain says what is wrong in plain words, for rows that people asked for on the pages. Without
	// it they are told in those of the API.
	Plain func(e *tickler.Error, zone *time.Location) string
}

// New returns the use cases over a database and its directory.
func New[T Tx](db Database[T], dir *directory.Directory, clock tickler.Clock, wire Wire) *App {
	c := &core{
		memory: db, directory: dir, clock: clock, wire: wire, passwords: newPasswords(), wake: func(string) {},
		write: func(ctx context.Context, run func(context.Context, Tx) error) error {
			return db.Write(ctx, func(ctx context.Context, tx T) error { return run(ctx, tx) })
		},
		writeRepeatable: func(ctx context.Context, run func(context.Context, Tx) error) error {
			return db.WriteRepeatable(ctx, func(ctx context.Context, tx T) error { return run(ctx, tx) })
		},
	}
	leads := &Leads{c, db}
	tasks := &Tasks{c, db, leads}
	acts := &Acts{c, db, tasks}
	bulk := &Bulk{c, db, tasks}
	return &App{
		core: c, Tasks: tasks, Acts: acts, Views: &Views{c, db}, Bulk: bulk, Leads: leads, People: &People{core: c, store: db},
		Settings: &Settings{c, db}, Hooks: &Hooks{c, db, bulk},
		Sessions: &Sessions{c, db}, Reminders: &Reminders{c, db}, Links: &Links{c, db, tasks, acts},
	}
}

// OnJob registers a callback that receives the kind of every job that a use case makes. It must be
// called before any use case; without it jobs wait until the runner polls.
func (a *core) OnJob(wake func(kind string)) { a.wake = wake }

// Now returns the one instant for all that a call or page shows. Whole seconds, UTC.
func (a *core) Now() time.Time { return a.now() }

// now returns the one instant for all rules of a use case. Whole seconds, as instants are stored.
func (a *core) now() time.Time { return a.clock.Now().UTC().Truncate(time.Second) }

// refresh makes the directory notice what was just written. The write is done, so a failure to
// refresh is not the caller's: the directory polls again within half a second.
func (a *core) refresh(ctx context.Context) { _ = a.directory.Refresh(ctx) }

// Caller is the user for whom a use case runs.
type Caller struct {
	User    tickler.User
	Account *directory.Account
	Via     tickler.Origin
	// Act groups what is done in one go. Zero: each change is an act of its own.
	Act tickler.ID
	// Now is the one instant for everything that is done for them. Whole seconds, UTC.
	Now time.Time
}

// actor returns the caller as the one who changes a task.
func (c Caller) actor() tickler.Actor {
	return tickler.Actor{
		UserID: c.User.ID, Via: c.Via, Now: c.Now, Act: c.act(), Zone: c.Account.Zone, Wants: c.Account.Wants(),
	}
}

// act returns the ID that groups what is done in one go: all of a bulk request is one act.
func (c Caller) act() tickler.ID {
	if !c.Act.IsZero() {
		return c.Act
	}
	if c.Via.Kind == tickler.ViaBulk {
		return c.Via.ID
	}
	return newID()
}

// Authenticate finds the caller of an access key and its secret. Missing, unknown, revoked and
// wrong keys and inactive users all get the same KindUnauthenticated (docs/contract.md section 1).
func (a *People) Authenticate(ctx context.Context, accessKey, secret string) (Caller, error) {
	key, err := a.directory.AccessKey(ctx, accessKey)
	if err != nil {
		return Caller{}, err
	}
	if !key.Admits(secret) {
		return Caller{}, errUnauthenticated
	}
	account, err := a.directory.Account(ctx, key.AccountID)
	if err != nil {
		return Caller{}, err
	}
	user, ok := account.User(key.UserID)
	if !ok || !user.Active {
		return Caller{}, errUnauthenticated
	}
	a.uses.note(key.Key, a.clock.Now())
	return Caller{
		User: user, Account: account, Via: tickler.Origin{Kind: tickler.ViaAPI, ID: key.ID}, Now: a.now(),
	}, nil
}

var errUnauthenticated = tickler.Refuse(tickler.FactWrongKeys, "", nil)

// Operator returns the caller for what the command line does in an account: its oldest active
// administrator.
func (a *core) Operator(ctx context.Context, account tickler.ID) (Caller, error) {
	entry, err := a.directory.Account(ctx, account)
	if err != nil {
		return Caller{}, err
	}
	user, ok := entry.Administrator()
	if !ok {
		return Caller{}, tickler.Refuse(tickler.FactNoAdministrator, "", nil)
	}
	return Caller{User: user, Account: entry, Via: tickler.Origin{Kind: tickler.ViaCommand}, Now: a.now()}, nil
}

// callerFor returns the caller for work that a user asked for earlier. They may have been
// deactivated since. If the user no longer exists, the caller is nobody, who sees and changes
// nothing.
func (a *core) callerFor(ctx context.Context, account, user tickler.ID, via tickler.Origin) (Caller, error) {
	entry, err := a.directory.Account(ctx, account)
	if err != nil {
		return Caller{}, err
	}
	found, _ := entry.User(user)
	return Caller{User: found, Account: entry, Via: via, Now: a.now()}, nil
}

// errNobody is the error for a caller who is not a user of the account.
var errNobody = tickler.Refuse(tickler.FactUserGone, "", nil)

// needAdministrator returns an error unless the caller is an administrator. Otherwise is the fact
// that says what only they may do.
func needAdministrator(caller Caller, otherwise tickler.Fact) error {
	if caller.User.Role == tickler.Administrator {
		return nil
	}
	return tickler.Refuse(otherwise, "", nil)
}

// NewID returns an ID for something new.
func NewID() tickler.ID { return newID() }

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// Account is what background work reads of an account.
type Account interface {
	Settings() tickler.Account
	User(id tickler.ID) (tickler.User, bool)
	TaskType(id tickler.ID) (tickler.TaskType, bool)
}

// Account finds an account, for background work that is done for it.
func (a *core) Account(ctx context.Context, id tickler.ID) (Account, error) {
	return a.directory.Account(ctx, id)
}
