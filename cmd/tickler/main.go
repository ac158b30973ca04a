// Command tickler is the whole service: the server and the commands that set it up.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // a static binary on a machine without zones

	"tickler/internal/clock"
)

// version is set by the build.
var version = "dev"

// collectAt is how much the heap may grow, in percent of live memory, before garbage is collected.
// Little memory is live here, so that Go's default of 100 collects dozens of times a second under
// load: lists were served at 0.6 to 0.8 of the rate. GOGC overrides it.
const collectAt = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], &environment{stdout: os.Stdout, stderr: os.Stderr, clock: clock.System{}})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tickler:", printable(err.Error(), "\n"))
		os.Exit(1)
	}
}
