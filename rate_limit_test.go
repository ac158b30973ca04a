package tickler_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
)

func TestParseRateLimit(t *testing.T) {
	for text, want := range map[string]tickler.RateLimit{
		"25/5s":      tickler.DefaultRateLimit,
		"1/1s":       {Calls: 1, Window: time.Second},
		"1000/3600s": {Calls: 1000, Window: time.Hour},
		"off":        {},
	} {
		if got, err := tickler.ParseRateLimit(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s gives %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseRateLimitRefuses(t *testing.T) {
	form := func(text string) *tickler.Error {
		return tickler.Refuse(tickler.FactNotRateLimit, tickler.FieldRateLimit, text)
	}
	inRange := func(text string) *tickler.Error {
		return tickler.Refuse(tickler.FactRateLimitRange, tickler.FieldRateLimit, text, 1000, 3600)
	}
	tests := map[string]func(text string) *tickler.Error{
		"-1/5s": inRange, "1001/1s": inRange, "1/3601s": inRange, "25/0s": inRange, "25/-5s": inRange,
		"25/36028797018963973s": form, // 2⁵⁵+5 seconds, which a Duration would take for 5
	}
	for _, text := range []string{
		"", "on", "Off", "25", "25/5", "25/5m", "25/5S", "25/s", "/5s", "25-5s", "25/5s5", "25/5s ", " 25/5s", "25 /5s", "25/ 5s",
		"25/5s\n", "25/5s\n1/1s", "+25/5s", "025/5s", "2_5/5s", "25.0/5s", "25/5.5s", "0/5s", "99999999999999999999/5s", "1/99999999999999999999s",
	} {
		tests[text] = form
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			_, err := tickler.ParseRateLimit(text)
			checkError(t, err, want(text))
		})
	}
}

func TestParseRateLimitReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := tickler.RateLimit{
			Calls:  rapid.IntRange(1, tickler.MaxRateLimitCalls).Draw(t, "calls"),
			Window: time.Duration(rapid.IntRange(1, 3600).Draw(t, "seconds")) * time.Second,
		}
		if got, err := tickler.ParseRateLimit(want.String()); err != nil || got != want || got.IsOff() {
			t.Fatalf("%+v is written %s and read %+v, %v", want, want, got, err)
		}
	})
}

func TestRateLimitValidate(t *testing.T) {
	for name, limit := range map[string]tickler.RateLimit{"default": tickler.DefaultRateLimit, "off": {}} {
		if err := limit.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	limit := tickler.RateLimit{Calls: 25, Window: 1500 * time.Millisecond}
	if kind := tickler.KindOf(limit.Validate()); kind != tickler.KindInvalid {
		t.Errorf("a window of parts of a second gives kind %d", kind)
	}
	if !(tickler.RateLimit{}).IsOff() || tickler.DefaultRateLimit.IsOff() {
		t.Error("only the zero limit is off")
	}
}
