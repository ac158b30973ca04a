package mail_test

import (
	"context"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// stage is a mail server that follows a script, for behavior that a decent server does not have.
type stage struct {
	url string

	mu    sync.Mutex
	heard []string // all lines of all clients
	conns int
}

// perform starts a server that runs the script on every connection.
func perform(tb testing.TB, script func(a *actor)) *stage {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &stage{url: "smtp://" + listener.Addr().String()}
	var playing sync.WaitGroup
	playing.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
			stop := context.AfterFunc(tb.Context(), func() { _ = conn.Close() })
			playing.Go(func() {
				defer stop()
				defer func() { _ = conn.Close() }()
				script(&actor{Conn: textproto.NewConn(conn), stage: s, hanging: func() {}})
			})
		}
	})
	tb.Cleanup(func() {
		_ = listener.Close()
		playing.Wait()
	})
	return s
}

// connections returns how many clients have connected so far.
func (s *stage) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns
}

// transcript returns everything that clients sent.
func (s *stage) transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.heard, "\n")
}

// actor plays the server on one connection.
type actor struct {
	*textproto.Conn
	stage *stage
	// hanging is called when it stops answering.
	hanging func()
}

// say sends lines.
func (a *actor) say(lines ...string) {
	for _, line := range lines {
		_ = a.PrintfLine("%s", line)
	}
}

// hear reads a line; an empty one when the client is gone.
func (a *actor) hear() string {
	line, err := a.ReadLine()
	if err != nil {
		return ""
	}
	a.stage.mu.Lock()
	a.stage.heard = append(a.stage.heard, line)
	a.stage.mu.Unlock()
	return line
}

// greet waits for the client's EHLO and offers the extensions.
func (a *actor) greet(extensions ...string) {
	a.say("220 here we are")
	a.hear()
	a.say("250-hello")
	for _, extension := range extensions {
		a.say("250-" + extension)
	}
	a.say("250 SIZE")
}

// answer replies to each command by its first word, until the client is gone. Commands without a
// reply in the list are accepted; the message after a 354 is read to its end and answered with the
// reply for ".".
func (a *actor) answer(replies map[string]string) {
	for line := a.hear(); line != ""; line = a.hear() {
		verb, _, _ := strings.Cut(line, " ")
		reply := replies[verb]
		switch {
		case reply == "" && verb == "DATA":
			reply = "354 go on"
		case reply == "" && verb == "QUIT":
			reply = "221 bye"
		case reply == "":
			reply = "250 fine"
		}
		a.say(reply)
		if strings.HasPrefix(reply, "221") || strings.HasPrefix(reply, "421") {
			return
		}
		if verb == "DATA" && strings.HasPrefix(reply, "354") {
			lines, err := a.ReadDotLines()
			if err != nil {
				return
			}
			a.stage.mu.Lock()
			a.stage.heard = append(a.stage.heard, lines...)
			a.stage.mu.Unlock()
			end := replies["."]
			if end == "" {
				end = "250 taken"
			}
			a.say(end)
		}
	}
}

// once accepts one message.
func (a *actor) once() {
	for range 3 { // MAIL, RCPT, DATA
		reply := "250 fine"
		if a.hear() == "DATA" {
			reply = "354 go on"
		}
		a.say(reply)
	}
	_, _ = a.ReadDotLines()
	a.say("250 taken")
}

// hang sends nothing more until the client is gone.
func (a *actor) hang() {
	a.hanging()
	_, _ = io.Copy(io.Discard, a.R)
}
