package civil

import (
	"errors"
	"fmt"
	"time"
)

// Span is a stretch of time. Both ends are inclusive; a zero From is no lower bound.
type Span struct{ From, To time.Time }

// SpanEnd is one end of a span as a person gives it: an instant, or a whole day, represented by its
// midnight in UTC.
type SpanEnd struct {
	At    time.Time
	IsDay bool
}

// ParseSpanEnd reads a date or an instant.
func ParseSpanEnd(text string) (SpanEnd, error) {
	if day, err := ParseDate(text); err == nil {
		return SpanEnd{At: day, IsDay: true}, nil
	}
	at, err := ParseInstant(text)
	if err != nil {
		return SpanEnd{}, fmt.Errorf("%q is neither a date nor a date and time: %w", text, err)
	}
	return SpanEnd{At: at}, nil
}

// MaxSpanDays is how far apart the ends of a span may be (docs/contract.md section 4): in days of
// the calendar or of 24 hours, whichever are fewer if clocks were changed in between.
const MaxSpanDays = 100

const longestSpan = MaxSpanDays * 24 * time.Hour

// sinceEver is the first instant that does not mean "no lower bound" as a span's beginning: clients
// say that with the first day of Unix time.
var sinceEver = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)

// Why two ends don't make a span.
var (
	ErrEndsBeforeStart = errors.New("the span ends before it begins")
	ErrSpanTooLong     = fmt.Errorf("the span is longer than %d days", MaxSpanDays)
)

// NewSpan makes a span of two ends, or returns ErrEndsBeforeStart or ErrSpanTooLong. A day is the
// zone's: from its first instant to its last second. A span that begins on 1970-01-01 or before has
// no lower bound, and may be of any length.
func NewSpan(from, to SpanEnd, zone *time.Location) (Span, error) {
	span := Span{From: from.First(zone), To: to.last(zone)}
	switch {
	case from.At.Before(sinceEver):
		span.From = time.Time{}
	case span.To.Before(span.From):
		return span, ErrEndsBeforeStart
	case to.wall(zone).Sub(from.wall(zone)) > longestSpan && span.To.Sub(span.From) > longestSpan:
		return span, ErrSpanTooLong
	}
	return span, nil
}

// First returns the instant, or the first instant of the day in the zone.
func (e SpanEnd) First(zone *time.Location) time.Time {
	if e.IsDay {
		return InstantOf(e.At, zone)
	}
	return e.At
}

func (e SpanEnd) last(zone *time.Location) time.Time {
	if e.IsDay {
		return InstantOf(e.At.AddDate(0, 0, 1), zone).Add(-time.Second)
	}
	return e.At
}

// wall returns what clocks in the zone show at that end, as if it were UTC, to count days of the
// calendar.
func (e SpanEnd) wall(zone *time.Location) time.Time {
	if e.IsDay {
		return e.At
	}
	_, offset := e.At.In(zone).Zone()
	return e.At.Add(time.Duration(offset) * time.Second)
}

// String returns the end as it is written: a date, or an instant in UTC.
func (e SpanEnd) String() string {
	if e.IsDay {
		return e.At.Format(time.DateOnly)
	}
	return FormatInstant(e.At)
}
