package frame

import "strings"

// The characters that open and close a stretch of text in a direction of its own (Unicode Standard
// Annex 9).
const (
	embeddings  = "\u202a\u202b\u202d\u202e" // LRE, RLE, LRO, RLO: PDF closes them
	isolates    = "\u2066\u2067\u2068"       // LRI, RLI, FSI: PDI closes them
	pdf         = '\u202c'
	pdi         = '\u2069'
	firstStrong = "\u2068"
)

// closed closes every direction that a text opens, and keeps it to itself, as dir="auto" does in
// the page: where no element can stand around it, in the title, what follows would be turned round
// with it.
func closed(text string) string {
	if !strings.ContainsAny(text, embeddings+isolates+string(pdf)+string(pdi)) {
		return text
	}
	var b strings.Builder
	var open []rune // by what each is closed
	b.WriteString(firstStrong)
	for _, r := range text {
		switch {
		case strings.ContainsRune(embeddings, r):
			open = append(open, pdf)
		case strings.ContainsRune(isolates, r):
			open = append(open, pdi)
		case r == pdf || r == pdi:
			if len(open) == 0 || open[len(open)-1] != r {
				continue // it closes nothing of the text's own
			}
			open = open[:len(open)-1]
		}
		b.WriteRune(r)
	}
	for i := len(open) - 1; i >= 0; i-- {
		b.WriteRune(open[i])
	}
	b.WriteRune(pdi)
	return b.String()
}
