// Command testbed runs a test command with what all tests share: one temporary PostgreSQL, and a
// folder for temporary files in memory. A database of SQLite's there waits for no disk, and one of
// PostgreSQL's 300 files is made and dropped in a quarter of the time. Where
// TICKLER_TEST_POSTGRES_URL names a server already, or none can be started, the tests say what they
// lack; without room in memory the files go where they usually do.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"tickler/internal/pgtest"
)

func main() {
	if len(os.Args) == 1 {
		fmt.Fprintln(os.Stderr, "usage: testbed COMMAND...")
		os.Exit(2)
	}
	if err := run(os.Args[1:]); err != nil {
		if ended, ok := errors.AsType[*exec.ExitError](err); ok {
			os.Exit(ended.ExitCode())
		}
		fmt.Fprintln(os.Stderr, "testbed:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	signal.Ignore(os.Interrupt) // a terminal sends it to the command too, whose end is ours
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if folder := inMemory(); folder != "" {
		defer func() { _ = os.RemoveAll(folder) }()
		builds := os.TempDir() // what Go links may not be run there
		if err := errors.Join(os.Setenv("GOTMPDIR", builds), os.Setenv("TMPDIR", folder)); err != nil {
			return err
		}
	}
	if os.Getenv(pgtest.ServerVariable) == "" {
		location, stop, err := pgtest.Serve()
		if err == nil {
			defer stop()
			err = os.Setenv(pgtest.ServerVariable, location)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "WARNING: no PostgreSQL could be started for the tests:", err)
		}
	}
	command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // to run it is what we are asked for
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	return command.Run()
}

// inMemory makes a folder whose files stay in memory, in which other users may make theirs, as in
// any; "" where there is no room.
func inMemory() string {
	const memory, enough = "/dev/shm", 4 << 30
	if freeBytes(memory) < enough {
		return ""
	}
	folder, err := os.MkdirTemp(memory, "tickler-tests-")
	if err != nil {
		return ""
	}
	if err := os.Chmod(folder, 0o777|os.ModeSticky); err != nil {
		_ = os.RemoveAll(folder)
		return ""
	}
	return folder
}
