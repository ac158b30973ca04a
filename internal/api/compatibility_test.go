package api

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	compatibilityRow = regexp.MustCompile("(?m)^\\| `([A-Z, ]+) (\\S+\\.svc/\\S+)` \\| ([a-z ]+) \\|.*\\| ([^|]*) ?\\|$")
	exchangeLink     = regexp.MustCompile(`\]\(\.\./internal/api/testdata/exchanges/([^)]+)\)`)
)

// Each call that docs/compatibility.md lists as supported is shown by the exchanges named beside
// it.
func TestCompatibilityIsShown(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../docs/compatibility.md")
	noError(t, err)
	rows := compatibilityRow.FindAllStringSubmatch(string(document), -1)
	listed := map[string]bool{}
	for _, row := range rows {
		methods, path, state, links := strings.Split(row[1], ", "), "/v2/"+row[2], row[3], row[4]
		for _, method := range methods {
			listed[method+" "+path] = true
			if state != "not yet" && !isShown(t, method, path, exchangeLink.FindAllStringSubmatch(links, -1)) {
				t.Errorf("no exchange beside %s %s shows how it is answered", method, path)
			}
		}
	}
	for _, r := range routes {
		for _, method := range r.methods {
			if r.path != panicPath && !listed[method+" "+r.path] {
				t.Errorf("%s %s has no row in docs/compatibility.md", method, r.path)
			}
		}
	}
}

// isShown reports whether one of the exchanges has a request of that call that is answered 200. All
// of the exchanges must be about its path.
func isShown(t *testing.T, method, path string, links [][]string) bool {
	t.Helper()
	isTaken := false
	for _, link := range links {
		isAbout := false
		sections := readExchange(t, filepath.Join(exchanges, link[1])).sections
		for i, s := range sections {
			m, target, _ := strings.Cut(strings.SplitN(s.text, "\n", 2)[0], " ")
			target, _, _ = strings.Cut(target, "?")
			if s.word != request || foldPath(target) != foldPath(path) {
				continue
			}
			isAbout = true
			isTaken = isTaken || m == method && i+1 < len(sections) && strings.HasPrefix(sections[i+1].text, "200 ")
		}
		if !isAbout {
			t.Errorf("%s stands beside %s and does not show it", link[1], path)
		}
	}
	return isTaken
}
