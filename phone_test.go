package tickler_test

import (
	"testing"
	"unicode"

	"tickler"
)

func TestPhoneDigits(t *testing.T) {
	for phone, want := range map[string]string{
		"+91-9000000001": "919000000001", "(0) 1.2/3": "0123", "٩٠٠١": "9001", "۹۰۰۱": "9001", "९००१": "9001", "９００１": "9001",
		"𝟗𝟘𝟢𝟬𝟷": "90001", "none": "", "": "", "²①": "", "\U0001fbf1\U0001fbf9": "19",
	} {
		if got := tickler.PhoneDigits(phone); got != want {
			t.Errorf("%q gives %q, want %q", phone, got, want)
		}
	}
}

// Each ten of Unicode's digits begins with a zero: PhoneDigits counts on it.
func TestEveryDigitOfUnicodeHasItsValue(t *testing.T) {
	count := 0
	for r := range rune(unicode.MaxRune) {
		if !unicode.IsDigit(r) {
			continue
		}
		if got, want := tickler.PhoneDigits(string(r)), string(rune('0'+count%10)); got != want {
			t.Errorf("%U gives %q, want %q", r, got, want)
		}
		count++
	}
}

func TestOneNumberInItsSpellings(t *testing.T) {
	spellings := []string{
		"+91-9000000001", "+91 90000 00001", "00919000000001", "919000000001", "9000000001", "09000000001", "(+91) 90000-00001", "+91 (0) 9000000001",
		"+91 (0)9000000001", "tel:+91-9000000001", "٩٠٠٠٠٠٠٠٠١", "+９１ ９０００００００0１",
	}
	for _, a := range spellings {
		for _, b := range spellings {
			isDialledTwice := a == "+91 (0) 9000000001" || b == "+91 (0) 9000000001" // ambiguous
			if !isDialledTwice && !tickler.SamePhone(a, b) {
				t.Errorf("%q and %q are two numbers", a, b)
			}
			if tickler.PhoneTail(a) != tickler.PhoneTail(b) {
				t.Errorf("%q and %q have the tails %q and %q", a, b, tickler.PhoneTail(a), tickler.PhoneTail(b))
			}
		}
	}
	for _, pair := range [][2]string{
		{"+91-9000000001", "+1-9000000001"},
		{"00919000000001", "＋1 9000000001"},
		{"9000000001", "9000000002"},
		{"19000000001", "29000000001"},
		{"123456", "9123456"},
		{"000001", "1"},
		{"0000000", "10000000"},
		{"", ""},
		{"none", "none"},
		{"", "9000000001"},
		{"0123456", "123456"},
	} {
		if tickler.SamePhone(pair[0], pair[1]) {
			t.Errorf("%q and %q are one number", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"1-2-3", "123"}, {"1234567", "+49 30 123 45 67"}, {"0-0", "00"}} {
		if !tickler.SamePhone(pair[0], pair[1]) {
			t.Errorf("%q and %q are two numbers", pair[0], pair[1])
		}
	}
}

func TestPhoneMatch(t *testing.T) {
	lead := tickler.Lead{Phone: "+44 20 7946 0000", Attributes: []tickler.LeadAttribute{{Name: "mobile", Value: "+91-9000000001"}}}
	for phone, want := range map[string]int{
		"442079460000": tickler.BestPhoneMatch, "919000000001": 2, "02079460000": 1, "9000000001": 1, "79460001": 0, "": 0, "0": 0,
	} {
		if got := lead.PhoneMatch(phone); got != want {
			t.Errorf("%q: %d, want %d", phone, got, want)
		}
	}
}
