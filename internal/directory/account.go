package directory

import (
	"slices"
	"sync"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/composed"
)

// Account is what one account's calls look up all the time, as of one version of the directory. It
// is immutable, so it is read without locks.
type Account struct {
	tickler.Account
	users         []tickler.User
	userByID      map[tickler.ID]tickler.User
	userByEmail   map[string]tickler.User
	reports       map[tickler.ID][]tickler.ID // direct reports, by manager
	teams         sync.Map                    // by their head: *team, made on first use
	types         []tickler.TaskType
	typeByID      map[tickler.ID]tickler.TaskType
	typeByName    map[string]tickler.TaskType
	defaultType   tickler.TaskType
	administrator tickler.User
	subscriptions []tickler.Subscription
	wants         tickler.Wants
}

func newAccount(
	account tickler.Account, users []tickler.User, types []tickler.TaskType, subscriptions []tickler.Subscription,
) *Account {
	users, types = slices.Clone(users), slices.Clone(types)
	for i, u := range users { // what is there from before may be apart: see package composed
		users[i].FirstName, users[i].LastName = composed.Text(u.FirstName), composed.Text(u.LastName)
	}
	for i, t := range types {
		types[i] = composedType(t)
	}
	a := &Account{
		Account:     account,
		users:       users,
		userByID:    make(map[tickler.ID]tickler.User, len(users)),
		userByEmail: make(map[string]tickler.User, len(users)),
		reports:     map[tickler.ID][]tickler.ID{},
		types:       types,
		typeByID:    make(map[tickler.ID]tickler.TaskType, len(types)),
		typeByName:  make(map[string]tickler.TaskType, len(types)),

		subscriptions: subscriptions,
		wants:         tickler.WantsOf(subscriptions),
	}
	for _, u := range users {
		a.userByID[u.ID] = u
		a.userByEmail[tickler.Fold(u.Email)] = u
		if !u.ManagerID.IsZero() { // the zero ID is not a manager
			a.reports[u.ManagerID] = append(a.reports[u.ManagerID], u.ID)
		}
		if a.administrator.ID.IsZero() && u.Active && u.Role == tickler.Administrator {
			a.administrator = u
		}
	}
	for _, u := range users { // an address as it is written comes before another spelling of it
		if key := address.EmailKey(u.Email); a.userByEmail[key].ID.IsZero() {
			a.userByEmail[key] = u
		}
	}
	for _, t := range types {
		a.typeByID[t.ID] = t
		a.typeByName[tickler.Fold(t.Name)] = t
		if t.IsDefault {
			a.defaultType = t
		}
	}
	return a
}

// composedType returns a type with its names and options composed.
func composedType(t tickler.TaskType) tickler.TaskType {
	t.Name = composed.Text(t.Name)
	t.Fields = slices.Clone(t.Fields)
	for i, f := range t.Fields {
		f.DisplayName, f.Options = composed.Text(f.DisplayName), slices.Clone(f.Options)
		for n, option := range f.Options {
			f.Options[n] = composed.Text(option)
		}
		t.Fields[i] = f
	}
	return t
}

// Users lists the users, inactive ones too, the oldest first. The caller must not change the list.
func (a *Account) Users() []tickler.User { return a.users }

// User finds a user by ID.
func (a *Account) User(id tickler.ID) (tickler.User, bool) {
	u, ok := a.userByID[id]
	return u, ok
}

// UserByEmail finds a user by e-mail address, in any case.
func (a *Account) UserByEmail(email string) (tickler.User, bool) {
	u, ok := a.userByEmail[tickler.Fold(email)]
	if !ok {
		u, ok = a.userByEmail[address.EmailKey(email)]
	}
	return u, ok
}

// Administrator returns the oldest active administrator.
func (a *Account) Administrator() (tickler.User, bool) {
	return a.administrator, !a.administrator.ID.IsZero()
}

// Administrators lists the active administrators, the oldest first.
func (a *Account) Administrators() (all []tickler.User) {
	for _, u := range a.users {
		if u.Active && u.Role == tickler.Administrator {
			all = append(all, u)
		}
	}
	return all
}

// team is a user and all who report to them, at any depth.
type team struct {
	ids     []tickler.ID
	members map[tickler.ID]bool
}

// Team lists a user and all who report to them, at any depth. The zero ID has an empty team. The
// caller must not change the list.
func (a *Account) Team(id tickler.ID) []tickler.ID { return a.team(id).ids }

// IsInTeam reports whether a user is the head of a team, or reports to them at any depth.
func (a *Account) IsInTeam(head, user tickler.ID) bool { return a.team(head).members[user] }

func (a *Account) team(head tickler.ID) *team {
	if found, ok := a.teams.Load(head); ok {
		return found.(*team)
	}
	made := &team{ids: []tickler.ID{}, members: map[tickler.ID]bool{}}
	if !head.IsZero() {
		made.ids, made.members[head] = append(made.ids, head), true
	}
	for i := 0; i < len(made.ids); i++ {
		for _, report := range a.reports[made.ids[i]] {
			if !made.members[report] {
				made.ids, made.members[report] = append(made.ids, report), true
			}
		}
	}
	found, _ := a.teams.LoadOrStore(head, made)
	return found.(*team)
}

// TaskTypes lists the task types, the oldest first. The caller must not change the list.
func (a *Account) TaskTypes() []tickler.TaskType { return a.types }

// TaskType finds a task type by ID.
func (a *Account) TaskType(id tickler.ID) (tickler.TaskType, bool) {
	t, ok := a.typeByID[id]
	return t, ok
}

// TaskTypeByName finds a task type by name, in any case.
func (a *Account) TaskTypeByName(name string) (tickler.TaskType, bool) {
	t, ok := a.typeByName[tickler.Fold(name)]
	return t, ok
}

// DefaultTaskType is the type that a task without one gets.
func (a *Account) DefaultTaskType() tickler.TaskType { return a.defaultType }

// Settings returns the account's own row.
func (a *Account) Settings() tickler.Account { return a.Account }

// Subscriptions lists the account's webhook subscriptions in every state: events are kept for all.
// Their state may have changed since. The caller must not change the list.
func (a *Account) Subscriptions() []tickler.Subscription { return a.subscriptions }

// Wants returns which events that time causes the subscriptions want.
func (a *Account) Wants() tickler.Wants { return a.wants }
