package pgtest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// server is a temporary Postgres server: a folder with its data, log and socket, and while it runs a keeper.
//
// The keeper is a shell that starts the server and then reads from this program. Told to stop, it stops the server. At the end of
// the input, which the end of this program brings in whatever way it comes, it removes the folder too.
type server struct {
	bin    string // the folder of Postgres's programs
	folder string
	user   owner
	keeper *exec.Cmd // nil while stopped
	orders io.WriteCloser
}

const keep = `
	exec 2>>"$2/log"
	"$1/pg_ctl" start -w -s -D "$2/data" -l "$2/log" || exit
	echo started
	read -r order
	"$1/pg_ctl" stop -s -m immediate -D "$2/data"
	[ "$order" ] || rm -rf "$2"`

// newServer makes a server's data folder.
func newServer(settings ...Setting) (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	user, err := postgresUser()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "tickler-pgtest-")
	if err != nil {
		return nil, err
	}
	s := &server{bin: bin, folder: folder, user: user}
	if err := s.initialize(settings); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

func (s *server) initialize(settings []Setting) error {
	if err := s.user.take(s.folder); err != nil {
		return err
	}
	initdb := s.command(filepath.Join(s.bin, "initdb"),
		"--pgdata="+filepath.Join(s.folder, "data"), "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, output)
	}
	settings = append(settings, "listen_addresses = ''", Setting("unix_socket_directories = '"+s.folder+"'"))
	file, err := os.OpenFile(filepath.Join(s.folder, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	for _, setting := range settings {
		if _, err := fmt.Fprintln(file, setting); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return file.Close()
}

// url is that of the database which every new cluster has.
func (s *server) url() *url.URL {
	return &url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {s.folder}}.Encode(),
	}
}

func (s *server) start() error {
	keeper := s.command("/bin/sh", "-c", keep, "keeper", s.bin, s.folder)
	orders, err := keeper.StdinPipe()
	if err != nil {
		return err
	}
	answer, err := keeper.StdoutPipe()
	if err != nil {
		return err
	}
	if err := keeper.Start(); err != nil {
		return err
	}
	if _, err := fmt.Fscanln(answer, new(string)); err != nil { // it ended without a word
		log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
		return fmt.Errorf("starting Postgres: %w: %s", keeper.Wait(), log)
	}
	s.keeper, s.orders = keeper, orders
	return nil
}

func (s *server) stop() error {
	_, err := fmt.Fprintln(s.orders, "stop")
	return errors.Join(err, s.ended())
}

// remove stops the server if need be and leaves nothing of it.
func (s *server) remove() error {
	if s.keeper != nil {
		if err := errors.Join(s.orders.Close(), s.ended()); err != nil {
			return err
		}
	}
	return os.RemoveAll(s.folder)
}

func (s *server) ended() error {
	err := s.keeper.Wait()
	s.keeper = nil
	return err
}

func (s *server) command(program string, arguments ...string) *exec.Cmd {
	command := exec.Command(program, arguments...) //nolint:gosec,noctx // Postgres's own programs; they outlive a test's context
	command.Dir = s.folder                         // one that the user can enter
	command.SysProcAttr = s.user.attributes()
	return command
}

// programs finds the folder of initdb and pg_ctl: that in PATH, or else the newest of Debian's.
func programs() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		initdb, err = filepath.EvalSymlinks(initdb)
		return filepath.Dir(initdb), err
	}
	folders, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(folders) == 0 {
		return "", errors.Join(errors.New("initdb is neither in PATH nor in /usr/lib/postgresql/*/bin"), err)
	}
	return slices.MaxFunc(folders, func(a, b string) int { return cmp.Compare(majorVersion(a), majorVersion(b)) }), nil
}

// majorVersion reads the 15 of /usr/lib/postgresql/15/bin.
func majorVersion(folder string) int {
	version, _, _ := strings.Cut(filepath.Base(filepath.Dir(folder)), ".")
	n, _ := strconv.Atoi(version) // 0, so the oldest, for what is no version
	return n
}
