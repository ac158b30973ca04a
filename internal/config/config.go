// Package config finds the values of flags that were not given on the command line: in TICKLER_
// variables, in the files that TICKLER_…_FILE variables name (for secrets), and in a file of
// TICKLER_ lines.
package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// Prefix begins the name of every variable.
const Prefix = "TICKLER"

// Load reads a file of lines like TICKLER_LISTEN=127.0.0.1:8080, as shells and service managers
// read them too: "export " may stand before a name, quotes around a value and a comment behind it.
// Empty lines and those that begin with # are passed over.
func Load(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for i, line := range strings.Split(withoutMark(content), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
		if !found || !strings.HasPrefix(name, Prefix+"_") {
			return nil, fmt.Errorf("%s, line %d: expected TICKLER_NAME=value", path, i+1)
		}
		values[name] = parseValue(value)
	}
	return values, nil
}

// withoutMark returns the text of a file without the byte order mark that some editors write.
func withoutMark(content []byte) string { return strings.TrimPrefix(string(content), "\ufeff") }

// parseValue reads what stands behind an equals sign: a text in quotes, or one up to a comment,
// which begins with a blank and a #. A quote that is not closed belongs to the text.
func parseValue(raw string) string {
	text := strings.TrimSpace(raw)
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		value, rest, closed := strings.Cut(text[1:], text[:1])
		if rest = strings.TrimSpace(rest); closed && (rest == "" || strings.HasPrefix(rest, "#")) {
			return value
		}
	}
	before, _, _ := strings.Cut(strings.ReplaceAll(raw, "\t#", " #"), " #")
	return strings.TrimSpace(before)
}

// Path finds the configuration file that the arguments or the environment name; "" when none is.
func Path(args []string) string {
	for i, arg := range args {
		if path, found := strings.CutPrefix(arg, "--config="); found {
			return path
		}
		if arg == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv(Prefix + "_CONFIG")
}

// Resolver fills flags that neither the command line nor their own variable gives: from the file
// that a variable TICKLER_NAME_FILE names, or else from the loaded values.
func Resolver(values map[string]string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		name := variable(flag)
		if name == "" {
			return nil, nil //nolint:nilnil // kong's way of saying "not mine"
		}
		if _, set := os.LookupEnv(name); set {
			return nil, nil //nolint:nilnil // as above
		}
		if path := os.Getenv(name + "_FILE"); path != "" {
			return readSecret(path)
		}
		if path := values[name+"_FILE"]; path != "" {
			return readSecret(path)
		}
		if value, given := values[name]; given {
			return value, nil
		}
		return nil, nil //nolint:nilnil // as above
	})
}

// readSecret reads the file of a secret. Ends of lines around it are the editor's; blanks may be
// the secret's.
func readSecret(path string) (string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.Trim(withoutMark(content), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return secret, nil
}

// variable is the name of a flag's variable; "" for one that is only said on the command line.
func variable(flag *kong.Flag) string {
	if len(flag.Envs) == 0 {
		return ""
	}
	return flag.Envs[0]
}

// Unknown lists the loaded names that no flag has, so that a mistake in a file is not silently
// ignored.
func Unknown(values map[string]string, app *kong.Application) []string {
	known := map[string]bool{}
	var visit func(n *kong.Node)
	visit = func(n *kong.Node) {
		for _, flag := range n.Flags {
			known[variable(flag)], known[variable(flag)+"_FILE"] = true, true
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(app.Node)
	var unknown []string
	for name := range values {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
