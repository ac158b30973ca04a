package quickadd

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// word is a stretch of the line without blanks.
type word struct {
	Span
	low string // in lower case, without punctuation at its end
	// isCapital says that it begins with a capital letter.
	isCapital bool
	// pauses says that it ends in a comma or colon.
	pauses bool
}

// reader is one parse of a line.
type reader struct {
	Context
	line  string
	low   string // the line with ASCII letters in lower case, so that places are the same
	today time.Time
	words []word
	// owns has, for each word, the candidate that it belongs to, or nil for text.
	owns []*candidate
}

func newReader(line string, c Context) *reader {
	year, month, day := c.Now.In(c.Zone).Date()
	r := &reader{
		Context: c, line: line, low: lower(line), words: wordsOf(line),
		today: time.Date(year, month, day, 0, 0, 0, 0, time.UTC),
	}
	r.owns = make([]*candidate, len(r.words))
	return r
}

func wordsOf(line string) []word {
	var words []word
	from := -1
	for i, char := range line {
		switch blank := unicode.IsSpace(char); {
		case blank && from >= 0:
			words, from = append(words, newWord(line, Span{from, i})), -1
		case !blank && from < 0:
			from = i
		}
	}
	if from >= 0 {
		words = append(words, newWord(line, Span{from, len(line)}))
	}
	return words
}

const punctuation = ",.;:!?"

func newWord(line string, s Span) word {
	text := line[s.From:s.To]
	first, _ := utf8.DecodeRuneInString(text)
	return word{
		Span: s, low: strings.ToLower(strings.TrimRight(text, punctuation)),
		isCapital: unicode.IsUpper(first), pauses: strings.HasSuffix(text, ",") || strings.HasSuffix(text, ":"),
	}
}

// lower returns the text with ASCII letters in lower case. Unlike strings.ToLower it never changes
// the length of anything.
func lower(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// text returns the words from one up to another as they stand in the line, one blank in between and
// without punctuation at the end.
func (r *reader) text(from, to int) string {
	var texts []string
	for _, w := range r.words[from:to] {
		texts = append(texts, r.line[w.From:w.To])
	}
	return strings.TrimRight(strings.Join(texts, " "), punctuation)
}

// lowAt returns a word in lower case, or "" outside of the line.
func (r *reader) lowAt(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i].low
}

// phrase compiles a pattern that matches whole words at the beginning of a text in lower case. A
// blank in it stands for blanks, and ~ for blanks or nothing.
func phrase(pattern string) *regexp.Regexp {
	for _, part := range phraseParts {
		pattern = strings.ReplaceAll(pattern, part.name, part.pattern)
	}
	pattern = strings.NewReplacer(" ", `[\s\p{Z}]+`, "~", `[\s\p{Z}]*`).Replace(pattern)
	return regexp.MustCompile(`^(?:` + pattern + `)[,.;:!?]*(?:[\s\p{Z}\x{85}]|$)`)
}

// phraseParts are what patterns are put together from. Those that come first may use later ones.
var phraseParts = []struct{ name, pattern string }{
	{"{date lead}", `{lead}(?:the )?(?:{weekday},? (?:the )?)?`},
	{"{lead}", `(?:(?P<lead>on|by|for|due|due on|due by) )?`},
	{"{length}", `(?:(?P<mins>\d{1,3})~(?:m|mins?|minutes?)|` +
		`(?P<hours>\d{1,2}(?:\.\d)?)~(?:h|hrs?|hours?)(?:~(?P<more>\d{1,2})~(?:m|mins?|minutes?)?)?|` +
		`(?P<named>an hour and a half|half an hour|half hour|an hour|one hour|two hours|three hours))`},
	{"{clock}", `(?P<h>\d{1,2})(?:(?P<sep>[:.])(?P<m>\d\d))?(?:~(?P<half>am|pm|a\.m\.?|p\.m\.?))?`},
	{"{end clock}", `(?P<h2>\d{1,2})(?:(?P<sep2>[:.])(?P<m2>\d\d))?(?:~(?P<half2>am|pm|a\.m\.?|p\.m\.?))?`},
	{"{number}", `(?P<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)`},
	{"{tomorrow}", `(?:tomm?orr?ow|tmrw|tmrow|tmr|tmw|2morrow|2moro|2mrw)`},
	{"{weekday}", `(?P<wd>mon|monday|tue|tues|tuesday|wed|weds|wednesday|thu|thur|thurs|thursday|` +
		`fri|friday|sat|saturday|sun|sunday)`},
	{"{month}", `(?P<month>jan|january|feb|february|mar|march|apr|april|may|june?|july?|aug|august|` +
		`sept?|september|oct|october|nov|november|dec|december)`},
	{"{day}", `(?P<d>\d{1,2})(?:st|nd|rd|th)?`},
	{"{year}", `(?P<y>(?:19[7-9]|20\d|21\d)\d)`},
}

// match is what a pattern has found, by the names of its groups.
type match struct {
	pattern *regexp.Regexp
	found   []string
}

// get returns what a group has found; "" if nothing, or if the pattern has no such group.
func (m match) get(name string) string {
	if i := m.pattern.SubexpIndex(name); i >= 0 {
		return m.found[i]
	}
	return ""
}

// match matches a pattern at a word, and returns the index of the word behind it.
func (r *reader) match(pattern *regexp.Regexp, at int) (m match, behind int, ok bool) {
	found := pattern.FindStringSubmatch(r.low[r.words[at].From:])
	if found == nil {
		return match{}, at, false
	}
	end := r.words[at].From + len(strings.TrimRightFunc(found[0], unicode.IsSpace))
	for behind = at; behind < len(r.words) && r.words[behind].From < end; {
		behind++
	}
	return match{pattern, found}, behind, true
}
