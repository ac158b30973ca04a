package quickadd

import (
	"strconv"
	"strings"
	"time"
)

var durationRecognisers = []recogniser{
	{phrase(`for {length}`), (*reader).readDuration},
	{phrase(`{length}`), (*reader).readBareDuration},
}

func (r *reader) readDuration(m match, c *candidate) bool {
	c.kind, c.has, c.trust = Duration, aLength, firm
	c.lasts = lengthOf(m)
	c.reading.Lasts = c.lasts
	return c.lasts > 0
}

// readBareDuration reads "45m", which is a duration only right behind an hour: "3pm 45m".
func (r *reader) readBareDuration(m match, c *candidate) bool {
	if c.first == 0 || r.owns[c.first-1] == nil || r.owns[c.first-1].has&anHour == 0 {
		return false
	}
	c.needs = anHour
	return r.readDuration(m, c)
}

var namedLengths = map[string]time.Duration{
	"half an hour": 30 * time.Minute, "half hour": 30 * time.Minute, "an hour": time.Hour, "one hour": time.Hour,
	"an hour and a half": 90 * time.Minute, "two hours": 2 * time.Hour, "three hours": 3 * time.Hour,
}

// lengthOf reads the groups of a length.
func lengthOf(m match) time.Duration {
	if named := m.get("named"); named != "" {
		return namedLengths[strings.Join(strings.Fields(named), " ")]
	}
	hours, _ := strconv.ParseFloat(m.get("hours"), 64) // digits they are, or nothing
	minutes := numberOf(m.get("mins")) + numberOf(m.get("more"))
	return time.Duration(hours*60)*time.Minute + time.Duration(minutes)*time.Minute
}
