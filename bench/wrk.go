package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed load.lua
var loadScript []byte

// wrkThreads is enough to keep tickler busy, and leaves it the other cores.
const wrkThreads = 2

// wrk sends load.lua's requests from so many connections, each waiting for its answer before it
// asks again. What a call needs to know besides is handed on.
func wrk(
	ctx context.Context, seed *seed, address, call string, clients int, duration time.Duration, more ...string,
) (wrkFigures, error) {
	var f wrkFigures
	script := filepath.Join(filepath.Dir(seed.keys), "load.lua")
	if err := os.WriteFile(script, loadScript, 0o600); err != nil {
		return f, err
	}
	threads := strconv.Itoa(min(wrkThreads, clients))
	args := []string{
		"--threads", threads, "--connections", strconv.Itoa(clients), "--duration",
		strconv.Itoa(int(duration.Seconds())),
		"--timeout", "10", "--script", script, address, "--", seed.keys, threads, call,
	}
	command := exec.CommandContext(ctx, "wrk", append(args, more...)...)
	output, err := command.CombinedOutput()
	if err != nil {
		return f, fmt.Errorf("wrk: %w: %s", err, output)
	}
	_, line, found := strings.Cut(string(output), "figures ")
	if !found {
		return f, fmt.Errorf("wrk gave no figures: %s", output)
	}
	line, _, _ = strings.Cut(line, "\n")
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		return f, err
	}
	if f.Failed > 0 || f.Broken > 0 || f.Answers == 0 {
		return f, fmt.Errorf("%d clients got %d answers, %d of them other than 200, and %d broken connections: "+
			"if tickler refused calls (429), give a higher -peak", clients, f.Answers, f.Failed, f.Broken)
	}
	return f, nil
}

// wrkFigures is what load.lua prints at its end.
type wrkFigures struct {
	Answers      int
	Microseconds int
	Failed       int // answers that are not 200
	Broken       int // calls without an answer
	P50          int // microseconds
	P99          int
}

func (f wrkFigures) figures() figures {
	return figures{
		rate: float64(f.Answers) / (time.Duration(f.Microseconds) * time.Microsecond).Seconds(),
		p50:  time.Duration(f.P50) * time.Microsecond,
		p99:  time.Duration(f.P99) * time.Microsecond,
	}
}
