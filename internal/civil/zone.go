package civil

import (
	"fmt"
	"time"
)

// ParseZone reads the name of a time zone from the IANA database. The machine's own zone has no
// name here.
func ParseZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is not the name of a time zone", name)
	}
	return time.LoadLocation(name)
}
