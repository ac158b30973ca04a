package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"tickler/internal/pgtest"
)

// cluster is a temporary PostgreSQL server with its default settings, so one that waits for the
// disk at each commit.
type cluster struct {
	server *pgtest.Cluster
	host   *host
}

// startPostgres makes and starts a server. Should this program be killed, nothing of it remains
// either.
func startPostgres() (c *cluster, err error) {
	c = &cluster{host: &host{}}
	defer func() {
		if fault, ok := recover().(hostFault); ok {
			err = errors.Join(fault, c.host.cleanUp())
		}
	}()
	c.server = pgtest.Start(c.host)
	return c, nil
}

func (c *cluster) stop() error { return c.host.cleanUp() }

// url is that of one of the server's databases.
func (c *cluster) url(database string) (string, error) {
	location, err := url.Parse(c.server.URL())
	if err != nil {
		return "", err
	}
	location.Path = "/" + database
	return location.String(), nil
}

// create makes a database, as a copy of another one if it is named.
func (c *cluster) create(ctx context.Context, name, template string) (location string, err error) {
	if template == "" {
		template = "template0"
	}
	db, err := sql.Open("pgx", c.server.URL())
	if err != nil {
		return "", err
	}
	defer drop(db)
	if _, err := db.ExecContext(ctx, `CREATE DATABASE `+name+` TEMPLATE `+template); err != nil {
		return "", err
	}
	return c.url(name)
}

// host stands in for the test that package pgtest works for: it remembers what to clean up, and a
// fault ends the start.
type host struct {
	testing.TB
	cleanups []func()
	faults   []error
}

type hostFault struct{ error }

func (h *host) Helper()           {}
func (h *host) Cleanup(do func()) { h.cleanups = append(h.cleanups, do) }
func (h *host) Error(what ...any) { h.faults = append(h.faults, errors.New(said(what))) }
func (h *host) Fatal(what ...any) { panic(hostFault{errors.New(said(what))}) }
func (h *host) Skip(what ...any)  { h.Fatal(what...) }
func said(what []any) string      { return strings.TrimSpace(fmt.Sprintln(what...)) }

func (h *host) cleanUp() error {
	for len(h.cleanups) > 0 {
		last := len(h.cleanups) - 1
		do := h.cleanups[last]
		h.cleanups = h.cleanups[:last]
		do()
	}
	return errors.Join(h.faults...)
}
