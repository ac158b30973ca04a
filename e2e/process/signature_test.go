//go:build unix

package process_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/webhook/webhooktest"
)

// signatureCheckers make programs out of the examples in docs/operations.md. Each reads a webhook
// and prints whether its signature is valid, and whether it still is with one more character in the
// body.
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

// TestSignatureExamples checks a delivered webhook with the examples of docs/operations.md.
func TestSignatureExamples(t *testing.T) {
	t.Parallel()
	at := folder(t)
	k := at.setUp(t)
	s := program.Start(t, slices.Concat(at, place{allowPrivate})...)
	r := webhooktest.Start(t, nil, webhooktest.Answer(http.StatusOK, ""))
	body := `{"TaskList":[{"Name":"Call Zoë"}],"StatusWebhookURL":"` + r.URL + `"}`
	if made, err := apitest.Call(t.Context(), apitest.NewClient(t), k, http.MethodPost, s.URL+bulkCreatePath, body); err != nil || made.Status != http.StatusOK {
		t.Fatalf("%d %s, %v", made.Status, made.Body, err)
	}
	sent := r.Await(1)[0]
	headers := map[string]string{}
	for name := range sent.Header {
		headers[strings.ToLower(name)] = sent.Header.Get(name)
	}
	var shown struct{ Secret string }
	at.show(t, &shown, "webhook-secret show")
	webhook, err := json.Marshal(map[string]any{"secret": shown.Secret, "headers": headers, "body": string(sent.Body)})
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
			cmd.Dir, cmd.Stdin = repository, bytes.NewReader(webhook) // where Go finds the library
			printed, err := cmd.CombinedOutput()
			if err != nil || string(printed) != "true false\n" {
				t.Errorf("%v: %s", err, printed)
			}
		})
	}
}
