package httpio

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Packed is a constant content that can be served gzipped. It is compressed on first use, so that
// starting costs nothing for what nobody asks for.
type Packed struct {
	plain []byte
	pack  func() []byte
}

// Pack keeps a content for answers.
func Pack(content []byte) Packed {
	return Packed{plain: content, pack: sync.OnceValue(func() []byte {
		var packed bytes.Buffer
		w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is one there is
		_, _ = w.Write(content)                                    // a buffer takes everything
		_ = w.Close()
		return packed.Bytes()
	})}
}

// For returns the content in the form that a request accepts, and whether that is gzipped.
func (p Packed) For(r *http.Request) (content []byte, gzipped bool) {
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		return p.pack(), true
	}
	return p.plain, false
}

// takesGzip reads an Accept-Encoding (RFC 9110, section 12.5.3).
func takesGzip(accepted string) bool {
	for coding := range strings.SplitSeq(accepted, ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, weighted := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		if value, err := strconv.ParseFloat(q, 64); weighted && err == nil && value == 0 {
			return false
		}
		return true
	}
	return false
}
