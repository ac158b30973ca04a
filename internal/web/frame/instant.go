package frame

import (
	"cmp"
	"time"

	"tickler"
	"tickler/internal/plain"
)

// Instant is one as machines and as the page's user read it.
type Instant struct {
	at    time.Time
	times plain.Times
	day   *time.Location // where its day is, whose hour says nothing; else nil
}

// Times writes instants as the page's reader does. Where nobody is known, they are in UTC.
func (p *Page) Times() plain.Times {
	return plain.Times{Zone: p.Zone(), Preferences: p.readBy().User.Preferences, Now: p.Now}
}

// At returns an instant as the page's user reads it.
func (p *Page) At(t time.Time) Instant { return Instant{at: t, times: p.Times()} }

// Due returns when a task is due: without an hour, where it has none. No page writes it otherwise.
func (p *Page) Due(t tickler.Task) Instant { return p.by(p.Times().DueOf(t, p.zonesOf(t)...)) }

// End returns when a task ends, without an hour where that is with its day.
func (p *Page) End(t tickler.Task) Instant { return p.by(p.Times().EndOf(t, p.zonesOf(t)...)) }

func (p *Page) by(due plain.Due) Instant {
	i := p.At(due.At())
	if !due.HasHour() {
		i.day = due.Zone()
	}
	return i
}

// zonesOf are where the people are whom a task concerns.
func (p *Page) zonesOf(t tickler.Task) []*time.Location {
	account := p.readBy().Account
	if account == nil {
		return nil
	}
	var zones []*time.Location
	if owner, found := account.User(t.OwnerID); found {
		zones = append(zones, owner.ZoneIn(account.Account))
	}
	return append(zones, account.Zone)
}

// IsZero reports whether there is no instant.
func (i Instant) IsZero() bool { return i.at.IsZero() }

// UTC is for machines.
func (i Instant) UTC() string {
	if !i.HasHour() {
		return i.Date()
	}
	return i.at.UTC().Format(time.RFC3339)
}

// HasHour reports whether its hour says something.
func (i Instant) HasHour() bool { return i.day == nil }

// Local is for people: "today 15:00", "Tue 2 Dec, 10:30".
func (i Instant) Local() string {
	if !i.HasHour() {
		return i.Day()
	}
	return i.times.Instant(i.at)
}

// Dated is Local with the day by its date, for what is read on another day: "Tue 2 Dec, 10:30".
func (i Instant) Dated() string {
	if !i.HasHour() {
		return i.times.DatedDay(i.at)
	}
	return i.times.DatedInstant(i.at)
}

// Exact is for people who have to be sure: "2026-12-02 10:30 +05:30".
func (i Instant) Exact() string {
	if !i.HasHour() {
		return i.Date()
	}
	return i.times.Exact(i.at)
}

// Day is the day alone: "tomorrow", "Tue 2 Dec".
func (i Instant) Day() string { return i.times.Day(i.at) }

// DayAndDate is the day with its date: "tomorrow, Mon 30 Nov", "Tue 2 Dec".
func (i Instant) DayAndDate() string {
	name, date := i.Day(), i.times.DatedDay(i.at)
	if name == date {
		return date
	}
	return name + ", " + date
}

// Date is the day as machines read it, where the page's user is: "2026-12-02".
func (i Instant) Date() string { return i.at.In(i.times.Zone).Format(time.DateOnly) }

// Hour is what the clock shows: "9:00", "9:00 am"; "" where it says nothing.
func (i Instant) Hour() string {
	if !i.HasHour() {
		return ""
	}
	return i.times.Hour(i.at)
}

// WallHour is the hour as browsers write it into fields; "" where it says nothing.
func (i Instant) WallHour() string {
	if !i.HasHour() {
		return ""
	}
	return i.at.In(i.times.Zone).Format("15:04")
}

// Zone is where the day and the hour are.
func (i Instant) Zone() *time.Location { return cmp.Or(i.day, i.times.Zone) }

// Overdue says how long what was to be done by the instant is overdue: "3 days overdue"; "" if it
// is not.
func (i Instant) Overdue() string { return i.times.Overdue(i.at) }

// Distance says in words how far the instant is from now: "in 3 days", "5 min ago". Beyond two
// months a date says more.
func (i Instant) Distance() string { return i.times.Distance(i.at) }

// Span is from when to when something is.
type Span struct {
	from, to time.Time
	times    plain.Times
}

// Span returns a stretch of time as the page's user reads it.
func (p *Page) Span(from, to time.Time) Span { return Span{from, to, p.Times()} }

// From is the beginning, for machines.
func (s Span) From() string { return s.from.UTC().Format(time.RFC3339) }

// Local is for people: "10:00–10:30".
func (s Span) Local() string { return s.times.Span(s.from, s.to) }

// Exact is for people who have to be sure.
func (s Span) Exact() string { return s.times.Exact(s.from) + " – " + s.times.Exact(s.to) }

// Counted says how many there are of something: "1 row", "2 rows".
func Counted(n int, name string) string { return plain.Counted(n, name) }
