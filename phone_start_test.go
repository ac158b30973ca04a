package tickler_test

import (
	"slices"
	"testing"

	"tickler"
)

func TestPhoneStarts(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string][]string{
		"":                     nil,
		"12":                   nil,
		"none":                 nil,
		"9845012345":           {"9845012345"},
		"098450 12345":         {"9845012345"},
		"+91-98450-12345":      {"919845012345", "9845012345"},
		"0091 98450 12345":     {"919845012345", "9845012345"},
		"+44 (0)20 7946 0000":  {"442079460000", "2079460000"},
		"+1 (415) 555-0100":    {"14155550100", "4155550100"},
		"+353 1 679 0000":      {"35316790000", "16790000"},
		"+91 12":               {"9112"},
		"+९१ ९८४५०१२३४५":       {"919845012345", "9845012345"},
		"112":                  {"112"},
		"+999":                 {"999"},
		"+7 (8452) 12-34-56 x": {"78452123456", "8452123456"},
	} {
		if got := tickler.PhoneStarts(phone); !slices.Equal(got, want) {
			t.Errorf("%q is looked up by %v, want %v", phone, got, want)
		}
	}
}

func TestPhoneStart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+91 98": "9198", "098450": "98450", "(415) 5": "4155", "٩٨٤": "984", "98": "", "3M": "", "98450 Asha": "", "": "", "+": "",
	} {
		if got, ok := tickler.PhoneStart(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q begins with %q, %t; want %q", text, got, ok, want)
		}
	}
}
