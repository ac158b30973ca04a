package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// surface is a part of what answers HTTP: whether it serves a path, and how.
type surface struct {
	serves  func(path string) bool
	handler http.Handler
}

func isPath(path string) func(string) bool {
	return func(asked string) bool { return asked == path }
}

func anyPath(string) bool { return true }

// ServeHTTP lets the first surface that serves the path answer.
func (n *node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, s := range n.surfaces {
		if s.serves(r.URL.Path) {
			s.handler.ServeHTTP(w, r)
			return
		}
	}
}

// alive tells a process monitor that the process runs.
func alive(w http.ResponseWriter, _ *http.Request) { writeLine(w, http.StatusOK, "ok") }

// ready tells a load balancer whether calls can be answered now.
func (n *node) ready(w http.ResponseWriter, r *http.Request) {
	const readyTimeout = 2 * time.Second
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	err := n.store.Ping(ctx)
	if err == nil {
		err = n.directory.Fresh()
	}
	if err != nil {
		n.log.Warn("not ready", "error", err)
		writeLine(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	writeLine(w, http.StatusOK, "ready")
}

func writeLine(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}
