package tickler_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tickler"
)

const someGUID = "0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1b2c"

func TestIDHasTheBytesOfItsText(t *testing.T) {
	id, err := tickler.ParseID(someGUID)
	want := tickler.ID{0x01, 0x92, 0xf0, 0xc1, 0x7c, 0x5e, 0x7d, 0x5a, 0x9a, 0x51, 0x3f, 0x6f, 0x0e, 0x7a, 0x1b, 0x2c}
	if err != nil || id != want || id.String() != someGUID {
		t.Errorf("got %x, %v; written %s", id[:], err, id)
	}
}

func TestParseIDReadsWhatStringWrites(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	rapid.Check(t, func(t *rapid.T) {
		want := tickler.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		text := want.String()
		if !form.MatchString(text) {
			t.Fatalf("%s is no lower-case GUID", text)
		}
		for _, spelling := range []string{text, strings.ToUpper(text)} {
			if got, err := tickler.ParseID(spelling); err != nil || got != want {
				t.Fatalf("%s is read %s, %v", spelling, got, err)
			}
		}
	})
}

func TestParseIDRefuses(t *testing.T) {
	for _, text := range []string{
		"",
		someGUID[:35],
		someGUID + "0",
		" " + someGUID[1:],
		"{" + someGUID + "}",
		"urn:uuid:" + someGUID,
		strings.ReplaceAll(someGUID, "-", ""),
		strings.ReplaceAll(someGUID, "-", "_"),
		strings.Repeat("0", 36),
		strings.Repeat("-", 36),
		"g" + someGUID[1:],
		"0192f0c17-c5e-7d5a-9a51-3f6f0e7a1b2c",
		"0192f0c1-7c5e-7d5a-9a51-3f6f0e7a1é",
	} {
		if id, err := tickler.ParseID(text); err == nil || !id.IsZero() {
			t.Errorf("%q is read %s, %v", text, id, err)
		}
	}
}

func TestZeroIDNamesNothing(t *testing.T) {
	if !(tickler.ID{}).IsZero() || (tickler.ID{15: 1}).IsZero() {
		t.Error("only the ID of zeros is zero")
	}
}
