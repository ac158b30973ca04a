// Command withpostgres runs a command with one temporary PostgreSQL, which all tests that the command runs then share. Where
// TICKLER_TEST_POSTGRES_URL names a server already, or none can be started, it only runs the command: the tests say what they
// lack.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"tickler/internal/pgtest"
)

func main() {
	if len(os.Args) == 1 {
		fmt.Fprintln(os.Stderr, "usage: withpostgres COMMAND...")
		os.Exit(2)
	}
	signal.Ignore(os.Interrupt) // the command gets it too, and its end is ours
	if err := run(os.Args[1:]); err != nil {
		if ended, ok := errors.AsType[*exec.ExitError](err); ok {
			os.Exit(ended.ExitCode())
		}
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	command := exec.Command(args[0], args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if os.Getenv(pgtest.ServerVariable) == "" {
		if location, err := pgtest.Serve(); err == nil {
			command.Env = append(os.Environ(), pgtest.ServerVariable+"="+location)
		}
	}
	return command.Run()
}
