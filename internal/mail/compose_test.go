package mail_test

import (
	"bytes"
	"maps"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"tickler/internal/mail"
	"tickler/internal/mail/mailtest"
)

// compose makes a message, which must be valid.
func compose(tb testing.TB, m mail.Message) []byte {
	tb.Helper()
	data, err := mail.Data(m, from, start)
	if err != nil {
		tb.Fatal(err)
	}
	return contentOf(tb, data)
}

// contentOf undoes the encoding for the wire, as a server would.
func contentOf(tb testing.TB, data []byte) []byte {
	tb.Helper()
	lines := strings.SplitAfter(string(data), "\r\n")
	if n := len(lines); n < 2 || lines[n-1] != "" || lines[n-2] != ".\r\n" {
		tb.Fatalf("does not end by a dot: %q", data)
	}
	lines = lines[:len(lines)-2]
	for i, line := range lines {
		if line == ".\r\n" {
			tb.Fatalf("the message ends in its middle: %q", data)
		}
		lines[i] = strings.TrimPrefix(line, ".")
	}
	return []byte(strings.Join(lines, ""))
}

func TestEndsByOneDot(t *testing.T) {
	for content, want := range map[string]string{
		"a: b\r\n\r\ntext":              "a: b\r\n\r\ntext\r\n.\r\n",
		"a: b\r\n\r\n.\r\n..\r\n.c\r\n": "a: b\r\n\r\n..\r\n...\r\n..c\r\n.\r\n",
		"a: b\r\n\n.\r\n":               "",
		"a: b\r\n\r.\r\n":               "",
		"a: b\n\r":                      "",
	} {
		got, err := mail.EndByDot([]byte(content))
		if string(got) != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", content, got, err, want)
		}
	}
}

func TestNothingGetsIntoTheHeader(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "",
		"a\r\nBcc: eve@example.com":             "a Bcc: eve@example.com",
		"a\nBcc: eve@example.com\n\n<script>":   "a Bcc: eve@example.com <script>",
		"a\r\n\r\nbody":                         "a body",
		"\x00a\x1b[31m\u0085b\u2028c\u2029\x7f": "a [31m b c",
		"=?utf-8?q?a=0D=0ABcc:_eve@example.com?=":  "=?utf-8?q?a=0D=0ABcc:_eve@example.com?=",
		"=?utf-8?b?" + strings.Repeat("ü", 60):     "=?utf-8?b?" + strings.Repeat("ü", 60),
		"a" + strings.Repeat(" ", 300) + "b\xff":   "a b\ufffd",
		strings.Repeat("x", 300):                   strings.Repeat("x", 250) + "…",
		strings.Repeat("👩‍💻", 10) + " \u202e desk": strings.Repeat("👩‍💻", 10) + " \u202e desk",
	} {
		m := letter(1)
		m.Subject, m.ToName = text, text
		m.Attachments = []mail.Attachment{{Name: "a" + text, ContentType: "text/csv"}}
		got := mailtest.Message{Raw: compose(t, m)}.Letter(t)
		if got.Subject != want || got.To.Name != want || got.To.Address != m.To {
			t.Errorf("%q: subject %q to %v, want %q", text, got.Subject, got.To, want)
		}
		if len(got.Header) != 9 || len(got.Files) != 1 || got.Text != m.Text {
			t.Errorf("%q: header %v, files %v, text %q", text, got.Header, got.Files, got.Text)
		}
	}
}

