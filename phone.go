package tickler

import (
	"strings"
	"unicode"
)

// PhoneDigits is the form in which phone numbers are compared: their digits, of whatever script, as
// 0 to 9.
func PhoneDigits(phone string) string {
	digits := make([]byte, 0, len(phone))
	for _, r := range phone {
		if value, ok := digitValue(r); ok {
			digits = append(digits, '0'+value)
		}
	}
	return string(digits)
}

// digitValue returns the value of a decimal digit. Unicode has them in tens, from zero to nine, and
// its tables begin with a zero.
func digitValue(r rune) (value byte, ok bool) {
	if r <= unicode.MaxASCII {
		return byte(r - '0'), r >= '0' && r <= '9'
	}
	for _, tens := range unicode.Nd.R16 {
		if rune(tens.Lo) <= r && r <= rune(tens.Hi) {
			return byte((r - rune(tens.Lo)) % 10), true
		}
	}
	for _, tens := range unicode.Nd.R32 {
		if rune(tens.Lo) <= r && r <= rune(tens.Hi) {
			return byte((r - rune(tens.Lo)) % 10), true
		}
	}
	return 0, false
}

// phoneTail is how many digits at the end of two phone numbers must be equal for them to be one,
// with the code of a country or an area before it or without.
const phoneTail = 7

// PhoneTail is by what phone numbers are looked up: the last seven digits, or all of fewer. Those
// of two spellings of one number are equal.
func PhoneTail(phone string) string {
	digits := PhoneDigits(phone)
	return digits[max(0, len(digits)-phoneTail):]
}

// SamePhone reports whether two texts are one phone number: they have the same digits, or one of
// them has more before them, a country's code or a zero in its place, and seven digits or more are
// left.
func SamePhone(a, b string) bool { return matchPhone(a, b) != noPhone }

// phoneMatch says how sure it is that two phone numbers are one.
type phoneMatch int

const (
	noPhone phoneMatch = iota
	tailOfPhone
	wholePhone
)

func matchPhone(a, b string) phoneMatch {
	digits := PhoneDigits(a)
	if digits != "" && digits == PhoneDigits(b) {
		return wholePhone
	}
	short, long := subscriberDigits(a), subscriberDigits(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	bothWhole := hasCountry(a) && hasCountry(b) // +1 900… is not the end of +91 900…, though its digits are
	if len(short) < phoneTail || !strings.HasSuffix(long, short) || bothWhole && short != long {
		return noPhone
	}
	return tailOfPhone
}

// hasCountry reports whether a number says its country's code: a plus stands before its digits, or
// two zeros.
func hasCountry(phone string) bool {
	plus, digit := strings.IndexAny(phone, "+＋"), strings.IndexFunc(phone, unicode.IsDigit)
	return plus >= 0 && plus < digit || strings.HasPrefix(PhoneDigits(phone), "00")
}

// subscriberDigits are a number's digits without what is dialled in some places only: zeros before
// it, and one in parentheses.
func subscriberDigits(phone string) string {
	return strings.TrimLeft(PhoneDigits(strings.ReplaceAll(phone, "(0)", "")), "0")
}

// Mobile is the lead's second phone number, an attribute that is kept as it came; empty when there
// is none.
func (l Lead) Mobile() string { return l.text(LeadPart{Name: mobile}) }

const mobile = "Mobile"

// PhoneMatch says how well a lead is found by a phone number; zero: not at all. Of two leads the
// one with the greater match is meant: all digits of its Phone, else all of its Mobile, else the
// tail of either.
func (l Lead) PhoneMatch(phone string) int {
	byPhone, byMobile := matchPhone(l.Phone, phone), matchPhone(l.Mobile(), phone)
	switch {
	case byPhone == wholePhone:
		return BestPhoneMatch
	case byMobile == wholePhone:
		return BestPhoneMatch - 1
	case byPhone == tailOfPhone, byMobile == tailOfPhone:
		return 1
	}
	return 0
}

// BestPhoneMatch is the greatest PhoneMatch. One lead of an account has it for a number.
const BestPhoneMatch = 3
