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

// server is a temporary Postgres server: a folder with its data, log and socket, and while it runs
// a keeper.
//
// The keeper is a shell that makes and starts the server and then reads from this program. Told to
// stop, it stops the server. At the end of the input, which the end of this program brings in
// whatever way it comes, it removes all of it.
type server struct {
	bin      string // the folder of Postgres's programs
	folder   string
	settings []string
	user     owner
	keeper   *exec.Cmd // nil while stopped
	orders   io.WriteCloser
}

const keep = `
	bin=$1 folder=$2 settings=$3
	exec 2>>"$folder/log"
	trap '' PIPE # nobody may be there to hear how it went
	make() {
		"$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C --no-sync >&2 &&
		echo "$settings" >>"$folder/data/postgresql.conf"
	}
	{ [ -e "$folder/data" ] || make; } && "$bin/pg_ctl" start -w -s -D "$folder/data" -l "$folder/log" && echo started || echo failed
	read -r order
	"$bin/pg_ctl" stop -s -m immediate -D "$folder/data"
	[ "$order" ] || rm -rf "$folder"`

// newServer makes a server's folder.
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
	s.settings = append(s.settings, "listen_addresses = ''", "unix_socket_directories = '"+folder+"'")
	for _, setting := range settings {
		s.settings = append(s.settings, string(setting))
	}
	if err := user.take(folder); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

// url is that of the database which every new cluster has.
func (s *server) url() *url.URL {
	return &url.URL{
		Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {s.folder}}.Encode(),
	}
}

// start starts the server, and makes it before if it has no data yet. One that can't be started is
// removed.
func (s *server) start() error {
	settings := strings.Join(s.settings, "\n")
	//nolint:gosec,noctx // It outlives a test's context.
	keeper := exec.Command("/bin/sh", "-c", keep, "keeper", s.bin, s.folder, settings)
	keeper.Dir = s.folder // one that the user can enter
	keeper.SysProcAttr = s.user.attributes()
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
	s.keeper, s.orders = keeper, orders
	var word string
	if _, err := fmt.Fscanln(answer, &word); err != nil || word != "started" {
		log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
		return errors.Join(fmt.Errorf("starting Postgres: %s", log), err, s.remove())
	}
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
