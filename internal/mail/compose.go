package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"tickler"
	"tickler/internal/address"
)

// envelope is a message as it goes over the wire.
type envelope struct {
	from, to string
	data     []byte // what follows the command DATA, up to and with the dot that ends it
}

// Limits of what goes into headers.
const (
	maxHeaderText = 250 // code points
	maxID         = 250 // bytes
)

// compose makes the message ready to be sent. Its errors are permanent.
func compose(m Message, from *netmail.Address, now time.Time) (envelope, error) {
	if !isMessageID(m.ID) {
		return envelope{}, unwritable("no message can be made", fmt.Errorf("%q is not a Message-ID", tickler.Cut(m.ID)))
	}
	to, ok := address.Email(m.To)
	if !ok || !isAddress(m.To) {
		return envelope{}, unwritable("no message can be sent",
			fmt.Errorf("%q is not an e-mail address", tickler.Cut(m.To)))
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(from)
	msg.ToMailAddress(&netmail.Address{Name: personName(m.ToName), Address: to})
	msg.Subject(encodeLookalike(headerText(m.Subject)))
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(now)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers, please
	msg.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	setUnsubscribe(msg, m.UnsubscribeURL)
	msg.SetBodyWriter(gomail.TypeTextPlain, writes(m.Text))
	if m.HTML != "" {
		msg.AddAlternativeWriter(gomail.TypeTextHTML, writes(m.HTML))
	}
	for _, a := range m.Attachments {
		if err := attach(msg, a); err != nil {
			return envelope{}, unwritable("no message can be made", err)
		}
	}
	var content bytes.Buffer
	content.Grow(3*(len(m.Text)+len(m.HTML))/2 + 1024)
	if _, err := msg.WriteTo(&content); err != nil {
		return envelope{}, unwritable("no message can be made", err)
	}
	data, err := endByDot(content.Bytes())
	if err != nil {
		return envelope{}, unwritable("no message can be made", err)
	}
	return envelope{from: from.Address, to: to, data: data}, nil
}

// setUnsubscribe says how the recipient gets no more of these mails: by opening a URL (RFC 2369),
// and where mail programs may do it for them, by one POST to it (RFC 8058).
func setUnsubscribe(msg *gomail.Msg, location string) {
	if location == "" {
		return
	}
	msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+location+">")
	if strings.HasPrefix(location, "https://") {
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
}

// endByDot doubles the dots that begin a line and ends the content by a line of one dot (RFC 5321
// section 4.5.2). Ends of lines other than CRLF are refused: some servers take them for ends of
// lines too, and would see another dot than we do.
func endByDot(content []byte) ([]byte, error) {
	ends := bytes.Count(content, []byte("\r\n"))
	if bytes.Count(content, []byte("\r")) != ends || bytes.Count(content, []byte("\n")) != ends {
		return nil, errors.New("a line of it ends otherwise than by CRLF")
	}
	if bytes.Contains(content, []byte("\r\n.")) {
		content = bytes.ReplaceAll(content, []byte("\r\n."), []byte("\r\n.."))
	}
	if !bytes.HasSuffix(content, []byte("\r\n")) {
		content = append(content, "\r\n"...)
	}
	return append(content, ".\r\n"...), nil
}

// writes returns the function by which the library asks for a text. Unlike its own it makes no copy
// of it.
func writes(text string) func(io.Writer) (int64, error) {
	return func(w io.Writer) (int64, error) {
		text := strings.ToValidUTF8(text, "\uFFFD")
		if strings.Contains(text, "\r") {
			text = lineEnds.Replace(text)
		}
		n, err := io.WriteString(w, text)
		return int64(n), err
	}
}

// lineEnds makes all ends of lines alike. The encoder (mime/quotedprintable) would lose some of a
// mixture.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func attach(msg *gomail.Msg, a Attachment) error {
	if _, _, err := mime.ParseMediaType(a.ContentType); err != nil ||
		strings.ContainsFunc(a.ContentType, unicode.IsControl) {
		return fmt.Errorf("the attachment's type %q is not one like text/csv", tickler.Cut(a.ContentType))
	}
	name := headerText(a.Name)
	if name == "" {
		return errors.New("an attachment has no name")
	}
	msg.AttachReadSeeker(name, bytes.NewReader(a.Content),
		gomail.WithFileContentType(gomail.ContentType(a.ContentType)))
	return nil
}

// headerText makes a text fit for a header: one line of limited length.
func headerText(text string) string {
	text = oneLine(text)
	if utf8.RuneCountInString(text) <= maxHeaderText {
		return text
	}
	return string([]rune(text)[:maxHeaderText]) + "…"
}

// personName makes a name fit for an address in a header. Backslashes become slashes, for net/mail
// writes them into encoded words, where readers, net/mail among them, don't accept them (RFC 2047
// section 5).
func personName(name string) string { return strings.ReplaceAll(headerText(name), `\`, "/") }

// oneLine makes single blanks of all runs of blanks and control characters, so that nothing in the
// text ends a line.
func oneLine(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	})
	return strings.Join(words, " ")
}

// encodeLookalike encodes a text that holds what readers would take for an encoded word (RFC 2047)
// and decode, so that it arrives as it was written. All others are left to the library.
func encodeLookalike(text string) string {
	const longest = 45 // bytes; 60 encoded, which leaves room for the signs around them within 75
	if !strings.Contains(text, "=?") {
		return text
	}
	var words []string
	word := ""
	for _, r := range text {
		if len(word)+utf8.RuneLen(r) > longest {
			words, word = append(words, word), ""
		}
		word += string(r)
	}
	words = append(words, word)
	for i := range words {
		words[i] = "=?UTF-8?b?" + base64.StdEncoding.EncodeToString([]byte(words[i])) + "?="
	}
	return strings.Join(words, " ")
}

// isAddress reports whether the text is one bare address (RFC 5322 addr-spec) of visible
// characters.
func isAddress(text string) bool {
	parsed, err := netmail.ParseAddress(text)
	return err == nil && parsed.Address == text && len(text) <= tickler.MaxEmail &&
		!strings.ContainsFunc(text, isHidden) && !strings.ContainsAny(text, "<>")
}

// isMessageID reports whether the text may stand between the brackets of a Message-ID (RFC 5322
// section 3.6.4).
func isMessageID(text string) bool {
	left, right, found := strings.Cut(text, "@")
	return found && left != "" && right != "" && len(text) <= maxID && isASCII(text) &&
		!strings.ContainsFunc(text, isHidden) && !strings.ContainsAny(text, "<>") && !strings.Contains(right, "@")
}

// isHidden reports whether a character can't be seen, or changes how others are seen.
func isHidden(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}
