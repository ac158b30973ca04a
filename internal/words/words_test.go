package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tickler/internal/words"
)

func TestWordsOfTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        "",
		"  Asha   RAO ":           "asha rao",
		"José-Luis Núñez":         "jose luis nunez",
		"Jose\u0301 Nu\u0301n":    "jose nun",
		"Łukasz Żółć":             "lukasz zolc",
		"Straße ŒUVRE Ærøskøbing": "strasse oeuvre aeroskobing",
		"İstanbul Işık":           "istanbul isik",
		"O'Brien O’Neill":         "obrien oneill",
		"Dr. A.P.J. Kalam, Ltd.":  "dr a p j kalam ltd",
		"Ａｃｍｅ １２":                 "acme 12",
		"山田太郎 ｶﾞｯｷｰ":              "山田太郎 ガッキー",
		"김민준":                     "김민준",
		"रवि कुमार":               "रवि कुमार",
		"ज़ाकिर":                  "ज\u093cाकिर",
		"مُحَمَّد فاطمة":          "محمد فاطمه",
		"שָׁלוֹם":                 "שלום",
		"Ελένη Σοφός":             "ελενη σοφοσ",
		"Алёна Йовович":           "алена иовович",
		"🚀 Labs":                  "🚀 labs",
		"ra\u200bvi":              "ravi",
	} {
		if got := strings.Join(words.Of(text), " "); got != want {
			t.Errorf("%q has the words %q, want %q", text, got, want)
		}
	}
}

func TestEndsOfWords(t *testing.T) {
	t.Parallel()
	if got := words.Ends("山田太郎", 8); !slices.Equal(got, []string{"山田太郎", "田太郎", "太郎", "郎"}) {
		t.Errorf("got %q", got)
	}
	if got := words.Ends("山田太郎", 2); !slices.Equal(got, []string{"山田太郎", "田太郎"}) {
		t.Errorf("got %q", got)
	}
	if !words.IsUnspaced("山田") || words.IsUnspaced("rao") {
		t.Error("it takes one script for the other")
	}
	if got := words.Cut("éab", 2); got != "éa" {
		t.Errorf("got %q", got)
	}
}

func TestScriptsOfWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"":           "",
		"rao":        "rao",
		"会议":         "会议",
		"会议2026":     "会议 2026",
		"a会b":        "a 会 b",
		"タワー":        "タワー",
		"नमस्ते":     "नमस्ते",
		"회의록v2":      "회의록 v2",
		"ประชุมteam": "ประชุม team",
	} {
		if got := strings.Join(words.Scripts(word), " "); got != want {
			t.Errorf("%q has the parts %q, want %q", word, got, want)
		}
	}
}

func TestPairsOfLetters(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"会": "会", "会议": "会议", "会议纪": "会议 议纪"} {
		if got := strings.Join(words.Pairs(word), " "); got != want {
			t.Errorf("%q has the pairs %q, want %q", word, got, want)
		}
	}
}

// Words are words of themselves, so that what is stored can be looked for as it stands; and they lie
// between each of their beginnings and what is above it.
func TestWordsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for _, word := range words.Of(rapid.String().Draw(t, "text")) {
			if again := words.Of(word); !slices.Equal(again, []string{word}) {
				t.Fatalf("%q becomes %q", word, again)
			}
			prefix := words.Cut(word, rapid.IntRange(0, utf8.RuneCountInString(word)).Draw(t, "letters"))
			if word < prefix || word >= words.Above(prefix) {
				t.Fatalf("%q is not between %q and what is above it", word, prefix)
			}
		}
	})
}
