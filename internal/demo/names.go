package demo

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed data
var data embed.FS

// vocabulary is what the story is made of, as the files in data have it.
type vocabulary struct {
	families  []family
	cities    []city
	companies []string
	phrases   map[string][]phrase // by the type of the task
}

// family is a group of given and family names that go together.
type family struct{ given, surnames []name }

// name is a name and how an e-mail address spells it.
type name struct{ text, latin string }

// city is where some leads are.
type city struct {
	zone, name          string
	latitude, longitude float64
	streets             []string
	phones              string // with # for any digit
}

// phrase is what a task may be about, and what may come of it.
type phrase struct {
	name, about string
	outcomes    []string
}

func readVocabulary() (v vocabulary, err error) {
	var names, cities, phrases []string
	for file, lines := range map[string]*[]string{
		"names": &names, "cities": &cities, "companies": &v.companies, "phrases": &phrases,
	} {
		if *lines, err = linesOf(file); err != nil {
			return v, err
		}
	}
	for _, line := range names {
		given, surnames, _ := strings.Cut(line, " | ")
		v.families = append(v.families, family{namesOf(given), namesOf(surnames)})
	}
	if v.cities, err = citiesOf(cities); err != nil {
		return v, err
	}
	v.phrases = phrasesOf(phrases)
	return v, nil
}

// linesOf reads a file of data, without comments and empty lines.
func linesOf(file string) (lines []string, err error) {
	content, err := data.ReadFile("data/" + file + ".txt")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func namesOf(words string) (names []name) {
	for word := range strings.FieldsSeq(words) {
		text, spelled, isSpelled := strings.Cut(word, "=")
		if !isSpelled {
			spelled = text
		}
		names = append(names, name{text, latin(spelled)})
	}
	return names
}

// undecomposed are the letters that Unicode does not take apart into one of ASCII and a mark.
var undecomposed = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ı", "i", "ß", "ss", "'", "", "-", "")

// latin spells a name in the letters of an e-mail address.
func latin(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(undecomposed.Replace(strings.ToLower(text))))
}

func citiesOf(lines []string) (cities []city, err error) {
	for _, line := range lines {
		parts := strings.Split(line, " | ")
		const columns = 6
		if len(parts) != columns {
			return nil, fmt.Errorf("a city has %d columns: %s", len(parts), line)
		}
		c := city{zone: parts[0], name: parts[1], streets: strings.Split(parts[4], ", "), phones: parts[5]}
		if c.latitude, err = strconv.ParseFloat(parts[2], 64); err != nil {
			return nil, err
		}
		if c.longitude, err = strconv.ParseFloat(parts[3], 64); err != nil {
			return nil, err
		}
		cities = append(cities, c)
	}
	return cities, nil
}

func phrasesOf(lines []string) map[string][]phrase {
	phrases := map[string][]phrase{}
	taskType := ""
	for _, line := range lines {
		if strings.HasPrefix(line, "[") {
			taskType = strings.Trim(line, "[]")
			continue
		}
		parts := append(strings.Split(line, "|"), "", "")
		p := phrase{name: strings.TrimSpace(parts[0]), about: strings.TrimSpace(parts[1])}
		for outcome := range strings.SplitSeq(parts[2], " / ") {
			if outcome = strings.TrimSpace(outcome); outcome != "" {
				p.outcomes = append(p.outcomes, outcome)
			}
		}
		phrases[taskType] = append(phrases[taskType], p)
	}
	return phrases
}
