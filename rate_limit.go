package tickler

import (
	"fmt"
	"time"
)

// RateLimit admits up to Calls calls in any window of the given length. The zero RateLimit admits
// all.
type RateLimit struct {
	Calls  int
	Window time.Duration // whole seconds
}

// DefaultRateLimit is the documented one: 25 calls in 5 seconds.
var DefaultRateLimit = RateLimit{Calls: 25, Window: 5 * time.Second}

// Bounds of a rate limit, so that its log of instants stays small.
const (
	MaxRateLimitCalls  = 1000
	MaxRateLimitWindow = time.Hour
)

// IsOff reports whether there is no limit.
func (r RateLimit) IsOff() bool { return r.Calls == 0 }

// Validate checks that the limit is within bounds and can be counted exactly.
func (r RateLimit) Validate() error {
	inRange := r.Calls >= 1 && r.Calls <= MaxRateLimitCalls &&
		r.Window >= time.Second && r.Window <= MaxRateLimitWindow && r.Window%time.Second == 0
	if r.IsOff() || inRange {
		return nil
	}
	return Refuse(FactRateLimitRange, FieldRateLimit, r.String(), MaxRateLimitCalls, int(MaxRateLimitWindow.Seconds()))
}

// ParseRateLimit reads the form that String gives.
func ParseRateLimit(text string) (RateLimit, error) {
	if text == "off" {
		return RateLimit{}, nil
	}
	var calls, seconds int
	_, err := fmt.Sscanf(text, "%d/%ds", &calls, &seconds)
	limit := RateLimit{Calls: calls, Window: time.Duration(seconds) * time.Second}
	if err != nil || limit.String() != text { // Sscanf passes over signs, blanks and whatever follows
		return RateLimit{}, Refuse(FactNotRateLimit, FieldRateLimit, text)
	}
	return limit, limit.Validate()
}

// String returns the limit as 25/5s, or off.
func (r RateLimit) String() string {
	if r.IsOff() {
		return "off"
	}
	return fmt.Sprintf("%d/%ds", r.Calls, int(r.Window.Seconds()))
}

// RateVerdict is a limiter's answer to one call.
type RateVerdict struct {
	Admitted bool
	// Remaining is how many more calls would be admitted at this instant.
	Remaining int
	// Reset is how long until the oldest counted call leaves the window: until then a refused call
	// stays refused, and Remaining does not grow.
	Reset time.Duration
}
