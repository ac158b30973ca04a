package httpio

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
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
	if TakesGzip(r) {
		return p.pack(), true
	}
	return p.plain, false
}

// writers are kept between answers: a new one allocates 800 kB.
var writers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// Gzip compresses the content of one answer. The result is longer by a random number of bytes, so
// that its length does not tell what repeats in the content (BREACH).
func Gzip(content []byte) []byte {
	var packed bytes.Buffer
	w := writers.Get().(*gzip.Writer) //nolint:forcetypeassert // the pool has nothing else
	defer writers.Put(w)
	w.Reset(&packed)
	w.Comment = padding()
	_, _ = w.Write(content) // a buffer takes everything
	_ = w.Close()
	return packed.Bytes()
}

// padding is up to 103 letters.
func padding() string {
	text := strings.Repeat(rand.Text(), 4)
	var b [1]byte
	_, _ = rand.Read(b[:]) // which never fails
	return text[:int(b[0])%len(text)]
}

// TakesGzip reports whether the client takes gzip: see Accept-Encoding in RFC 9110, section 12.5.3.
func TakesGzip(r *http.Request) bool {
	accepted := r.Header.Get("Accept-Encoding")
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
