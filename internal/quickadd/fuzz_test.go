package quickadd_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"tickler/internal/civil"
	"tickler/internal/quickadd"
)

func FuzzParse(f *testing.F) {
	for _, e := range readCorpus(f, "testdata/corpus.txt") {
		f.Add(e.line, e.context.Now.Unix(), uint8(len(e.line)), e.context.Order == quickadd.MonthFirst)
	}
	f.Add("tue\u00a03pm \xff#\u2003+\u0301 @", int64(0), uint8(0), false)
	f.Add("remind 525601m for 99.9h 31/12/1899 in 999 months 29 feb", int64(1<<33), uint8(3), true)
	zones := []*time.Location{
		time.UTC, loadZone(f, "Europe/Berlin"), loadZone(f, "Pacific/Apia"), loadZone(f, "America/Los_Angeles"),
	}
	f.Fuzz(func(t *testing.T, line string, now int64, odd uint8, isMonthFirst bool) {
		c := quickadd.Context{
			Now: time.Unix(now%civil.Latest.Unix(), 0), Zone: zones[int(odd)%len(zones)], WeekStart: time.Weekday(odd % 7),
			Types: taskTypes, Users: users, Me: users[0].ID,
		}
		if isMonthFirst {
			c.Order = quickadd.MonthFirst
		}
		if odd > 127 {
			c.KnowsLead = func(words string) bool { return len(words)%2 == 0 }
		}
		result := quickadd.Parse(line, c)
		checkCover(t, line, result)
		checkDraft(t, result)
		checkPlain(t, line, c, result)
	})
}

// checkCover checks that parts lie in the line, one after the other, and that the name is the rest.
func checkCover(t *testing.T, line string, r quickadd.Result) {
	t.Helper()
	from, rest := 0, ""
	for _, p := range r.Parts {
		if p.From < from || p.To <= p.From || p.To > len(line) || p.Text != line[p.From:p.To] {
			t.Fatalf("%q: part %+v after byte %d", line, p, from)
		}
		if !isBoundary(line, p.From) || !isBoundary(line, p.To) {
			t.Fatalf("%q: part %+v begins or ends within a character", line, p)
		}
		rest += line[from:p.From] + " "
		from = p.To
	}
	rest += line[from:]
	if trimmed(rest) != trimmed(r.Draft.Name) {
		t.Fatalf("%q: name %q, but %q is no part", line, r.Draft.Name, rest)
	}
	if strings.TrimSpace(r.Draft.Name) != r.Draft.Name {
		t.Fatalf("%q: name %q has outer blanks", line, r.Draft.Name)
	}
}

// isBoundary reports whether a character ends or begins at a byte. Parts stand between blanks, so
// that is so even where the line is no UTF-8.
func isBoundary(line string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(line[:at])
	behind, _ := utf8.DecodeRuneInString(line[at:])
	return at == 0 || at == len(line) || unicode.IsSpace(before) || unicode.IsSpace(behind)
}

// checkDraft checks that the domain takes what was read.
func checkDraft(t *testing.T, r quickadd.Result) {
	t.Helper()
	draft := r.Draft
	if draft.EndAt != nil && (draft.DueAt == nil || draft.EndAt.Before(*draft.DueAt)) {
		t.Fatalf("it is due at %v and ends at %v", draft.DueAt, draft.EndAt)
	}
	if r.WholeDay && draft.DueAt == nil {
		t.Fatal("a whole day, and none is given")
	}
	draft.Name, draft.Location = "Call", ""
	if err := draft.Validate(); err != nil {
		t.Fatal(err)
	}
}

// checkPlain checks that the name is the line when all parts are said to be text.
func checkPlain(t *testing.T, line string, c quickadd.Context, r quickadd.Result) {
	t.Helper()
	for _, p := range r.Parts {
		c.Plain = append(c.Plain, p.Span)
	}
	again := quickadd.Parse(line, c)
	if len(again.Parts) != 0 || again.Draft.Name != strings.TrimSpace(line) {
		t.Fatalf("%q: with all parts plain the name is %q, and the parts are %+v", line, again.Draft.Name, again.Parts)
	}
}

// trimmed returns a text with single blanks, and without what parts a name from a part behind it.
func trimmed(text string) string {
	return strings.TrimRight(strings.Join(strings.Fields(text), " "), ",;:|-–— ")
}
