// Package mail hands messages to a mail server by SMTP (RFC 5321). It keeps connections open
// between messages, sends several at once, and distinguishes failures that pass from those that
// stay.
package mail

// Message is one e-mail to one person.
type Message struct {
	// ID is the Message-ID without its brackets: letters, digits and signs of ASCII around one @,
	// at most 250 bytes. It is the same whenever the message is sent again, so that a copy can be
	// told.
	ID string
	// To is the recipient's bare address, like ada@example.com.
	To string
	// ToName is the recipient's name; it may be empty.
	ToName string
	// Subject is any text. On their way into the header, control characters in it and in ToName
	// become blanks, runs of blanks single ones, and what is longer than 250 characters is cut.
	Subject string
	// Text is the message for all to read.
	Text string
	// HTML says the same for those who see HTML. When it is empty the message has no such part.
	HTML        string
	Attachments []Attachment
	// UnsubscribeURL is where such mails are turned off: by one POST (RFC 8058), if it begins with
	// https. It is empty for mails that can't be.
	UnsubscribeURL string
}

// Attachment is a file that goes with a message.
type Attachment struct {
	Name        string // the file's name, like report.csv
	ContentType string // like text/csv; charset=utf-8
	Content     []byte
}
