package civil

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The range of instants that are accepted and computed, UTC.
var (
	Earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	Latest   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// What was expected, for errors; each surface has its own words for people.
const (
	instantForm = "a date and time in UTC of the form YYYY-MM-DD HH:MM:SS, between 1900 and 9999"
	dateForm    = "a date of the form YYYY-MM-DD"
)

// ParseInstant reads YYYY-MM-DD HH:MM:SS as UTC. A T between date and time, fractional seconds
// (cut) and, behind them, a Z or an offset (see parseOffset) are accepted (docs/contract.md
// section 1).
func ParseInstant(text string) (time.Time, error) {
	t, ok := parseInstant(text)
	if !ok || t.Before(Earliest) || t.After(Latest) {
		return time.Time{}, fmt.Errorf("%q is not %s", text, instantForm)
	}
	return t, nil
}

func parseInstant(text string) (t time.Time, ok bool) {
	const dateLength, length = len(time.DateOnly), len(time.DateTime)
	if len(text) < length || !strings.ContainsRune(" Tt", rune(text[dateLength])) || text[dateLength+1] == ' ' {
		return t, false
	}
	t, err := time.Parse(time.DateTime, text[:dateLength]+" "+text[dateLength+1:length])
	if err != nil {
		return t, false
	}
	rest, ok := cutFraction(text[length:])
	if !ok {
		return t, false
	}
	offset, ok := parseOffset(rest)
	return t.Add(-offset), ok
}

// cutFraction removes fractional seconds, if there are any.
func cutFraction(text string) (rest string, ok bool) {
	if !strings.HasPrefix(text, ".") {
		return text, true
	}
	rest = strings.TrimLeft(text[1:], "0123456789")
	return rest, len(rest) < len(text)-1
}

// parseOffset reads what follows a time: nothing, Z, or an offset from UTC, from -23:59 to +23:59,
// as +05:30, +0530 or +05. A blank may precede the sign, as many programs print it.
func parseOffset(text string) (offset time.Duration, ok bool) {
	if text == "" || text == "Z" || text == "z" {
		return 0, true
	}
	text = strings.TrimPrefix(text, " ")
	if text == "" || text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	offset, ok = parseHours(text[1:])
	if text[0] == '-' {
		offset = -offset
	}
	return offset, ok
}

// parseHours reads hours, perhaps with minutes: 05:30, 0530 or 05, up to 23:59.
func parseHours(digits string) (time.Duration, bool) {
	if len(digits) == len("05:30") && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	if len(digits) == len("05") {
		digits += "00"
	}
	if len(digits) != len("0530") || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	number, _ := strconv.Atoi(digits) // digits they are
	hours, minutes := number/100, number%100
	return time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute, hours <= 23 && minutes <= 59
}

// FormatInstant returns YYYY-MM-DD HH:MM:SS, UTC.
func FormatInstant(t time.Time) string {
	return string(AppendInstant(make([]byte, 0, len(time.DateTime)), t))
}

// AppendInstant appends what FormatInstant returns.
func AppendInstant(to []byte, t time.Time) []byte {
	to = t.UTC().AppendFormat(to, time.RFC3339) // five times as fast as by time.DateTime
	to[len(to)-len("T15:04:05Z")] = ' '
	return to[:len(to)-len("Z")]
}

// ParseDate reads YYYY-MM-DD; the result is that day's midnight in UTC.
func ParseDate(text string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not %s", text, dateForm)
	}
	return t, nil
}

// Clamp returns t, or Latest if t is later.
func Clamp(t time.Time) time.Time {
	if t.After(Latest) {
		return Latest
	}
	return t
}
