package api

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the responses of testdata/exchanges anew")

const exchanges = "testdata/exchanges"

// panicPath is a call that only the tests have: no other is answered with an internal error.
const panicPath = "/v2/Test.svc/Panic"

func init() {
	routes[foldPath(panicPath)] = route{
		path: panicPath, methods: []string{post}, body: wire.AnyNames, maxBody: usualBody,
		handle: func(*API, context.Context, call) (answer, error) { panic(errors.New("a bug")) },
	}
}

// Every exchange goes as written, on both engines. Together they conform to the document, and cover
// the contract's tables.
func TestExchanges(t *testing.T) {
	paths := exchangePaths(t)
	document := newContract(t)
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		if *update && s.Shared() {
			t.Skip("the responses are written on SQLite")
		}
		var mu sync.Mutex
		var all []turn
		collect := func(t *testing.T, turns []turn) {
			mu.Lock()
			defer mu.Unlock()
			for _, turn := range turns {
				document.check(t, turn)
			}
			all = append(all, turns...)
		}
		t.Run("play", func(t *testing.T) {
			for _, path := range paths {
				t.Run(strings.TrimSuffix(path, ".txt"), func(t *testing.T) {
					t.Parallel()
					want := readExchange(t, filepath.Join(exchanges, path))
					got, turns := want.play(t, shareOffice(t, s, want.account(t)...))
					if !s.Shared() { // on Postgres they are the same: see below
						collect(t, turns)
					}
					if *update {
						noError(t, os.WriteFile(filepath.Join(exchanges, path), []byte(got.String()), 0o600))
						return
					}
					if diff := cmp.Diff(want.String(), got.String()); diff != "" {
						t.Errorf("(-written down +got):\n%s", diff)
					}
				})
			}
		})
		if s.Shared() {
			return
		}
		t.Run("every call", func(t *testing.T) { everyCallIsShown(t, all) })
		t.Run("every error", func(t *testing.T) { everyErrorIsShown(t, all) })
		t.Run("every mistake", func(t *testing.T) { everyMistakeIsShown(t, all) })
		t.Run("every attribute", func(t *testing.T) { everyAttributeIsShown(t, all) })
	})
}

func exchangePaths(t testing.TB) []string {
	t.Helper()
	var paths []string
	noError(t, fs.WalkDir(os.DirFS(exchanges), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	}))
	return paths
}

// everyCallIsShown checks that each route is called by each of its methods, with success and
// without.
func everyCallIsShown(t *testing.T, all []turn) {
	taken, refused := map[string]bool{}, map[string]bool{}
	for _, turn := range all {
		call := turn.request.Method + " " + foldPath(turn.request.URL.Path)
		if turn.answer.Code == http.StatusOK {
			taken[call] = true
		} else {
			refused[call] = true
		}
	}
	for path, r := range routes {
		for _, method := range r.methods {
			if r.path == panicPath {
				continue
			}
			if call := method + " " + path; !taken[call] {
				t.Errorf("%s %s is never answered 200", method, r.path)
			} else if !refused[call] {
				t.Errorf("%s %s is never refused", method, r.path)
			}
		}
	}
}

// everyFailure returns the rows of the contract's tables of errors: each status and type once.
func everyFailure() []failure {
	every := []failure{notFound, methodNotAllowed, requestTooLarge, rateLimited, internalError}
	for _, f := range failureOf {
		every = append(every, f)
	}
	return every
}

func everyErrorIsShown(t *testing.T, all []turn) {
	shown := map[failure]bool{}
	for _, turn := range all {
		if turn.answer.Code >= http.StatusBadRequest && turn.request.Method != http.MethodHead {
			shown[failure{turn.answer.Code, errorType(t, turn.answer.Body.Bytes())}] = true
		}
	}
	for _, f := range everyFailure() {
		if !shown[f] {
			t.Errorf("%d %s", f.status, f.typ)
		}
	}
}

