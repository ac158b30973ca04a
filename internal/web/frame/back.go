package frame

import (
	"net/url"
	"strings"

	"tickler"
)

// LocalPath returns a path of ours that a form or link names, and another for anything else: nobody
// is to be sent to another site by a link to this one.
func LocalPath(named, otherwise string) string {
	location, err := url.Parse(named)
	if err != nil || location.IsAbs() || location.Host != "" || location.User != nil || location.Opaque != "" ||
		!strings.HasPrefix(named, "/") || strings.HasPrefix(named, "//") || strings.Contains(named, `\`) {
		return otherwise
	}
	return location.RequestURI()
}

// Back is where a form leads that may be on any page: what its field "back" names, else the start
// page.
func (p *Page) Back() string { return LocalPath(p.Form.Value("back"), "/") }

// Words spell an error for the page's user.
func (p *Page) Words(e *tickler.Error) string { return p.words(e) }

// longestQuote is how many characters of a text a message quotes.
const longestQuote = 60

// Quoted is what people have written, as a part of a sentence of ours: in quotation marks, not too
// long, and without turning round what follows it.
func Quoted(text string) string {
	if letters := []rune(text); len(letters) > longestQuote {
		text = strings.TrimSpace(string(letters[:longestQuote-1])) + "…"
	}
	return "“" + closed(text) + "”"
}