func TestMakesNoMessageOf(t *testing.T) {
	for name, spoil := range map[string]func(m *mail.Message){
		"no id":               func(m *mail.Message) { m.ID = "" },
		"id without @":        func(m *mail.Message) { m.ID = "1" },
		"id in brackets":      func(m *mail.Message) { m.ID = "<1@example.com>" },
		"id of two lines":     func(m *mail.Message) { m.ID = "1@example.com\r\nBcc: eve" },
		"id beyond ASCII":     func(m *mail.Message) { m.ID = "1@bücher.example" },
		"id too long":         func(m *mail.Message) { m.ID = strings.Repeat("1", 250) + "@example.com" },
		"nobody":              func(m *mail.Message) { m.To = "" },
		"no address":          func(m *mail.Message) { m.To = "asha" },
		"two addresses":       func(m *mail.Message) { m.To = "a@example.com, b@example.com" },
		"address and name":    func(m *mail.Message) { m.To = "Asha <asha@example.com>" },
		"address with more":   func(m *mail.Message) { m.To = "asha@example.com> ORCPT=rfc822;eve@example.com" },
		"address of two":      func(m *mail.Message) { m.To = "asha@example.com\r\nRCPT TO:<eve@example.com>" },
		"hidden sign":         func(m *mail.Message) { m.To = "asha\u202e@example.com" },
		"quoted address":      func(m *mail.Message) { m.To = `"as ha"@example.com` },
		"address too long":    func(m *mail.Message) { m.To = strings.Repeat("a", 250) + "@example.com" },
		"nameless attachment": func(m *mail.Message) { m.Attachments[0].Name = "\r\n" },
		"typeless attachment": func(m *mail.Message) { m.Attachments[0].ContentType = "" },
		"type of two lines":   func(m *mail.Message) { m.Attachments[0].ContentType = "text/csv;\r\n a=b" },
	} {
		t.Run(name, func(t *testing.T) {
			m := letter(1)
			m.Attachments = []mail.Attachment{{Name: "a.csv", ContentType: "text/csv"}}
			compose(t, m)
			spoil(&m)
			_, err := mail.Data(m, from, start)
			checkFailure(t, err, "no message can be", true)
		})
	}
}

// FuzzMessage looks for text that escapes from its place in a message.
func FuzzMessage(f *testing.F) {
	f.Add("1@example.com", "asha@example.com", "Asha", "Subject", "text\n", "<p>text</p>")
	f.Add("1@example.com", "ä@example.com", "A\r\nBcc: eve@example.com", "a\r\n\r\nb", ".\r\n.\r\nQUIT\r\n", "\r.\n\r<script>")
	f.Add("1@example.com", "a@example.com", "ü\\", "\\", "\\", "\\")
	f.Add("1@[127.0.0.1]", "a@[127.0.0.1]", "=?utf-8?q?=0A?=", "=?utf-8?q?=0D=0A?= =?", "\x00\xff", "--\r\n")
	f.Fuzz(func(t *testing.T, id, to, name, subject, text, html string) {
		m := mail.Message{ID: id, To: to, ToName: name, Subject: subject, Text: text, HTML: html}
		data, err := mail.Data(m, from, start)
		if err != nil {
			if !mail.IsPermanent(err) || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("error %q", err)
			}
			return
		}
		if strings.ContainsFunc(id+to, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(" <>", r) }) {
			t.Errorf("id %q and recipient %q were taken", id, to)
		}
		content := contentOf(t, data)
		if rest := bytes.ReplaceAll(content, []byte("\r\n"), nil); bytes.ContainsAny(rest, "\r\n\x00") {
			t.Errorf("a lonely CR, LF or NUL in:\n%q", content)
		}
		for line := range bytes.SplitSeq(content, []byte("\r\n")) {
			if len(line) > 998 {
				t.Errorf("a line of %d bytes: %q", len(line), line)
			}
		}
		got := mailtest.Message{Raw: content}.Letter(t)
		header := []string{
			"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To",
			"X-Auto-Response-Suppress",
		}
		if html == "" {
			header = slices.Insert(header, 1, "Content-Transfer-Encoding")
		}
		if diff := cmp.Diff(header, slices.Sorted(maps.Keys(got.Header))); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		for _, values := range got.Header {
			if len(values) != 1 {
				t.Errorf("header %q", got.Header)
			}
		}
		want := mailtest.Letter{
			Header:  got.Header,
			Subject: asLine(subject), To: &netmail.Address{Name: strings.ReplaceAll(asLine(name), `\`, "/"), Address: to}, From: got.From,
			Text: asText(text), HTML: asText(html),
		}
		got.Text, got.HTML = asText(got.Text), asText(got.HTML)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("letter (-want +got):\n%s\n%s", diff, content)
		}
		if got.Header.Get("Message-Id") != "<"+id+">" {
			t.Errorf("Message-ID %q", got.Header.Get("Message-Id"))
		}
	})
}

// asLine computes the same as the package in another way.
func asLine(text string) string {
	var line []rune
	for _, word := range strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))) {
		line = append(append(line, ' '), []rune(word)...)
	}
	if len(line) > 0 {
		line = line[1:]
	}
	if len(line) > 250 {
		line = append(line[:250], '…')
	}
	return string(line)
}

// asText normalizes line endings, which mail changes.
func asText(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\ufffd"))
	return strings.TrimRight(text, "\n")
}
