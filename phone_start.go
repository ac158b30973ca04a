package tickler

import (
	"slices"
	"strings"
)

// LeastPhoneStart is with how many digits a phone number can be looked for by its beginning.
const LeastPhoneStart = 3

// PhoneStarts returns the digits by whose beginnings a phone number is looked up while it is typed:
// with the country's code if it has one, and without. Zeros that are dialed first are left out.
func PhoneStarts(phone string) (starts []string) {
	whole := subscriberDigits(phone)
	if len(whole) < LeastPhoneStart {
		return nil
	}
	starts = append(starts, whole)
	if hasCountry(phone) {
		if national := strings.TrimLeft(whole[callingCode(whole):], "0"); len(national) >= LeastPhoneStart {
			starts = append(starts, national)
		}
	}
	return starts
}

// PhoneStart returns the digits that a phone number begins with, as far as somebody has typed it;
// false for what is no such beginning.
func PhoneStart(text string) (digits string, ok bool) {
	for _, r := range text {
		if _, isDigit := digitValue(r); !isDigit && !strings.ContainsRune("+＋-–/.() \u00a0", r) {
			return "", false
		}
	}
	digits = subscriberDigits(text)
	return digits, len(digits) >= LeastPhoneStart
}

// callingCode returns the length of the country's code that digits begin with (ITU-T E.164).
func callingCode(digits string) int {
	switch {
	case digits[0] == '1' || digits[0] == '7':
		return 1
	case slices.Contains(twoDigitCodes, digits[:2]):
		return 2
	default:
		return 3
	}
}

// twoDigitCodes are the calling codes of two digits. One of one digit begins with 1 or 7, and all
// others have three.
var twoDigitCodes = strings.Fields(
	`20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86
	90 91 92 93 94 95 98`)
