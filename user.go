package tickler

import (
	"slices"
	"time"
)

// Role is what a user may see and change (docs/contract.md section 7).
type Role string

// The roles. Their texts are stored.
const (
	Administrator Role = "Administrator"  // sees and changes all
	MarketingUser Role = "Marketing_User" // sees all, changes what they or their reports own or created
	SalesUser     Role = "Sales_User"     // sees and changes what they or their reports own or created
)

// Roles lists every role.
var Roles = []Role{Administrator, MarketingUser, SalesUser}

// User is a person of an account who owns tasks and calls the service.
type User struct {
	ID        ID
	AccountID ID
	FirstName string
	LastName  string
	Email     string
	Role      Role
	Active    bool
	ManagerID ID             // zero: reports to nobody
	Zone      *time.Location // nil: the account's
	// Preferences are how dates and times are written for them.
	Preferences Preferences
	CreatedAt   time.Time
	// RemindersOff says that they want no mails about their reminders.
	RemindersOff bool
	// WelcomeOver says that the list of first steps is not shown to them any more: all of it is done,
	// or they have hidden it.
	WelcomeOver bool
}

// Name returns the user's full name, or the e-mail address if they have none.
func (u User) Name() string {
	if name := fullName(u.FirstName, u.LastName); name != "" {
		return name
	}
	return u.Email
}

// ZoneIn returns the user's time zone: their own, or else their account's.
func (u User) ZoneIn(account Account) *time.Location {
	if u.Zone != nil {
		return u.Zone
	}
	return account.Zone
}

// SeesAll reports whether the user sees every task of the account.
func (u User) SeesAll() bool { return u.Role == Administrator || u.Role == MarketingUser }

// Limits of a person's texts, in code points.
const (
	MaxPersonName = 200
	MaxEmail      = 254 // RFC 5321 section 4.5.3.1.3
)

// Validate checks a user's texts and role.
func (u User) Validate() error {
	if u.Email == "" {
		return Refuse(FactNeededByUser, FieldEmail, nil)
	}
	if !isEmail(u.Email) {
		return Refuse(FactNotEmail, FieldEmail, u.Email)
	}
	if err := checkVisible(FieldFirstName, u.FirstName, MaxPersonName); err != nil {
		return err
	}
	if err := checkVisible(FieldLastName, u.LastName, MaxPersonName); err != nil {
		return err
	}
	if err := checkOneOf(FieldRole, u.Role, Roles); err != nil {
		return err
	}
	return u.Preferences.Validate()
}

// checkOneOf checks that a field has one of the texts that it can have.
func checkOneOf[T ~string](field Field, value T, all []T) error {
	if slices.Contains(all, value) {
		return nil
	}
	var texts OneOf
	for _, one := range all {
		if one != "" {
			texts = append(texts, string(one))
		}
	}
	return Refuse(FactNotOneOf, field, string(value), texts)
}
