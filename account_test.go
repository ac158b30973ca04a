package tickler_test

import (
	"testing"

	"tickler"
)

func TestParseZone(t *testing.T) {
	for _, name := range []string{"UTC", "Asia/Kolkata", "America/New_York"} {
		if zone, err := tickler.ParseZone(name); err != nil || zone.String() != name {
			t.Errorf("%s gives %v, %v", name, zone, err)
		}
	}
	// Local would be another zone on each machine.
	for _, name := range []string{"", "Local", "Asia/Nowhere", "+05:30", "../../etc/passwd"} {
		_, err := tickler.ParseZone(name)
		checkError(t, err, tickler.Refuse(tickler.FactNotZone, tickler.FieldZone, name))
	}
}
