package civil_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler/internal/civil"
)

func TestParseInstant(t *testing.T) {
	for text, want := range map[string]string{
		"2020-11-11 10:30:00":                "2020-11-11 10:30:00",
		"2020-11-11T10:30:00":                "2020-11-11 10:30:00",
		"2020-11-11t10:30:00":                "2020-11-11 10:30:00",
		"2020-11-11 10:30:00Z":               "2020-11-11 10:30:00",
		"2020-11-11T10:30:00Z":               "2020-11-11 10:30:00",
		"2020-11-11 10:30:00.000":            "2020-11-11 10:30:00",
		"2020-11-11T10:30:00.999999999Z":     "2020-11-11 10:30:00",
		"2020-11-11T10:30:00.9999999999999Z": "2020-11-11 10:30:00",
		"2020-11-11T10:30:00+05:30":          "2020-11-11 05:00:00",
		"2020-11-11 10:30:00-08:00":          "2020-11-11 18:30:00",
		"2020-11-11T10:30:00.5+05:30":        "2020-11-11 05:00:00",
		"2020-11-11T02:30:00+05:30":          "2020-11-10 21:00:00",
		"2020-11-11T10:30:00+0530":           "2020-11-11 05:00:00",
		"2020-11-11T10:30:00.000+0000":       "2020-11-11 10:30:00",
		"2020-11-11 10:30:00+00":             "2020-11-11 10:30:00",
		"2020-11-11 10:30:00-08":             "2020-11-11 18:30:00",
		"2020-11-11 10:30:00 +0530":          "2020-11-11 05:00:00",
		"2020-11-11 10:30:00.5 +05:30":       "2020-11-11 05:00:00",
		"2020-11-11 10:30:00 -03":            "2020-11-11 13:30:00",
		"2020-11-11t10:30:00z":               "2020-11-11 10:30:00",
		"2020-11-11 10:30:00-00:00":          "2020-11-11 10:30:00",
		"2020-11-11 10:30:00+23:59":          "2020-11-10 10:31:00",
		"2020-11-11 10:30:00-2359":           "2020-11-12 10:29:00",
		"2028-02-29 23:59:59":                "2028-02-29 23:59:59",
		"1969-12-31 23:59:59.9":              "1969-12-31 23:59:59", // cut, not rounded, before the epoch too
		"1900-01-01 00:00:00":                "1900-01-01 00:00:00",
		"1899-12-31 23:00:00-01:00":          "1900-01-01 00:00:00",
		"9999-12-31 23:59:59.999":            "9999-12-31 23:59:59",
		"9999-12-31 23:59:59+00:00":          "9999-12-31 23:59:59",
	} {
		got, err := civil.ParseInstant(text)
		if err != nil || civil.FormatInstant(got) != want || got.Nanosecond() != 0 || got.Location() != time.UTC {
			t.Errorf("%s gives %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestParseInstantRefuses(t *testing.T) {
	for _, text := range []string{
		"", "tomorrow", "2020-11-11", "2020-11-11 10:30", "10:30:00", "1605090600",
		"2020/11/11 10:30:00", "11-11-2020 10:30:00", "2020-11-11 10.30.00", "20-11-11 10:30:00", "2020-1-1 10:30:00",
		"2020-11-11 1:30:00", "2020-11-11 1:30:00 ", "2020-11-11_10:30:00", "2020-11-11  10:30:00", "2020-11-1110:30:00",
		" 2020-11-11 10:30:00", "2020-11-11 10:30:00 ", "2020-11-11 10:30:00 Z", "2020-11-11 10:30:00 PM",
		"2020-11-11 10:30:00.", "2020-11-11 10:30:00.Z", "2020-11-11 10:30:00,5", "2020-11-11 10:30:00ZZ",
		"2020-11-11 10:30:00+24:00", "2020-11-11 10:30:00-2400", "2020-11-11 10:30:00+24", "2020-11-11 10:30:00+05:60", "2020-11-11 10:30:00+0560",
		"2020-11-11 10:30:00+99", "2020-11-11 10:30:00+053", "2020-11-11 10:30:00+05:3", "2020-11-11 10:30:00+05:300", "2020-11-11 10:30:00+05:30:00",
		"2020-11-11 10:30:00+5:30", "2020-11-11 10:30:00+", "2020-11-11 10:30:00 ", "2020-11-11 10:30:00  +0530", "2020-11-11 10:30:00+ 530",
		"2020-11-11 10:30:00Z+00", "2020-11-11 10:30:00 05:30", "2020-11-11 10:30:00+０5", "2020-11-11T 9:30:00", "2020-11-11  9:30:00",
		"2020-11-11 10:30:00+5", "2020-11-11 10:30:00 UTC", "2020-11-11T10:30:00Z[UTC]",
		"2020-13-01 10:30:00", "2020-00-01 10:30:00", "2020-11-31 10:30:00", "2021-02-29 10:30:00", "2020-11-00 10:30:00",
		"2020-11-11 24:00:00", "2020-11-11 10:60:00", "2020-11-11 10:30:60",
		"1899-12-31 23:59:59", "1900-01-01 00:00:00+00:01", "10000-01-01 00:00:00", "9999-12-31 23:59:59-00:01",
		"0000-00-00 00:00:00", "-2020-11-11 10:30:00", "+2020-11-11 10:30:00", "２０２０-11-11 10:30:00",
	} {
		got, err := civil.ParseInstant(text)
		if err == nil {
			t.Errorf("%q is accepted as %v", text, got)
		} else if !strings.Contains(err.Error(), "YYYY-MM-DD HH:MM:SS") {
			t.Errorf("%q: the message does not show the expected form: %v", text, err)
		}
	}
}

func TestParseInstantReadsWhatFormatInstantWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(civil.Earliest.Unix(), civil.Latest.Unix()).Draw(t, "instant"), 0)
		elsewhere := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "offset"))
		text := civil.FormatInstant(want.In(elsewhere))
		if got, err := civil.ParseInstant(text); err != nil || !got.Equal(want) {
			t.Fatalf("%v is written %s and read %v, %v", want, text, got, err)
		}
	})
}

