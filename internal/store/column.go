package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tickler"
	"tickler/internal/composed"
	"tickler/internal/store/engine"
)

// How domain values are stored in columns: ids as 16 bytes or NULL, instants as Unix seconds or
// NULL, flags as 0 or 1.

// newID returns an ID for a row that only the store knows.
func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

// idArg returns an id as a parameter; the zero id is NULL.
func idArg(id tickler.ID) any {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

// idColumn scans an id; NULL is the zero id. SQLite returns its 16 bytes, Postgres its text.
type idColumn struct{ id *tickler.ID }

func (c idColumn) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*c.id = tickler.ID{}
	case []byte:
		if len(v) != len(c.id) {
			return fmt.Errorf("an id of %d bytes", len(v))
		}
		copy(c.id[:], v)
	case string:
		id, err := tickler.ParseID(v)
		if err != nil {
			return err
		}
		*c.id = id
	default:
		return fmt.Errorf("an id of type %T", value)
	}
	return nil
}

// scanID scans a row that is an id.
func scanID(row engine.Row) (id tickler.ID, err error) { return id, row.Scan(idColumn{&id}) }

// instantArg returns an instant as a parameter; the zero time is NULL.
func instantArg(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// instantColumn scans an instant; NULL is the zero time.
type instantColumn struct{ t *time.Time }

func (c instantColumn) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*c.t = time.Time{}
	case int64:
		*c.t = time.Unix(v, 0).UTC()
	default:
		return fmt.Errorf("an instant of type %T", value)
	}
	return nil
}

func flagArg(b bool) int {
	if b {
		return 1
	}
	return 0
}

// textArg returns a text as a parameter; the empty text is NULL.
func textArg(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// textColumn scans a text of which leads are found. One from before texts were composed is composed
// when it is read, so that it equals what is sent now: see package composed.
type textColumn struct{ text *string }

func (c textColumn) Scan(value any) error {
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("a text of type %T", value)
	}
	*c.text = composed.Text(text)
	return nil
}

// jsonArg returns a value as JSON text.
func jsonArg(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// zoneColumn scans a time zone's name; the empty name is nil. One that this machine does not know
// is read as UTC: see tickler.KeptZone.
type zoneColumn struct{ zone **time.Location }

func (c zoneColumn) Scan(value any) error {
	name, ok := value.(string)
	if !ok {
		return fmt.Errorf("a time zone of type %T", value)
	}
	*c.zone = nil
	if name != "" {
		*c.zone = tickler.KeptZone(name)
	}
	return nil
}

func zoneArg(zone *time.Location) string {
	if zone == nil {
		return ""
	}
	return zone.String()
}
