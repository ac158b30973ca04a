package store

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// proxy stands between a store and its Postgres server and cuts connections.
type proxy struct {
	listener net.Listener
	network  string
	address  string // of the server
	running  sync.WaitGroup

	mu    sync.Mutex
	pairs map[net.Conn]net.Conn // of client and server
	tag   string                // see cutAnswer
	all   bool
	cuts  int
}

// newProxy returns a proxy and the URL of the same database behind it.
func newProxy(t *testing.T, location string) (p *proxy, behind string) {
	t.Helper()
	config, err := pgconn.ParseConfig(location)
	if err != nil {
		t.Fatal(err)
	}
	p = &proxy{pairs: map[net.Conn]net.Conn{}}
	p.network, p.address = pgconn.NetworkAddress(config.Host, config.Port)
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.running.Go(p.accept)
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.cut(nil)
		p.running.Wait()
	})
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: p.listener.Addr().String(),
		Path: "/" + config.Database, RawQuery: "sslmode=disable",
	}
	return p, u.String()
}

// cutAnswer cuts the connection, or all of them, in place of the next answer to a command with that
// tag. The command has taken effect by then, but the client never learns it.
func (p *proxy) cutAnswer(tag string, all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tag, p.all, p.cuts = tag, all, 0
}

// answersCut returns how many answers have been cut.
func (p *proxy) answersCut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}

// cut ends every connection but one.
func (p *proxy) cut(except io.Writer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, server := range p.pairs {
		if client != except {
			_ = client.Close()
			_ = server.Close()
		}
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(p.network, p.address)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.pairs[client] = server
		p.mu.Unlock()
		p.running.Go(func() {
			p.ask(server, client)
			_ = server.Close()
		})
		p.running.Go(func() {
			p.answer(client, bufio.NewReader(server))
			_ = client.Close()
			_ = server.Close()
			p.mu.Lock()
			delete(p.pairs, client)
			p.mu.Unlock()
		})
	}
}

// ask forwards what the client sends, except for a request to cancel what a lost connection was
// doing.
func (p *proxy) ask(server io.Writer, client io.Reader) {
	const cancelRequest = 80877102
	start := make([]byte, 8)
	if _, err := io.ReadFull(client, start); err != nil || binary.BigEndian.Uint32(start[4:]) == cancelRequest {
		return
	}
	if _, err := server.Write(start); err == nil {
		_, _ = io.Copy(server, client)
	}
}

// answer forwards what the server sends, message by message: a letter, a length, a body.
func (p *proxy) answer(client io.Writer, server io.Reader) {
	held := false
	for {
		header := make([]byte, 5)
		if _, err := io.ReadFull(server, header); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(header[1:])-4)
		if _, err := io.ReadFull(server, body); err != nil {
			return
		}
		held = held || header[0] == 'C' && p.takes(string(body[:len(body)-1]))
		if held && header[0] == 'Z' { // ready for the next query: all of this one is done, its commit too
			p.mu.Lock()
			all := p.all
			p.mu.Unlock()
			if all {
				p.cut(client) // the others first: its end is what starts the second attempt
			}
			return
		}
		if held {
			continue
		}
		if _, err := client.Write(append(header, body...)); err != nil {
			return
		}
	}
}

func (p *proxy) takes(tag string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tag == "" || p.tag != tag {
		return false
	}
	p.tag = ""
	p.cuts++
	return true
}
