package mail

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/clock"
)

const goodFrom = "Tickler <reminders@example.com>"

func TestReadsServerURL(t *testing.T) {
	for url, want := range map[string]server{
		"smtp://mail.example.com":                               {host: "mail.example.com", port: "587", encryption: startTLS},
		"smtp://mail.example.com/":                              {host: "mail.example.com", port: "587", encryption: startTLS},
		"smtp://mail.example.com:2525?tls=none":                 {host: "mail.example.com", port: "2525", encryption: noTLS},
		"smtp://mail.example.com?tls=none":                      {host: "mail.example.com", port: "25", encryption: noTLS},
		"smtp://mail.example.com?tls=implicit":                  {host: "mail.example.com", port: "465", encryption: implicitTLS},
		"smtps://mail.example.com":                              {host: "mail.example.com", port: "465", encryption: implicitTLS},
		"smtps://mail.example.com?tls=implicit":                 {host: "mail.example.com", port: "465", encryption: implicitTLS},
		"smtp://mail.exämple.com":                               {host: "mail.xn--exmple-cua.com", port: "587", encryption: startTLS},
		"smtp://localhost":                                      {host: "localhost", port: "25", encryption: noTLS},
		"smtp://127.0.0.1:1025":                                 {host: "127.0.0.1", port: "1025", encryption: noTLS},
		"smtp://[::1]":                                          {host: "::1", port: "25", encryption: noTLS},
		"smtp://[2001:db8::1]":                                  {host: "2001:db8::1", port: "587", encryption: startTLS},
		"smtp://localhost?tls=starttls":                         {host: "localhost", port: "587", encryption: startTLS},
		"smtp://me%40example.com:a%3Ab%2Fc%25@mail:26?tls=none": {host: "mail", port: "26", encryption: noTLS, user: "me@example.com", password: "a:b/c%"},
	} {
		s, err := New(url, goodFrom, clock.System{})
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if diff := cmp.Diff(&want, s.server, cmp.AllowUnexported(server{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", url, diff)
		}
	}
}

func TestRefusesServerURL(t *testing.T) {
	for url, want := range map[string]string{
		"":                                      "expected a URL like smtp://",
		"mail.example.com":                      "expected a URL like smtp://",
		"mail.example.com:25":                   "expected a URL like smtp://",
		"http://hunter2@mail.example.com":       "expected a URL like smtp://",
		"smtp:mail.example.com?hunter2":         "expected a URL like smtp://",
		"smtp://":                               "expected a URL like smtp://",
		"smtp://:25":                            "expected a URL like smtp://",
		"smtp://me:hunter2%zz@mail":             "expected a URL like smtp://",
		"smtp://me:hunter2/x@mail":              "expected a URL like smtp://",
		"smtp://me:hunter2?x@mail":              "expected a URL like smtp://",
		"smtp://me:hunter2#x@mail":              "expected a URL like smtp://",
		"smtp://me:hunter2@ma il":               "expected a URL like smtp://",
		"smtp://me:hunter2@mail\u200b":          "expected a URL like smtp://",
		"smtp://me:hunter2@mail\r\n":            "expected a URL like smtp://",
		"smtp://me:hunter2@mail..ä":             "there is no host of that name",
		"smtp://me:25/hunter2@mail":             "nothing may follow the port",
		"smtp://me:25#hunter2@mail":             "nothing may follow the port",
		"smtp://me:25?hunter2@mail":             "the only parameter is tls",
		"smtp://mail?tls=none&tls=none":         "the only parameter is tls",
		"smtp://mail?tls=none&hunter2=x":        "the only parameter is tls",
		"smtp://mail?tls=%zz":                   "the only parameter is tls",
		"smtp://mail?tls=":                      "tls is none, starttls or implicit",
		"smtp://mail?tls=hunter2":               "tls is none, starttls or implicit",
		"smtps://mail?tls=starttls":             "smtps:// means tls=implicit",
		"smtp://me:hunter2@mail:0":              "the port is a number from 1 to 65535",
		"smtp://me:hunter2@mail:65536":          "the port is a number from 1 to 65535",
		"smtp://hunter2@mail":                   "user and password go together",
		"smtp://:hunter2@mail":                  "user and password go together",
		"smtp://me:@mail":                       "user and password go together",
		"smtp://me:hunter2@mail:25?tls=NONE":    "tls is none, starttls or implicit",
		"smtp://me:hunter2@mail:25/?tls=%0d%0a": "tls is none, starttls or implicit",
	} {
		_, err := New(url, goodFrom, clock.System{})
		if err == nil || !strings.HasPrefix(err.Error(), "--smtp-url: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", url, err, want)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v shows the password", url, err)
		}
	}
}

func TestReadsSender(t *testing.T) {
	for from, want := range map[string]string{
		goodFrom:                              "reminders@example.com",
		"reminders@mail.example.com":          "reminders@mail.example.com",
		`"Tickler, \"Inc.\"" <r@example.com>`: "r@example.com",
		"Tickler <r@bücher.example>":          "r@xn--bcher-kva.example", // good for every recipient, and for Message-IDs
	} {
		s, err := New("smtp://localhost", from, clock.System{})
		if err != nil {
			t.Errorf("%s: %v", from, err)
			continue
		}
		if s.from.Address != want || !strings.HasSuffix(want, "@"+s.Domain()) || strings.ContainsAny(s.from.Name, "\r\n") {
			t.Errorf("%s: %q, domain %q", from, s.from, s.Domain())
		}
	}
	for _, from := range []string{
		"", "Tickler", "tickler@", "a@example.com, b@example.com", "jörg@example.com", "r@bü..example",
		"Tickler <reminders@example.com>\r\nBcc: x@example.com", "=?utf-8?q?Tick=0D=0ABcc:_x?= <r@example.com>", `"a b"@example.com`, "\u200b <r@example.com>", `" " <r@example.com>`, "a@" + strings.Repeat("x", 254),
	} {
		_, err := New("smtp://localhost", from, clock.System{})
		if err == nil || !strings.HasPrefix(err.Error(), "--mail-from: ") || strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("%q: %v", from, err)
		}
	}
}
