package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"

	"tickler/internal/web/frame"
)

// bundle is what Vite leaves.
var bundle = fstest.MapFS{
	"static/built/manifest.json": {Data: []byte(`{
		"app.css":  {"file": "app-1a.css", "src": "app.css", "isEntry": true},
		"app.js":   {"file": "app-2b.js", "css": ["parts-3c.css"], "assets": ["bell-4d.svg"], "imports": ["_shared-5e.js"]},
		"_shared-5e.js": {"file": "shared-5e.js"}
	}`)},
	"static/built/app-1a.css":   {Data: []byte("body{}")},
	"static/built/app-2b.js":    {Data: []byte("import './shared-5e.js'")},
	"static/built/parts-3c.css": {Data: []byte("p{}")},
	"static/built/bell-4d.svg":  {Data: []byte("<svg/>")},
	"static/built/shared-5e.js": {Data: []byte("1")},
}

// How long browsers may cache.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheAndAsk  = "no-cache"
)

// nothing is what a checkout has before anybody runs npm.
var nothing = fstest.MapFS{"static/.gitkeep": {}}

func TestBuiltAssetsAreFoundByTheirSource(t *testing.T) {
	a, err := frame.ReadAssets(bundle, sources)
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]string{"app.css": "/static/app-1a.css", "app.js": "/static/app-2b.js", "theme.js": ""} {
		if got := a.Path(source); got != want {
			t.Errorf("%s is at %q, want %q", source, got, want)
		}
	}
}

func TestWithoutABuildThereArePlainStylesAndNoScripts(t *testing.T) {
	a, err := frame.ReadAssets(nothing, sources)
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]string{"app.css": "/static/plain.css", "app.js": "", "theme.js": "", "docs.css": "", "docs.js": ""} {
		if got := a.Path(source); got != want {
			t.Errorf("%s is at %q, want %q", source, got, want)
		}
	}
	imported := regexp.MustCompile(`@import "\./([^"]+)"`)
	left := []string{a.Path("app.css")}
	for seen := 0; seen < len(left); seen++ {
		answer := fetch(a, left[seen])
		if answer.Code != http.StatusOK {
			t.Errorf("%s: %d", left[seen], answer.Code)
		}
		for _, file := range imported.FindAllStringSubmatch(answer.Body.String(), -1) {
			left = append(left, "/static/"+file[1])
		}
	}
	if len(left) < 3 {
		t.Errorf("the styles are %v: our own are not imported", left)
	}
}

func TestAssetsAreServed(t *testing.T) {
	withBuild, err := frame.ReadAssets(bundle, sources)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := frame.ReadAssets(nothing, sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		assets              frame.Assets
		path, kind, caching string
	}{
		{withBuild, "/static/app-1a.css", "text/css; charset=utf-8", cacheForever},
		{withBuild, "/static/app-2b.js", "text/javascript; charset=utf-8", cacheForever},
		{withBuild, "/static/parts-3c.css", "text/css; charset=utf-8", cacheForever},
		{withBuild, "/static/shared-5e.js", "text/javascript; charset=utf-8", cacheForever},
		{withBuild, "/static/bell-4d.svg", "image/svg+xml", cacheForever},
		{plain, "/static/plain.css", "text/css; charset=utf-8", cacheAndAsk},
	} {
		answer := fetch(test.assets, test.path)
		header := answer.Header()
		if answer.Code != http.StatusOK || header.Get("Content-Type") != test.kind || header.Get("Cache-Control") != test.caching ||
			header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", test.path, answer.Code, header)
		}
		gzipped := fetch(test.assets, test.path, "Accept-Encoding", "gzip, br").Header()
		if gzipped.Get("Content-Encoding") != "gzip" || gzipped.Get("Vary") != "Accept-Encoding" || gzipped.Get("ETag") == header.Get("ETag") {
			t.Errorf("%s, gzipped: %v", test.path, gzipped)
		}
		for encoding, tag := range map[string]string{"": header.Get("ETag"), "gzip": gzipped.Get("ETag")} {
			if again := fetch(test.assets, test.path, "Accept-Encoding", encoding, "If-None-Match", tag); again.Code != http.StatusNotModified {
				t.Errorf("%s in %q, unchanged: %d", test.path, encoding, again.Code)
			}
		}
	}
}

func TestNothingElseIsServed(t *testing.T) {
	a, err := frame.ReadAssets(bundle, sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/static/", "/static/manifest.json", "/static/.gitkeep", "/static/../static.go", "/static/app.js"} {
		if answer := fetch(a, path); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, answer.Code)
		}
	}
	if answer := serve(a, httptest.NewRequest(http.MethodPost, "/static/app-1a.css", nil)); answer.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", answer.Code)
	}
}

func TestABundleWithHolesIsRefused(t *testing.T) {
	for name, broken := range map[string]fstest.MapFS{
		"no JSON":        {"static/built/manifest.json": {Data: []byte("{")}},
		"a missing file": {"static/built/manifest.json": {Data: []byte(`{"app.css": {"file": "app-1a.css"}}`)}},
	} {
		if _, err := frame.ReadAssets(broken, sources); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestAssetsOfThisProgram looks at what was embedded, built or not.
func TestAssetsOfThisProgram(t *testing.T) {
	path := assets.Path("app.css")
	if answer := fetch(assets, path); answer.Code != http.StatusOK || answer.Body.Len() == 0 {
		t.Errorf("%s: %d", path, answer.Code)
	}
}

// fetch asks for a file, with headers given as names and values in turn.
func fetch(a frame.Assets, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for pair := range slices.Chunk(header, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	return serve(a, r)
}

func serve(a frame.Assets, r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	a.ServeHTTP(answer, r)
	return answer
}
