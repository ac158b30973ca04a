package frame

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"time"

	"tickler/internal/httpio"
)

// staticPath is where pages find their assets.
const staticPath = "/static/"

// Assets are the files that pages load: those that Vite made of assets/, or plain styles when there
// are none.
type Assets struct {
	paths    map[string]string  // by the name of the source
	contents map[string]content // by the path
	caching  string
}

// content is what a file holds, and what browsers know it by.
type content struct {
	httpio.Packed
	tag string
}

func contentOf(file []byte, err error) (content, error) {
	sum := sha256.Sum256(file)
	return content{httpio.Pack(file), hex.EncodeToString(sum[:8])}, err
}

// What browsers may keep. The name of a built file changes with its content.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheAndAsk  = "no-cache"
)

// ReadAssets reads what Vite has left in static/built. Without that, as in a program that was built
// without npm, there are the plain styles of the sources, assets/*.css, and no scripts.
func ReadAssets(built, sources fs.FS) (Assets, error) {
	const folder = "static/built/"
	text, err := fs.ReadFile(built, folder+"manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return plainAssets(sources)
	}
	if err != nil {
		return Assets{}, err
	}
	var manifest map[string]struct {
		File        string
		CSS, Assets []string // that the file loads
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return Assets{}, fmt.Errorf("the manifest of the assets: %w", err)
	}
	a := Assets{paths: map[string]string{}, contents: map[string]content{}, caching: cacheForever}
	for source, made := range manifest {
		a.paths[source] = staticPath + made.File
		for _, file := range append(append(made.CSS, made.Assets...), made.File) {
			if a.contents[staticPath+file], err = contentOf(fs.ReadFile(built, folder+file)); err != nil {
				return Assets{}, err
			}
		}
	}
	return a, nil
}

// plainAssets are our own styles as they are written, over plain.css in the place of Pico.
func plainAssets(sources fs.FS) (Assets, error) {
	a := Assets{
		paths: map[string]string{"app.css": staticPath + "plain.css"}, contents: map[string]content{},
		caching: cacheAndAsk,
	}
	files, err := fs.Glob(sources, "assets/*.css")
	if err != nil {
		return Assets{}, err
	}
	for _, file := range files {
		if a.contents[staticPath+path.Base(file)], err = contentOf(fs.ReadFile(sources, file)); err != nil {
			return Assets{}, err
		}
	}
	return a, nil
}

// contentTypes are ours, since those of the standard library depend on the machine.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
}

// Path returns the URL path of an asset, without the site's root, by the name of its source:
// "app.css", "app.js", "theme.js". It is empty for a script where none were built, and the page
// leaves it out.
func (a Assets) Path(name string) string { return a.paths[name] }

// ServeHTTP answers GET and HEAD for a file that pages load; everything else is not there.
func (a Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, found := a.contents[r.URL.Path]
	contentType, known := contentTypes[path.Ext(r.URL.Path)]
	if !found || !known {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	body, gzipped := file.For(r)
	tag := file.tag
	if gzipped {
		w.Header().Set("Content-Encoding", "gzip")
		tag += "-gzip"
	}
	w.Header().Set("Vary", "Accept-Encoding")
	w.Header().Set("ETag", `"`+tag+`"`)
	w.Header().Set("Cache-Control", a.caching)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
