package client

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Time is an instant on the wire: UTC, whole seconds. The zero Time is not sent, and is what
// "never" is read as, such as the CompletedOn of an open task.
type Time struct{ time.Time }

// At makes a Time of an instant. Fractions of a second are cut when it is sent.
func At(t time.Time) Time { return Time{t.UTC()} }

// MarshalJSON writes YYYY-MM-DD HH:MM:SS.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Format(time.DateTime))
}

// UnmarshalJSON reads the forms that the service writes: YYYY-MM-DD HH:MM:SS, with a fraction or
// without, and /Date(milliseconds+0000)/. An empty text and null are the zero Time.
func (t *Time) UnmarshalJSON(content []byte) error {
	var text string
	if err := json.Unmarshal(content, &text); err != nil {
		return err
	}
	t.Time = time.Time{}
	if text == "" {
		return nil
	}
	if inside, ok := strings.CutPrefix(text, "/Date("); ok {
		milliseconds, err := strconv.ParseInt(strings.TrimSuffix(inside, "+0000)/"), 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not of the form /Date(1502992091000+0000)/", text)
		}
		t.Time = time.UnixMilli(milliseconds).UTC()
		return nil
	}
	parsed, err := time.Parse(time.DateTime, text) // which takes a fraction too
	if err != nil {
		return fmt.Errorf("%q is not of the form YYYY-MM-DD HH:MM:SS", text)
	}
	t.Time = parsed
	return nil
}
