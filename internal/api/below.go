package api

import (
	"bytes"
	"net"
	"net/http"
	"strconv"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/httpio"
)

// Listener returns a listener on whose connections net/http's own refusals look like the API's: for
// a request that it can't read, net/http asks no handler and answers in plain text. Over TLS, where
// only encrypted bytes are seen, such a refusal stays as it is.
func Listener(listener net.Listener) net.Listener { return refusingListener{listener} }

type refusingListener struct{ net.Listener }

// Accept implements net.Listener.
func (l refusingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return refusingConn{conn}, nil
}

// refusingConn is a connection on which refusals below the API are put into its words.
type refusingConn struct{ net.Conn }

// Write implements net.Conn.
func (c refusingConn) Write(p []byte) (int, error) {
	refusal, isOne := refusalBelow(p)
	if !isOne {
		return c.Conn.Write(p)
	}
	if _, err := c.Conn.Write(refusal); err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite ends what is sent, as net/http does before it closes a connection on which a client is
// still sending.
func (c refusingConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// What net/http writes of its own, in one piece: it has no Date, as every answer of a handler has.
// Only its refusal of an Expect is written as if by a handler, of which none answers that status.
var (
	refusalBegins  = []byte("HTTP/1.1 ")
	refusalHeaders = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

	expectationFailed = []byte("HTTP/1.1 417 Expectation Failed\r\n")
	headersEnd        = []byte("\r\n\r\n")
)

// refusalBelow returns, in the API's words, the refusal that net/http is about to write, if it is
// one.
func refusalBelow(written []byte) (refusal []byte, isOne bool) {
	if bytes.HasPrefix(written, expectationFailed) && bytes.HasSuffix(written, headersEnd) {
		return below(http.StatusExpectationFailed, ""), true
	}
	if !bytes.HasPrefix(written, refusalBegins) {
		return nil, false
	}
	status, text, isOne := bytes.Cut(written[len(refusalBegins):], refusalHeaders)
	if !isOne || bytes.IndexByte(status, '\n') >= 0 || len(status) < 3 {
		return nil, false
	}
	code, err := strconv.Atoi(string(status[:3]))
	if err != nil || code < http.StatusBadRequest {
		return nil, false
	}
	return below(code, string(text)), true
}

// below is the whole answer to a request that could not be read.
func below(code int, text string) []byte {
	message := "The request can't be read as HTTP: its first line, a header or its length is malformed. " +
		"A blank in the query is written %20 or +."
	kind := failureOf[tickler.KindInvalid]
	switch {
	case code == http.StatusRequestHeaderFieldsTooLarge:
		kind, message = requestTooLarge, "The request's address and headers are longer than 64 KiB."
	case code == http.StatusExpectationFailed:
		kind, message = unmetExpectation, "The header 'Expect' can be 100-continue only."
	case text != "400 Bad Request":
		message = "The request can't be read as HTTP: " + text + "."
	}
	a := kind.answer(message)
	body := wire.Marshal(a.body)
	header := http.Header{
		"Content-Type":           {"application/json; charset=utf-8"},
		"X-Content-Type-Options": {"nosniff"},
		"Cache-Control":          {"no-store"},
		"Connection":             {"close"},
		"Content-Length":         {strconv.Itoa(len(body))},
		httpio.RequestIDHeader:   {httpio.RequestID(&http.Request{})},
	}
	admitPages(header)
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + strconv.Itoa(a.status) + " " + http.StatusText(a.status) + "\r\n")
	_ = header.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
