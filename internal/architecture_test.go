// Package internal_test holds what is true of all packages together.
package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// imports says which packages of ours each one may import (design: "Imports run one way"). The rest of the world is open
// to all but the domain. A row of "x/..." is for the packages right below x that have none of their own; where it is imported, it
// is all of them.
var imports = map[string][]string{
	"tickler":                   {"tickler/internal/civil"}, // the domain: the standard library and the arithmetic of time only
	"tickler/internal/civil":    {},
	"tickler/internal/composed": {},

	// They know the domain at most.
	"tickler/internal/httpio":    {"tickler"},
	"tickler/internal/ratelimit": {"tickler"},
	"tickler/internal/config":    {"tickler"},
	"tickler/internal/clock":     {"tickler"},
	"tickler/internal/address":   {"tickler"},
	"tickler/internal/mail":      {"tickler", "tickler/internal/address"},
	"tickler/internal/webhook":   {"tickler", "tickler/internal/address"},
	"tickler/internal/sheet":     {"tickler"},
	"tickler/internal/plain":     {"tickler"},
	"tickler/internal/jobs":      {},

	// What is kept, and what of it is held in memory. The store fills interfaces that others declare.
	"tickler/internal/store": {
		"tickler", "tickler/internal/address", "tickler/internal/civil", "tickler/internal/composed", "tickler/internal/jobs", "tickler/internal/store/engine",
	},
	"tickler/internal/store/engine": {"tickler"},
	"tickler/internal/directory":    {"tickler", "tickler/internal/address", "tickler/internal/composed"},

	// The use cases: they know neither SQL nor HTTP.
	"tickler/internal/app": {"tickler", "tickler/internal/address", "tickler/internal/civil", "tickler/internal/directory", "tickler/internal/jobs"},

	// The surfaces: never each other, never the store.
	"tickler/internal/api": {
		"tickler", "tickler/internal/address", "tickler/internal/api/wire", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/composed",
		"tickler/internal/httpio", "tickler/internal/sheet",
	},
	"tickler/internal/api/wire": {"tickler", "tickler/internal/civil", "tickler/internal/composed"},
	"tickler/internal/web":      {"tickler/internal/app", "tickler/internal/httpio", "tickler/internal/web/..."},

	// The pages: a frame, and areas that know the frame and never each other.
	"tickler/internal/web/frame": {"tickler", "tickler/internal/app", "tickler/internal/composed", "tickler/internal/httpio", "tickler/internal/plain"},
	"tickler/internal/web/...": {
		"tickler", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/httpio", "tickler/internal/sheet", "tickler/internal/web/frame",
	},

	// What goes on in the background.
	"tickler/internal/worker": {
		"tickler", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/jobs", "tickler/internal/mail", "tickler/internal/sheet",
		"tickler/internal/webhook",
	},

	"tickler/internal/metrics": {"tickler", "tickler/internal/jobs"},

	// A program of somebody else's: it knows the wire, and nothing of ours.
	"tickler/client": {},

	// What make calls.
	"tickler/tools/postman": {},
	"tickler/tools/testbed": {"tickler/internal/pgtest"},

	// The program puts everything together.
	"tickler/cmd/tickler": {
		"tickler", "tickler/internal/address", "tickler/internal/api", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/clock",
		"tickler/internal/composed", "tickler/internal/config", "tickler/internal/directory", "tickler/internal/httpio", "tickler/internal/jobs", "tickler/internal/mail", "tickler/internal/metrics", "tickler/internal/plain",
		"tickler/internal/ratelimit", "tickler/internal/sheet", "tickler/internal/store", "tickler/internal/web", "tickler/internal/webhook", "tickler/internal/worker",
	},

	// Only tests and each other may import these.
	"tickler/internal/civil/civiltest":     {},
	"tickler/internal/clock/clocktest":     {"tickler"},
	"tickler/internal/eventually":          {},
	"tickler/internal/mail/mailtest":       {},
	"tickler/internal/pgtest":              {},
	"tickler/internal/store/storetest":     {"tickler", "tickler/internal/pgtest", "tickler/internal/store"},
	"tickler/internal/webhook/webhooktest": {},
	"tickler/e2e/program":                  {},
}

// goPackage is what `go list` tells of a package. Imports are those of the code; tests have theirs apart.
type goPackage struct {
	ImportPath string
	GoFiles    []string
	Imports    []string
	Standard   bool
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range list(t, "./...") {
		if len(p.GoFiles) == 0 {
			continue
		}
		allowed, known := importsOf(p.ImportPath)
		if !known {
			t.Errorf("%s has no row in the table: say what it may import", p.ImportPath)
		}
		for _, imported := range p.Imports {
			if isOurs(imported) && !slices.Contains(allowed, imported) && !slices.Contains(allowed, siblings(imported)) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

func importsOf(pkg string) (allowed []string, known bool) {
	if allowed, known = imports[pkg]; known {
		return allowed, true
	}
	allowed, known = imports[siblings(pkg)]
	return allowed, known
}

// siblings is the row of a package and those beside it.
func siblings(pkg string) string { return path.Dir(pkg) + "/..." }

func TestTheDomainImportsTheStandardLibraryAndCivilOnly(t *testing.T) {
	for _, p := range list(t, "-deps", "tickler") {
		if !p.Standard && p.ImportPath != "tickler" && p.ImportPath != "tickler/internal/civil" {
			t.Errorf("it needs %s", p.ImportPath)
		}
	}
}

func isOurs(path string) bool { return path == "tickler" || strings.HasPrefix(path, "tickler/") }

// list asks the go tool about packages of this module.
func list(t *testing.T, arguments ...string) []goPackage {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,GoFiles,Imports,Standard"}, arguments...)...)
	command.Dir = ".." // the module's root
	output, err := command.Output()
	if err != nil {
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v: %s", err, failed.Stderr)
		}
		t.Fatal(err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}
