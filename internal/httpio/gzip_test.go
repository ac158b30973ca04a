package httpio_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"tickler/internal/httpio"
)

func TestContentIsGzippedForThoseWhoTakeIt(t *testing.T) {
	content := bytes.Repeat([]byte("to-do "), 100)
	packed := httpio.Pack(content)
	for accepted, want := range map[string]bool{
		"": false, "br": false, "identity": false, "gzip;q=0": false, "br, gzip; q=0.000": false, "x-gzip": false,
		"gzip": true, "GZIP": true, "br, gzip": true, "gzip;q=0.5, br": true, "gzip, deflate, br, zstd": true, "gzip;q=x": true,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", accepted)
		got, gzipped := packed.For(r)
		if gzipped != want {
			t.Errorf("%q: gzipped is %t", accepted, gzipped)
		}
		if gzipped {
			if len(got) >= len(content) {
				t.Errorf("gzipped it takes %d bytes of %d", len(got), len(content))
			}
			got = unpack(t, got)
		}
		if !bytes.Equal(got, content) {
			t.Errorf("%q: got %q", accepted, got)
		}
	}
}

func unpack(t *testing.T, packed []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestGzip(t *testing.T) {
	for _, content := range []string{"", "to-do", string(bytes.Repeat([]byte("to-do "), 100_000))} {
		for range 3 { // with a writer that has been used too
			if got := unpack(t, httpio.Gzip([]byte(content))); string(got) != content {
				t.Errorf("%d bytes became %d others", len(content), len(got))
			}
		}
	}
}
