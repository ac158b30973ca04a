package mailtest

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"testing"
)

// Letter is a message as its reader sees it, decoded.
type Letter struct {
	Header  netmail.Header // as it came, still encoded
	Subject string
	From    *netmail.Address
	To      *netmail.Address
	Text    string // lines ended by LF, here and in HTML
	HTML    string
	Files   []File
}

// File is an attachment.
type File struct {
	Name, ContentType string
	Content           []byte
}

// Letter reads the message. What can't be read fails the test.
func (m Message) Letter(tb testing.TB) Letter {
	tb.Helper()
	message, err := netmail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		tb.Fatalf("no message: %v\n%s", err, m.Raw)
	}
	l := Letter{Header: message.Header}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		tb.Errorf("subject: %v", err)
	}
	if l.From, err = netmail.ParseAddress(message.Header.Get("From")); err != nil {
		tb.Errorf("sender: %v", err)
	}
	if l.To, err = netmail.ParseAddress(message.Header.Get("To")); err != nil {
		tb.Errorf("recipient: %v", err)
	}
	if err := l.read(textproto.MIMEHeader(message.Header), message.Body); err != nil {
		tb.Errorf("body: %v\n%s", err, m.Raw)
	}
	return l
}

// read takes one part, and the parts in it.
func (l *Letter) read(header textproto.MIMEHeader, body io.Reader) error {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, parameters["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.read(part.Header, part); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	disposition, file, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	switch {
	case disposition == "attachment":
		name, err := new(mime.WordDecoder).DecodeHeader(file["filename"])
		l.Files = append(l.Files, File{name, header.Get("Content-Type"), content})
		return err
	case kind == "text/html":
		l.HTML += text
	default:
		l.Text += text
	}
	return nil
}
