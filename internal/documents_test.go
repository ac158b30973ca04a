package internal_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"tickler/internal/api"
)

// repository is the folder that README.md lies in.
const repository = ".."

// TestCompatibility checks that each call in docs/compatibility.md takes the methods listed there.
func TestCompatibility(t *testing.T) {
	handler := api.New(api.Config{Log: slog.New(slog.DiscardHandler)})
	row := regexp.MustCompile("(?m)^\\| `([A-Z, ]+) (\\S+\\.svc/\\S+)` \\| [a-z]+ \\|")
	calls := row.FindAllStringSubmatch(readDocument(t, "docs/compatibility.md"), -1)
	if len(calls) == 0 {
		t.Fatal("docs/compatibility.md names no call")
	}
	for _, c := range calls {
		methods, path := c[1], c[2]
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodTrace, "/v2/"+path, nil)) // a method that no call takes
		want := "405 " + methods
		if strings.Contains(methods, http.MethodGet) { // HEAD is taken where GET is
			want += ", " + http.MethodHead
		}
		if got := strconv.Itoa(answer.Code) + " " + answer.Header().Get("Allow"); got != want {
			t.Errorf("by docs/compatibility.md, TRACE of %s gives %q, but it gives %q", path, want, got)
		}
	}
}

// TestDependencies compares the versions in the modules and in package.json with those in ADR 0005.
func TestDependencies(t *testing.T) {
	const decision = "docs/adr/0005-dependencies.md"
	decided := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+) \| (v?\d\S+) \|`).FindAllStringSubmatch(readDocument(t, decision), -1) {
		decided[row[1]+" "+row[2]] = true
	}
	needed := map[string]bool{}
	direct := regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`)
	for _, m := range direct.FindAllStringSubmatch(readDocument(t, "go.mod"), -1) {
		needed[m[1]+" "+m[2]] = true
	}
	for _, name := range []string{"tools/gofumpt/go.mod", "tools/golangci-lint/go.mod"} {
		module := readDocument(t, name)
		tool := regexp.MustCompile(`(?m)^tool (\S+)$`).FindStringSubmatch(module)[1]
		for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+) // indirect$`).FindAllStringSubmatch(module, -1) {
			if tool == m[1] || strings.HasPrefix(tool, m[1]+"/") {
				needed[m[1]+" "+m[2]] = true
			}
		}
	}
	var packages struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal([]byte(readDocument(t, "package.json")), &packages); err != nil {
		t.Fatal(err)
	}
	for _, versions := range []map[string]string{packages.Dependencies, packages.DevDependencies} {
		for name, version := range versions {
			needed[name+" "+version] = true
		}
	}
	for dependency := range needed {
		if !decided[dependency] {
			t.Errorf("%s has no row in %s: say what it is for", dependency, decision)
		}
	}
	for dependency := range decided {
		if !needed[dependency] {
			t.Errorf("%s is in %s, but nothing needs it", dependency, decision)
		}
	}
}

// TestLinks checks that the files that documents link to exist.
func TestLinks(t *testing.T) {
	var documents []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/adr/*.md"} {
		found, err := filepath.Glob(filepath.Join(repository, pattern))
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, found...)
	}
	link := regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`)
	for _, path := range documents {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range link.FindAllStringSubmatch(string(content), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), target[1])); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
