// Package config finds the values of flags that were not given on the command line: in TICKLER_ variables, in the files
// that TICKLER_…_FILE variables name (for secrets), and in a file of TICKLER_ lines.
package config

import (
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
)

// Prefix begins the name of every variable.
const Prefix = "TICKLER"

// Load reads a file of lines like TICKLER_LISTEN=127.0.0.1:8080. Empty lines and those that begin with # are passed over.
func Load(path string) (map[string]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for i, line := range strings.Split(string(content), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !found || !strings.HasPrefix(name, Prefix+"_") {
			return nil, fmt.Errorf("%s, line %d: expected TICKLER_NAME=value", path, i+1)
		}
		values[name] = unquote(strings.TrimSpace(value))
	}
	return values, nil
}

func unquote(value string) string {
	if len(value) >= 2 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
		return value[1 : len(value)-1]
	}
	return value
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

// Resolver fills flags that neither the command line nor their own variable gives: from the file that a variable
// TICKLER_NAME_FILE names, or else from the loaded values.
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
			content, err := os.ReadFile(path)
			return strings.TrimSpace(string(content)), err
		}
		if path := values[name+"_FILE"]; path != "" {
			content, err := os.ReadFile(path)
			return strings.TrimSpace(string(content)), err
		}
		if value, given := values[name]; given {
			return value, nil
		}
		return nil, nil //nolint:nilnil // as above
	})
}

// variable is the name of a flag's variable; "" for one that is only said on the command line.
func variable(flag *kong.Flag) string {
	if len(flag.Envs) == 0 {
		return ""
	}
	return flag.Envs[0]
}

// Unknown lists the loaded names that no flag has, so that a slip in a file is not passed over in silence.
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
