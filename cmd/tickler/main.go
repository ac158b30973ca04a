// Command tickler is the whole service: the server and the commands that set it up.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a static binary on a machine without zones

	"tickler"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], &environment{stdout: os.Stdout, stderr: os.Stderr, clock: tickler.SystemClock{}})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tickler:", err)
		os.Exit(1)
	}
}
