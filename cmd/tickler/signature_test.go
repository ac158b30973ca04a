//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickler/internal/clock/clocktest"
)

// signatureCheckers make programs of the examples in docs/operations.md. Each reads a webhook and says whether it is ours,
// and whether it still is with one more character in its body.
var signatureCheckers = []struct {
	language, file, begin, end string
	run                        []string
}{
	{
		"go", "check.go",
		"package main\n\nimport (\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"net/http\"\n\t\"os\"\n)\n",
		`
func main() {
	var in struct { Secret, Body string; Headers map[string]string }
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil { panic(err) }
	r := &http.Request{Header: http.Header{}}
	for name, value := range in.Headers { r.Header.Set(name, value) }
	fmt.Println(isOurs(in.Secret, r, []byte(in.Body)), isOurs(in.Secret, r, []byte(in.Body+" ")))
}
`,
		[]string{"go", "run"},
	},
	{
		"python", "check.py", "",
		`
import json, sys
m = json.load(sys.stdin)
print(*[str(is_ours(m["secret"], m["headers"], (m["body"] + more).encode())).lower() for more in ("", " ")])
`,
		[]string{"python3"},
	},
	{
		"js", "check.cjs", "",
		`
const m = JSON.parse(require('node:fs').readFileSync(0));
console.log(...['', ' '].map((more) => isOurs(m.secret, m.headers, Buffer.from(m.body + more))));
`,
		[]string{"node"},
	},
}

// TestSignatureExamples hands a webhook that was sent to the examples of docs/operations.md.
func TestSignatureExamples(t *testing.T) {
	t.Parallel()
	at := folder(t)
	k := at.setUp(t)
	clock := clocktest.New(time.Now()) // the examples refuse what is old
	s := at.serveBy(t, clock, &environment{clock: clock, fixedClock: true}, allowPrivate)
	s.keys = k
	taken := make(chan struct{}, 1)
	r := receive(t, nil, func(http.ResponseWriter, *http.Request) { taken <- struct{}{} })
	if made := s.call(http.MethodPost, "/v2/Task.svc/Bulk/Create", `{"TaskList":[{"Name":"Call Zoë"}],"StatusWebhookURL":"`+r.URL+`"}`); made.status != http.StatusOK {
		t.Fatalf("%d %s", made.status, made.body)
	}
	<-taken
	sent := r.calls()[0]
	headers := map[string]string{}
	for name := range sent.header {
		headers[strings.ToLower(name)] = sent.header.Get(name)
	}
	secret := at.facts(t, "webhook-secret show")["secret"]
	webhook, err := json.Marshal(map[string]any{"secret": secret, "headers": headers, "body": string(sent.body)})
	if err != nil {
		t.Fatal(err)
	}
	document := readDocument(t, "docs/operations.md")
	for _, c := range signatureCheckers {
		t.Run(c.language, func(t *testing.T) {
			needProgram(t, c.run[0])
			example := regexp.MustCompile("(?s)```" + c.language + "\n(.*?)```").FindStringSubmatch(document)
			if example == nil {
				t.Fatal("docs/operations.md has no example")
			}
			file := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(file, []byte(c.begin+example[1]+c.end), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), c.run[0], append(c.run[1:], file)...)
			cmd.Dir, cmd.Stdin = repository, bytes.NewReader(webhook) // there Go finds the library
			printed, err := cmd.CombinedOutput()
			if err != nil || string(printed) != "true false\n" {
				t.Errorf("%v: %s", err, printed)
			}
		})
	}
}
