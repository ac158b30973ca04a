package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"time"

	"tickler"
	"tickler/internal/store"
)

// visitor is a user who is signed in to the pages of a server.
type visitor struct {
	server *server
	token  string // of their session
}

// signIn begins a session, as who knows the password would, and returns its token.
func signIn(ctx context.Context, db *store.Store, user tickler.User) (token string, err error) {
	token = rand.Text() + rand.Text()
	now := time.Now().UTC().Truncate(time.Second)
	return token, db.CreateSession(ctx, tickler.Session{
		TokenHash: tickler.HashSecret(token), AccountID: user.AccountID, UserID: user.ID, CreatedAt: now,
		ExpiresAt: now.Add(tickler.SessionKept),
	})
}

// load is one look at a page.
type load struct {
	took time.Duration // until the last byte had come
	sent []byte        // as it came: gzipped
}

// open asks for a page as a browser does. Any answer but a gzipped page is an error.
func (v *visitor) open(ctx context.Context, path string) (l load, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.server.address+path, nil)
	if err != nil {
		return l, err
	}
	request.AddCookie(&http.Cookie{Name: "tickler_session", Value: v.token})
	request.Header.Set("Accept-Encoding", "gzip")
	began := time.Now()
	answer, err := http.DefaultTransport.RoundTrip(request) // which follows no redirection to sign in
	if err != nil {
		return l, err
	}
	defer answer.Body.Close()
	l.sent, err = io.ReadAll(answer.Body)
	l.took = time.Since(began)
	if err == nil && (answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Encoding") != "gzip") {
		err = fmt.Errorf("%s answered %s, %v", path, answer.Status, answer.Header)
	}
	return l, err
}

// page is the page itself.
func (l load) page() ([]byte, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(l.sent))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

// loads are many looks at a page, one after the other.
type loads struct {
	p50, p99    time.Duration
	worked      time.Duration // by the server, for each, with what its other goroutines did meanwhile
	plain, gzip int           // bytes of the last one
	page        []byte
}

// look opens a page so many times, after a few that aren't counted.
func (v *visitor) look(ctx context.Context, path string, times int) (all loads, err error) {
	var took []time.Duration
	var last load
	var before time.Duration
	for i := range warmLoads + times {
		if i == warmLoads {
			if before, err = v.server.processorTime(); err != nil {
				return all, err
			}
		}
		if last, err = v.open(ctx, path); err != nil {
			return all, fmt.Errorf("%w\n%s", err, v.server.log.text())
		}
		if i >= warmLoads {
			took = append(took, last.took)
		}
	}
	after, err := v.server.processorTime()
	if err != nil {
		return all, err
	}
	page, err := last.page()
	return loads{
		p50: percentile(took, 50), p99: percentile(took, 99), worked: (after - before) / time.Duration(times), plain: len(page), gzip: len(last.sent), page: page,
	}, err
}

const warmLoads = 3
