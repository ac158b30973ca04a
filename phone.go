package tickler

import (
	"strings"
	"unicode"
)

// PhoneDigits returns the form in which phone numbers are compared: their digits, of whatever
// script, as 0 to 9.
func PhoneDigits(phone string) string {
	digits := make([]byte, 0, len(phone))
	for _, r := range phone {
		if value, ok := digitValue(r); ok {
			digits = append(digits, '0'+value)
		}
	}
	return string(digits)
}

// digitValue returns the value of a decimal digit. Unicode has them in runs of ten, from zero to
// nine, and each range of its tables begins with a zero.
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

// phoneTail is how many digits at the end of two phone numbers must agree for them to be one
// number, with or without a country or area code.
const phoneTail = 7

// PhoneTail returns the digits by which phone numbers are looked up: the last seven, or all of
// fewer. Two spellings of one number have the same tail.
func PhoneTail(phone string) string {
	digits := PhoneDigits(phone)
	return digits[max(0, len(digits)-phoneTail):]
}

// SamePhone reports whether two texts are one phone number: they have the same digits, or one of
// them only adds a country code or a leading zero, and at least seven digits agree.
func SamePhone(a, b string) bool { return matchPhone(a, b) != noPhone }

// phoneMatch is how certain it is that two phone numbers are one.
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

// hasCountry reports whether a number has a country code: it begins with a plus or two zeros.
func hasCountry(phone string) bool {
	plus, digit := strings.IndexAny(phone, "+＋"), strings.IndexFunc(phone, unicode.IsDigit)
	return plus >= 0 && plus < digit || strings.HasPrefix(PhoneDigits(phone), "00")
}

// subscriberDigits returns a number's digits without what is dialled in some places only: leading
// zeros, and a zero in parentheses.
func subscriberDigits(phone string) string {
	return strings.TrimLeft(PhoneDigits(strings.ReplaceAll(phone, "(0)", "")), "0")
}

// Mobile returns the lead's second phone number, an attribute that is stored as it came; empty when
// there is none.
func (l Lead) Mobile() string { return l.text(LeadPart{Name: mobile}) }

const mobile = "Mobile"

// PhoneMatch returns how well a phone number matches the lead; zero for not at all. Of two leads,
// the one with the greater match is meant: all digits of its Phone, else all of its Mobile, else
// the tail of either.
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

// BestPhoneMatch is the greatest PhoneMatch. At most one lead of an account has it for a number.
const BestPhoneMatch = 3
