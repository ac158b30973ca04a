package process_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeFromGo runs the program that README.md shows, in a module of its own that finds the
// client as README.md says.
func TestReadmeFromGo(t *testing.T) {
	t.Parallel()
	at := folder(t)
	k := at.setUp(t)
	s := at.start(t)
	readme := readDocument(t, "README.md")
	shown := regexp.MustCompile("(?s)```go\n(.*?)```\n\nIt prints `(.*?)`.*? by `go (mod edit .*?)FOLDER`").FindStringSubmatch(readme)
	if shown == nil {
		t.Fatal("README.md shows no program")
	}
	program := strings.NewReplacer(
		"http://"+shownAddress, s.URL, "HRJTI3LKXW7Y6Z7E757N2O3FHO", k.AccessKey, "NUJ4OBZK7URVQORUYTLADTKEVEISFGCTA4M3HQ5MYWME2D6UKYMS", k.SecretKey,
	).Replace(shown[1])
	module := t.TempDir()
	if err := os.WriteFile(filepath.Join(module, "main.go"), []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	inModule := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = module
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v: %s", strings.Join(args, " "), err, output)
		}
		return string(output)
	}
	inModule("mod", "init", "example.com/mine")
	inModule(strings.Fields(shown[3] + root)...)
	if printed := inModule("run", "."); printed != shown[2]+"\n" {
		t.Errorf("it prints %s", printed)
	}
	if tasks := at.tasks(t); len(tasks) != 1 || tasks[0].Name != "Call Ada back" {
		t.Errorf("the tasks are %+v", tasks)
	}
}
