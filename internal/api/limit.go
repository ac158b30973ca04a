package api

import (
	"fmt"

	"tickler"
	"tickler/internal/httpio"
)

// tooManyCalls is the 429 (docs/contract.md section 1, "Rate limit").
func tooManyCalls(limit tickler.RateLimit, verdict tickler.RateVerdict) answer {
	refusal := rateLimited.answer(fmt.Sprintf("API calls exceeded the limit of %d in %d second(s)",
		limit.Calls, int(limit.Window.Seconds())))
	refusal.setHeader("Retry-After", httpio.WholeSeconds(verdict.Reset))
	return refusal
}

// describeLimit adds what is left of the limit (IETF draft-ietf-httpapi-ratelimit-headers).
func describeLimit(a *answer, limit tickler.RateLimit, verdict tickler.RateVerdict) {
	if limit.IsOff() {
		return
	}
	a.setHeader("RateLimit-Policy", fmt.Sprintf(`"calls";q=%d;w=%d`, limit.Calls, int(limit.Window.Seconds())))
	a.setHeader("RateLimit", fmt.Sprintf(`"calls";r=%d;t=%s`, verdict.Remaining, httpio.WholeSeconds(verdict.Reset)))
}
