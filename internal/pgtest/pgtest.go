// Package pgtest gives tests a real PostgreSQL: the server of TICKLER_TEST_POSTGRES_URL, or else a
// temporary one made with the local initdb and pg_ctl. Nothing of it outlives the test binary, even
// one that is killed.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Setting is a line of postgresql.conf.
type Setting string

// Fast skips the wait for the disk. What is committed survives a kill of the server, but not a
// power cut.
const Fast Setting = "fsync = off"

// URL returns the URL of an empty database of the test's own, dropped when the test ends. It lies
// in one server that the tests of a binary share. Without Postgres the test is skipped, or fails
// where CI=true.
func URL(t testing.TB) string {
	t.Helper()
	return Copy(t, emptyDatabase)
}

// Copy is URL with a copy of a Template instead of an empty database.
func Copy(t testing.TB, template string) string {
	t.Helper()
	location, err := sharedURL()
	if err != nil {
		unavailable(t, err)
	}
	name, err := create(location, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(location, `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Error(err)
		}
	})
	return database(location, name)
}

// emptyDatabase is a template that every server has.
const emptyDatabase = "template0"

// Template makes a database to be copied, once it is filled and nobody is connected to it any more,
// and returns its name. It ends with its server. On a server that is not a temporary one nothing is
// left behind, so that it is an empty one there. It is empty too where there is no Postgres: Copy
// tells of that.
func Template(fill func(location string) error) (name string, err error) {
	location, err := sharedURL()
	if err != nil {
		return emptyDatabase, nil //nolint:nilerr // see above
	}
	if temporary, err := isTemporary(location); err != nil || !temporary {
		return emptyDatabase, err
	}
	if name, err = create(location, emptyDatabase); err != nil {
		return "", err
	}
	return name, fill(database(location, name))
}

func create(location *url.URL, template string) (name string, err error) {
	name = "test_" + strings.ToLower(rand.Text())
	return name, execute(location, `CREATE DATABASE `+name+` TEMPLATE `+template)
}

// database returns the URL of another database of a server's.
func database(server *url.URL, name string) string {
	own := *server
	own.Path = "/" + name
	return own.String()
}

// ServerVariable names a server to be used instead of a temporary one.
const ServerVariable = "TICKLER_TEST_POSTGRES_URL"

func sharedURL() (*url.URL, error) {
	if given := os.Getenv(ServerVariable); given != "" {
		return url.Parse(given)
	}
	s, err := sharedServer()
	if err != nil {
		return nil, err
	}
	return s.url(), nil
}

// sharedServer starts the shared server once. It ends with this program; to be held on to, since
// garbage collection closes what its keeper reads from.
var sharedServer = sync.OnceValues(func() (*server, error) {
	s, err := newServer(Fast, temporary, "max_connections = 1000") // many stores at once, each with a pool
	if err != nil {
		return nil, err
	}
	return s, s.start()
})

// temporary is how a server that the tests share says that it is a temporary one.
const (
	temporaryName         = "tickler-tests"
	temporary     Setting = "cluster_name = '" + temporaryName + "'"
)

func isTemporary(location *url.URL) (is bool, err error) {
	ctx := context.Background() // no test's own
	conn, err := pgx.Connect(ctx, location.String())
	if err != nil {
		return false, err
	}
	err = conn.QueryRow(ctx, `SELECT current_setting('cluster_name') = $1`, temporaryName).Scan(&is)
	return is, errors.Join(err, conn.Close(ctx))
}

// Serve starts the server that the tests of a binary share, for those of many: they find it by
// ServerVariable. It ends by stop, or else with this program.
func Serve() (location string, stop func(), err error) {
	s, err := sharedServer()
	if err != nil {
		return "", nil, err
	}
	return s.url().String(), func() { _ = s.remove() }, nil
}

// Cluster is a server of one test's own, to be stopped and started at will.
type Cluster struct {
	t      testing.TB
	server *server
}

// Start makes a server and starts it. It is stopped and removed when the test ends. Without a local
// Postgres the test is skipped, or fails where CI=true.
func Start(t testing.TB, settings ...Setting) *Cluster {
	t.Helper()
	s, err := newServer(settings...)
	if err != nil {
		unavailable(t, err)
	}
	t.Cleanup(func() {
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	c := &Cluster{t: t, server: s}
	c.Start()
	return c
}

// URL returns the URL of the cluster's one database, empty at first. It stays the same over Stop
// and Start.
func (c *Cluster) URL() string { return c.server.url().String() }

// Start starts a stopped server and returns when it takes connections.
func (c *Cluster) Start() {
	c.t.Helper()
	if err := c.server.start(); err != nil {
		c.t.Fatal(err)
	}
}

// Stop ends the server at once, as a crash would, and returns when it is gone.
func (c *Cluster) Stop() {
	c.t.Helper()
	if err := c.server.stop(); err != nil {
		c.t.Fatal(err)
	}
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	message := fmt.Sprintf("NOT TESTED ON POSTGRES: %v. Install PostgreSQL, or set TICKLER_TEST_POSTGRES_URL.", err)
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
}

func execute(location *url.URL, statement string) error {
	ctx := context.Background() // also called when the test's own has ended
	conn, err := pgx.Connect(ctx, location.String())
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}
