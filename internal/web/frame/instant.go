package frame

import (
	"fmt"
	"time"
)

func instantIn(t time.Time, zone *time.Location, now time.Time) Instant {
	return Instant{t.UTC(), t.In(zone), now}
}

// Instant is one as machines and as people read it.
type Instant struct{ utc, local, now time.Time }

// IsZero reports whether there is no instant.
func (i Instant) IsZero() bool { return i.utc.IsZero() }

// UTC is for machines.
func (i Instant) UTC() string { return i.utc.Format(time.RFC3339) }

// Local is for people.
func (i Instant) Local() string { return LocalText(i.local) }

// LocalText writes an instant as people read it, where they read it: to the second only if need be.
func LocalText(local time.Time) string {
	if local.Second() != 0 {
		return local.Format(time.DateTime)
	}
	return local.Format("2006-01-02 15:04")
}

// Distance says in words how far the instant is from now: "in 3 days", "5 minutes ago". Beyond two
// months a date says more.
func (i Instant) Distance() string {
	const day = 24 * time.Hour
	far := i.utc.Sub(i.now).Abs()
	switch {
	case i.IsZero() || far >= 60*day:
		return ""
	case far < time.Minute:
		return i.towards(far, time.Second, "second")
	case far < time.Hour:
		return i.towards(far, time.Minute, "minute")
	case far < 2*day:
		return i.towards(far, time.Hour, "hour")
	default:
		return i.towards(far, day, "day")
	}
}

func (i Instant) towards(far, unit time.Duration, name string) string {
	length := Counted(int(far/unit), name)
	if i.utc.After(i.now) {
		return "in " + length
	}
	return length + " ago"
}

// Counted says how many there are of something: "1 row", "2 rows".
func Counted(n int, name string) string {
	if n != 1 {
		name += "s"
	}
	return fmt.Sprintf("%d %s", n, name)
}
