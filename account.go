package tickler

import (
	"fmt"
	"time"

	"tickler/internal/civil"
)

// Account is one customer of the service. Every row but the account's own belongs to one account,
// and nobody reaches a row of another.
type Account struct {
	ID ID
	// Zone is the time zone of the account's calendar: the current day, days before, times of day.
	// UTC in a new account.
	Zone *time.Location
	// RateLimit is how many API calls the account may make.
	RateLimit RateLimit
	// LegacyErrorStatus answers mistakes in values with 500, as the live service does, instead of
	// 400.
	LegacyErrorStatus bool
	// WebhookSecrets sign the account's deliveries.
	WebhookSecrets WebhookSecrets
	CreatedAt      time.Time
}

// AccountPatch changes what it says of an account's settings. Nil leaves a setting as it is.
type AccountPatch struct {
	Zone              *time.Location
	RateLimit         *RateLimit
	LegacyErrorStatus *bool
	// Seen is the account as it was shown to who wrote the patch: what somebody else has set since,
	// they don't undo. Nil sets whatever it was before.
	Seen *Account
}

// AccountConflict is the error of a patch of a setting that somebody else has set to something else
// since it was seen. Nothing is changed.
type AccountConflict struct {
	Now Account // the account as it is
}

// Error says so.
func (c *AccountConflict) Error() string {
	return fmt.Sprintf(
		"The account's settings have changed meanwhile: time zone %s, rate limit %s.", c.Now.Zone, c.Now.RateLimit,
	)
}

// Apply returns the account as the patch wants it, or an *AccountConflict.
func (p AccountPatch) Apply(a Account) (Account, error) {
	if p.undoes(a) {
		return a, &AccountConflict{Now: a}
	}
	if p.Zone != nil {
		a.Zone = p.Zone
	}
	if p.RateLimit != nil {
		a.RateLimit = *p.RateLimit
	}
	if p.LegacyErrorStatus != nil {
		a.LegacyErrorStatus = *p.LegacyErrorStatus
	}
	return a, a.RateLimit.Validate()
}

// undoes reports whether the patch would undo what is set of an account since it was seen. The
// setting of yes or no can't be: two who both change it want the same.
func (p AccountPatch) undoes(a Account) bool {
	if p.Seen == nil {
		return false
	}
	zone := p.Zone != nil && undoes(p.Seen.Zone.String(), a.Zone.String(), p.Zone.String())
	limit := p.RateLimit != nil && undoes(p.Seen.RateLimit, a.RateLimit, *p.RateLimit)
	return zone || limit
}

// undoes reports whether a value that was one when it was seen, and is another now, is neither any
// more as it is wanted.
func undoes[T comparable](seen, now, wanted T) bool { return now != seen && now != wanted }

// FreshAccount is everything that a new account starts with.
type FreshAccount struct {
	Account      Account
	Admin        User
	PasswordHash string
	Key          AccessKey
	TaskTypes    []TaskType
	// OnlyAsFirst asks for the account only if there is none yet.
	OnlyAsFirst bool
}

// ParseZone reads the name of a time zone from the IANA database.
func ParseZone(name string) (*time.Location, error) {
	zone, err := civil.ParseZone(name)
	if err != nil {
		return nil, Refuse(FactNotZone, FieldZone, name)
	}
	return zone, nil
}

// KeptZone returns the time zone of a stored name. On a machine that does not know the zone it
// returns UTC under that name, so that the name survives being stored again: see IsKnownZone.
func KeptZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone(name, 0)
	}
	return zone
}

// IsKnownZone reports whether this machine knows a stored zone.
func IsKnownZone(zone *time.Location) bool {
	_, err := time.LoadLocation(zone.String())
	return err == nil
}
