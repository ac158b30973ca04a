// Package internal_test checks what is true of all packages together.
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

// imports lists which of our packages each one may import ("Imports run one way"). All but the
// domain may import other modules. A row "x/..." is for the packages right below x that have no row
// of their own; as an import, it stands for all of them.
var imports = map[string][]string{
	"tickler":                   {"tickler/internal/civil"}, // the domain: the standard library and the arithmetic of time only
	"tickler/internal/civil":    {},
	"tickler/internal/composed": {},

	// These know the domain at most.
	"tickler/internal/httpio":    {"tickler"},
	"tickler/internal/ratelimit": {"tickler"},
	"tickler/internal/config":    {"tickler"},
	"tickler/internal/clock":     {"tickler"},
	"tickler/internal/address":   {"tickler"},
	"tickler/internal/mail":      {"tickler", "tickler/internal/address"},
	"tickler/internal/webhook":   {"tickler", "tickler/internal/address"},
	"tickler/internal/sheet":     {"tickler"},
	"tickler/internal/plain":     {"tickler", "tickler/internal/civil"},
	"tickler/internal/quickadd":  {"tickler", "tickler/internal/civil"},
	"tickler/internal/jobs":      {},
	"tickler/internal/words":     {},

	// What is kept, and what of it is held in memory. The store fills interfaces that others declare.
	"tickler/internal/store": {
		"tickler", "tickler/internal/address", "tickler/internal/civil", "tickler/internal/composed", "tickler/internal/jobs", "tickler/internal/store/engine",
		"tickler/internal/words",
	},
	"tickler/internal/store/engine": {"tickler"},
	"tickler/internal/directory":    {"tickler", "tickler/internal/address", "tickler/internal/composed"},

	// The use cases: they know neither SQL nor HTTP.
	"tickler/internal/app": {
		"tickler", "tickler/internal/address", "tickler/internal/civil", "tickler/internal/directory", "tickler/internal/jobs", "tickler/internal/words",
	},

	// A team that is made up, through the use cases.
	"tickler/internal/demo": {
		"tickler", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/directory", "tickler/internal/jobs",
		"tickler/internal/store",
	},

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
		"tickler", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/httpio", "tickler/internal/quickadd", "tickler/internal/sheet",
		"tickler/internal/web/frame", "tickler/internal/web/rows",
	},
	"tickler/internal/web/rows": {"tickler", "tickler/internal/civil", "tickler/internal/web/frame"},

	"tickler/internal/live": {"tickler"},

	// What runs in the background.
	"tickler/internal/worker": {
		"tickler", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/jobs", "tickler/internal/mail", "tickler/internal/plain",
		"tickler/internal/sheet", "tickler/internal/webhook",
	},

	"tickler/internal/metrics": {"tickler", "tickler/internal/jobs"},

	// For other people's programs: it knows the wire, and no package of ours.
	"tickler/client": {},

	// What make runs.
	"tickler/tools/postman": {},
	"tickler/tools/testbed": {"tickler/internal/pgtest"},

	// The program puts everything together.
	"tickler/cmd/tickler": {
		"tickler", "tickler/internal/address", "tickler/internal/api", "tickler/internal/app", "tickler/internal/civil", "tickler/internal/clock",
		"tickler/internal/composed", "tickler/internal/config", "tickler/internal/demo", "tickler/internal/directory", "tickler/internal/httpio", "tickler/internal/jobs", "tickler/internal/live", "tickler/internal/mail", "tickler/internal/metrics", "tickler/internal/plain",
		"tickler/internal/ratelimit", "tickler/internal/sheet", "tickler/internal/store", "tickler/internal/web", "tickler/internal/webhook", "tickler/internal/worker",
	},

	// Only tests and each other may import these.
	"tickler/internal/api/apitest":         {"tickler"},
	"tickler/internal/civil/civiltest":     {},
	"tickler/internal/clock/clocktest":     {"tickler"},
	"tickler/internal/eventually":          {},
	"tickler/internal/mail/mailtest":       {},
	"tickler/internal/pgtest":              {},
	"tickler/internal/store/storetest":     {"tickler", "tickler/internal/pgtest", "tickler/internal/store"},
	"tickler/internal/webhook/webhooktest": {},
	"tickler/e2e/program":                  {},
}

// goPackage is what `go list` prints about a package. Imports has the imports of the code, without
// those of tests.
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

// siblings is the row for a package and its siblings.
func siblings(pkg string) string { return path.Dir(pkg) + "/..." }

func TestTheDomainImportsOnlyTheStandardLibraryAndCivil(t *testing.T) {
	for _, p := range list(t, "-deps", "tickler") {
		if !p.Standard && p.ImportPath != "tickler" && p.ImportPath != "tickler/internal/civil" {
			t.Errorf("it needs %s", p.ImportPath)
		}
	}
}

func isOurs(path string) bool { return path == "tickler" || strings.HasPrefix(path, "tickler/") }

// list runs `go list` on packages of this module.
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