// mistakes are the rows of the contract's second table, one for each thing a row names.
var mistakes = map[string]struct {
	kind    tickler.Kind
	message string // a part of it
}{
	"unknown attribute":        {tickler.KindInvalid, "Unknown attribute 'DueDte'. Did you mean 'DueDate'?"},
	"attribute twice":          {tickler.KindInvalid, "is given twice"},
	"invalid JSON":             {tickler.KindInvalid, "The body is not valid JSON"},
	"trailing text":            {tickler.KindInvalid, "after top-level value"},
	"another content type":     {tickler.KindInvalid, "'Content-Type'"},
	"a string for the object":  {tickler.KindInvalid, "The body is a JSON string."},
	"an array for the object":  {tickler.KindInvalid, "The body is a JSON array."},
	"null for the object":      {tickler.KindInvalid, "The body is null."},
	"an object for a value":    {tickler.KindInvalid, "'Name' is a JSON object."},
	"a value for an object":    {tickler.KindInvalid, "'CustomFields' has the invalid value"},
	"invalid UTF-8":            {tickler.KindInvalid, "not valid UTF-8"},
	"a lone surrogate":         {tickler.KindInvalid, "surrogate"},
	"NUL":                      {tickler.KindInvalid, "NUL"},
	"depth":                    {tickler.KindInvalid, "too deeply"},
	"unreadable value":         {tickler.KindInvalid, "'DueDate' has the invalid value 'tomorrow'"},
	"out of range":             {tickler.KindInvalid, "'Reminder' has the invalid value '525601'"},
	"mandatory attribute":      {tickler.KindMissing, "'Name' is mandatory for creating a task"},
	"mandatory custom field":   {tickler.KindMissingField, "Field name : 'mx_Custom_1' of datatype : 'String' is mandatory."},
	"unknown owner":            {tickler.KindUnknownEntity, "The Owner 'vir@example.com' does not exist in the system"},
	"inactive owner":           {tickler.KindUnknownEntity, "is not active"},
	"unknown lead":             {tickler.KindUnknownEntity, "The Lead Id '"},
	"unknown opportunity":      {tickler.KindUnknownEntity, "The Opportunity Id '"},
	"unknown task":             {tickler.KindUnknownEntity, "The Task Id '"},
	"unknown task type":        {tickler.KindUnknownEntity, "The Task Type '"},
	"value not in a dropdown":  {tickler.KindNotAnOption, "Allowed values: Warm, Cold"},
	"unknown custom field":     {tickler.KindUnknownField, "The task type 'To-Do' has no such custom field."},
	"duplicate e-mail address": {tickler.KindDuplicate, "A Lead with same Email already exists."},
	"duplicate phone":          {tickler.KindDuplicate, "A Lead with same Phone Number already exists."},
}

func everyMistakeIsShown(t *testing.T, all []turn) {
	for name, m := range mistakes {
		if !slices.ContainsFunc(all, func(turn turn) bool {
			answer := readError(turn.answer.Body.Bytes())
			return answer.ExceptionType == failureOf[m.kind].typ && strings.Contains(answer.ExceptionMessage, m.message)
		}) {
			t.Errorf("%s: no answer %s with %q", name, failureOf[m.kind].typ, m.message)
		}
	}
}

// everyAttributeIsShown checks that each attribute of a task is sent to Create and accepted, is in
// the task that is read back next, and has an invalid value that is refused by name.
func everyAttributeIsShown(t *testing.T, all []turn) {
	create := routes[foldPath("/v2/Task.svc/Create")]
	taken, refused := map[string]bool{}, map[string]bool{}
	for i, turn := range all {
		if foldPath(turn.request.URL.Path) != foldPath(create.path) {
			continue
		}
		message := readError(turn.answer.Body.Bytes()).ExceptionMessage
		sent, err := create.parse(http.Header{"Content-Type": {"application/json"}}, turn.sent)
		for _, a := range taskShape.Attributes {
			if strings.Contains(message, "'"+a.Name+"'") {
				refused[a.Name] = true
			}
			if err == nil && turn.answer.Code == http.StatusOK && i+1 < len(all) && !wire.Read(sent).Node(a.Name).IsAbsent() && shows(all[i+1], a.Name) {
				taken[a.Name] = true
			}
		}
	}
	for _, a := range taskShape.Attributes {
		if !taken[a.Name] {
			t.Errorf("%s: no value is taken and shown", a.Name)
		}
		if !refused[a.Name] {
			t.Errorf("%s: no value is refused", a.Name)
		}
	}
}

// shows reports whether an answer is a task with the attribute.
func shows(turn turn, attribute string) bool {
	var tasks []map[string]any
	if json.Unmarshal(turn.answer.Body.Bytes(), &tasks) != nil || len(tasks) != 1 {
		return false
	}
	_, shown := tasks[0][attribute]
	return shown
}

// errorBody is the body of every answer that is not a success.
type errorBody struct {
	Status           string
	ExceptionType    string
	ExceptionMessage string
}

// readError decodes an answer's error; any other answer gives the zero value.
func readError(body []byte) (e errorBody) {
	_ = json.Unmarshal(body, &e)
	return e
}

// errorType is the ExceptionType of an answer that must be an error.
func errorType(t rapid.TB, body []byte) string {
	t.Helper()
	e := readError(body)
	if e.Status != "Error" || e.ExceptionMessage == "" {
		t.Errorf("not an error: %s", body)
	}
	return e.ExceptionType
}
