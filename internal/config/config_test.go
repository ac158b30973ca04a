package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"tickler/internal/config"
)

// write makes a file and returns its path.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	got, err := config.Load(write(t, `
# where it listens
TICKLER_LISTEN=127.0.0.1:8080
  TICKLER_DATA =  /var/lib/a folder
TICKLER_QUOTED="two words "
TICKLER_SINGLE='#1'
TICKLER_HALF="half
TICKLER_EQUALS=a=b
TICKLER_EMPTY=
TICKLER_TWICE=first
TICKLER_TWICE=last
`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"TICKLER_LISTEN": "127.0.0.1:8080",
		"TICKLER_DATA":   "/var/lib/a folder",
		"TICKLER_QUOTED": "two words ",
		"TICKLER_SINGLE": "#1",
		"TICKLER_HALF":   `"half`,
		"TICKLER_EQUALS": "a=b",
		"TICKLER_EMPTY":  "",
		"TICKLER_TWICE":  "last",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Files for shells or service managers, and those with a byte order mark, are read the same here.
func TestLoadReadsWhatShellsRead(t *testing.T) {
	got, err := config.Load(write(t, "\ufeffexport TICKLER_LISTEN=127.0.0.1:8080 # where it listens\r\n"+
		"export TICKLER_DATA=\"/var/lib/a # folder\"\t# with a blank\r\n"+
		"TICKLER_SMTP_URL=smtp://u:p#w@mail#1\n"+
		"TICKLER_EMPTY= # nothing\n"+
		"TICKLER_TAB=x\t#y\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"TICKLER_LISTEN": "127.0.0.1:8080", "TICKLER_DATA": "/var/lib/a # folder", "TICKLER_SMTP_URL": "smtp://u:p#w@mail#1",
		"TICKLER_EMPTY": "", "TICKLER_TAB": "x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoadNamesTheLineItCannotRead(t *testing.T) {
	for _, line := range []string{"TICKLER_LISTEN", "LISTEN=x", "TICKLERLISTEN=x"} {
		path := write(t, "# first\n\n"+line+"\n")
		_, err := config.Load(path)
		if err == nil || !strings.Contains(err.Error(), path+", line 3: expected TICKLER_NAME=value") {
			t.Errorf("%q: %v", line, err)
		}
	}
	if _, err := config.Load(filepath.Join(t.TempDir(), "absent")); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestPath(t *testing.T) {
	for _, test := range []struct {
		args string
		env  string
		want string
	}{
		{"serve", "", ""},
		{"serve --config=a", "", "a"},
		{"--config a serve", "", "a"},
		{"serve --config a", "b", "a"},
		{"serve", "b", "b"},
		{"serve --config", "", ""}, // which the parser refuses
	} {
		t.Setenv("TICKLER_CONFIG", test.env)
		if got := config.Path(strings.Fields(test.args)); got != test.want {
			t.Errorf("Path(%s) with TICKLER_CONFIG=%s is %q, want %q", test.args, test.env, got, test.want)
		}
	}
}

// line is a command line like tickler's.
type line struct {
	Config string
	Serve  struct {
		DatabaseURL string
		Listen      string `default:"default"`
		Proxies     []string
		Fast        bool
	} `cmd:""`
}

func parse(t *testing.T, values map[string]string, args ...string) (line, error) {
	t.Helper()
	var parsed line
	_, err := parser(t, &parsed, values).Parse(append([]string{"serve"}, args...))
	return parsed, err
}

func parser(t *testing.T, into *line, values map[string]string) *kong.Kong {
	t.Helper()
	p, err := kong.New(into, kong.DefaultEnvars(config.Prefix), kong.Resolvers(config.Resolver(values)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Each source counts unless an earlier one has the value.
func TestOrderOfTheSources(t *testing.T) {
	places := []struct {
		name  string
		speak func(t *testing.T, values map[string]string) (args []string)
	}{
		{"flag", func(*testing.T, map[string]string) []string { return []string{"--listen=flag"} }},
		{"variable", func(t *testing.T, _ map[string]string) []string {
			t.Setenv("TICKLER_LISTEN", "variable")
			return nil
		}},
		{"variable's file", func(t *testing.T, _ map[string]string) []string {
			t.Setenv("TICKLER_LISTEN_FILE", write(t, "variable's file\n"))
			return nil
		}},
		{"line's file", func(t *testing.T, values map[string]string) []string {
			values["TICKLER_LISTEN_FILE"] = write(t, "\nline's file\r\n")
			return nil
		}},
		{"line", func(_ *testing.T, values map[string]string) []string {
			values["TICKLER_LISTEN"] = "line"
			return nil
		}},
		{"default", func(*testing.T, map[string]string) []string { return nil }},
	}
	for first := range places {
		t.Run(places[first].name, func(t *testing.T) {
			values := map[string]string{}
			var args []string
			for _, place := range places[first:] {
				args = append(args, place.speak(t, values)...)
			}
			parsed, err := parse(t, values, args...)
			if err != nil {
				t.Fatal(err)
			}
			if parsed.Serve.Listen != places[first].name {
				t.Errorf("--listen is %q", parsed.Serve.Listen)
			}
		})
	}
}

func TestEveryKindOfFlagCanComeFromTheFile(t *testing.T) {
	parsed, err := parse(t, map[string]string{"TICKLER_DATABASE_URL": "postgres://", "TICKLER_PROXIES": "a,b", "TICKLER_FAST": "true"})
	if err != nil {
		t.Fatal(err)
	}
	if s := parsed.Serve; s.DatabaseURL != "postgres://" || !slices.Equal(s.Proxies, []string{"a", "b"}) || !s.Fast {
		t.Errorf("got %+v", s)
	}
}

func TestSecretsFileThatCannotBeRead(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "absent")
	if _, err := parse(t, map[string]string{"TICKLER_DATABASE_URL_FILE": absent}); err == nil || !strings.Contains(err.Error(), absent) {
		t.Errorf("named in the file: %v", err)
	}
	t.Setenv("TICKLER_DATABASE_URL_FILE", absent)
	if _, err := parse(t, nil); err == nil || !strings.Contains(err.Error(), absent) {
		t.Errorf("named in a variable: %v", err)
	}
}

// Blanks may be part of a password, and an empty file is taken for a mistake.
func TestSecretsFileIsTakenAsItIs(t *testing.T) {
	parsed, err := parse(t, map[string]string{"TICKLER_DATABASE_URL_FILE": write(t, " with blanks \r\n")})
	if err != nil || parsed.Serve.DatabaseURL != " with blanks " {
		t.Errorf("read %q, %v", parsed.Serve.DatabaseURL, err)
	}
	empty := write(t, "\n")
	if _, err := parse(t, map[string]string{"TICKLER_DATABASE_URL_FILE": empty}); err == nil || !strings.Contains(err.Error(), empty+" is empty") {
		t.Errorf("an empty one: %v", err)
	}
}

func TestUnknown(t *testing.T) {
	var into line
	known := map[string]string{
		"TICKLER_CONFIG": "", "TICKLER_LISTEN": "", "TICKLER_DATABASE_URL": "", "TICKLER_DATABASE_URL_FILE": "",
	}
	if unknown := config.Unknown(known, parser(t, &into, nil).Model); len(unknown) > 0 {
		t.Errorf("%v are known", unknown)
	}
	slips := map[string]string{"TICKLER_LISTEN": "", "TICKLER_LISTNE": "", "TICKLER_DATABASEURL": "", "TICKLER_": ""}
	unknown := config.Unknown(slips, parser(t, &into, nil).Model)
	slices.Sort(unknown)
	if want := []string{"TICKLER_", "TICKLER_DATABASEURL", "TICKLER_LISTNE"}; !slices.Equal(unknown, want) {
		t.Errorf("unknown: %v, want %v", unknown, want)
	}
}
