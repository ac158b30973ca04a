package api

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

var update = flag.Bool("update", false, "write the responses of testdata/exchanges anew")

const exchanges = "testdata/exchanges"

// panicPath is a call that only the tests have: no other gives the answer to a fault of ours.
const panicPath = "/v2/Test.svc/Panic"

func init() {
	routes[foldPath(panicPath)] = route{
		path: panicPath, methods: []string{post}, body: anyNames, maxBody: usualBody,
		handle: func(*API, context.Context, call) (answer, error) { panic(errors.New("a bug")) },
	}
}

// Every exchange goes as it is written down, on both engines.
func TestExchanges(t *testing.T) {
	paths := exchangePaths(t)
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		if *update && s.Shared() {
			t.Skip("the responses are written on SQLite")
		}
		for _, path := range paths {
			t.Run(strings.TrimSuffix(path, ".txt"), func(t *testing.T) {
				t.Parallel()
				want := readExchange(t, filepath.Join(exchanges, path))
				got, _ := want.play(t, newOffice(t, s, want.account(t)...))
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