func TestParseInstantTakesOffsetsAway(t *testing.T) {
	const day = 86_400 // keeps local years at four digits
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(civil.Earliest.Unix(), civil.Latest.Unix()-day).Draw(t, "instant"), 0)
		elsewhere := time.FixedZone("", 60*rapid.IntRange(1-24*60, 24*60-1).Draw(t, "offset in minutes"))
		text := want.In(elsewhere).Format(time.RFC3339)
		if got, err := civil.ParseInstant(text); err != nil || !got.Equal(want) {
			t.Fatalf("%s is read %v, %v; want %v", text, got, err, want)
		}
	})
}

func FuzzParseInstant(f *testing.F) {
	for _, text := range []string{
		"2020-11-11 10:30:00", "2020-11-11T10:30:00.5+05:30", "1899-12-31 23:00:00-01:00", "9999-12-31 23:59:59Z",
		"2020-11-11 1:30:00 ", "2020-11-11 10:30:00,5", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := civil.ParseInstant(text)
		if err != nil {
			return
		}
		written := civil.FormatInstant(got)
		if len(written) != len(time.DateTime) || got.Nanosecond() != 0 {
			t.Errorf("%q gives %v, which is written %s", text, got, written)
		}
		if again, err := civil.ParseInstant(written); err != nil || !again.Equal(got) {
			t.Errorf("%q gives %v, which is written %s and read %v, %v", text, got, written, again, err)
		}
	})
}

func TestParseDate(t *testing.T) {
	for _, text := range []string{"1970-01-01", "2028-02-29", "2026-12-31"} {
		if got, err := civil.ParseDate(text); err != nil || civil.FormatInstant(got) != text+" 00:00:00" {
			t.Errorf("%s gives %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "2026-1-1", "2026-02-29", "2026-13-01", "01-02-2026", "2026-01-01 00:00:00", " 2026-01-01", "20260101"} {
		if got, err := civil.ParseDate(text); err == nil {
			t.Errorf("%q is accepted as %v", text, got)
		} else if !strings.Contains(err.Error(), "YYYY-MM-DD") {
			t.Errorf("%q: the message does not show the expected form: %v", text, err)
		}
	}
}
