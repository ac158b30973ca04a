package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// keyFigures are what keys.mjs measured: for each act how long it took, in milliseconds.
type keyFigures []struct {
	Key      string
	Changed  float64 // until the screen showed that something is done
	Answered float64 // until the server's answer was on the screen
}

func (f keyFigures) changed() (all []time.Duration) {
	for _, act := range f {
		all = append(all, time.Duration(act.Changed*float64(time.Millisecond)))
	}
	return all
}

func (f keyFigures) answered() (all []time.Duration) {
	for _, act := range f {
		all = append(all, time.Duration(act.Answered*float64(time.Millisecond)))
	}
	return all
}

// of are those of the acts by a key; all by "".
func (f keyFigures) of(key string) (some keyFigures) {
	for _, act := range f {
		if key == "" || act.Key == key {
			some = append(some, act)
		}
	}
	return some
}

const keyActs = 100

// findBrowser returns the path of Chromium, or what is missing to use it.
func findBrowser() (chromium, missing string) {
	if _, err := exec.LookPath("node"); err != nil {
		return "", err.Error()
	}
	for _, file := range []string{"../node_modules/playwright-core", "../internal/web/static/built/manifest.json"} {
		if _, err := os.Stat(file); err != nil {
			return "", err.Error()
		}
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return "", err.Error()
	}
	return chromium, ""
}

// measureKeys has a browser press keys on Today.
func (d *day) measureKeys(ctx context.Context, chromium string) (f keyFigures, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "keys.mjs")
	node.Env = append(os.Environ(), "TICKLER_CHROMIUM="+chromium, "TICKLER_URL="+d.visitor.server.address,
		"TICKLER_SESSION="+d.visitor.token, fmt.Sprintf("TICKLER_ACTS=%d", keyActs))
	node.Cancel = func() error { return node.Process.Signal(os.Interrupt) } // so that it closes its browser
	node.WaitDelay = 10 * time.Second
	node.Stderr = os.Stderr
	output, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("keys.mjs: %w\n%s", err, d.visitor.server.log.text())
	}
	return f, json.Unmarshal(output, &f)
}

// aimedKey is how long the screen may take to follow a key.
const aimedKey = 100 * time.Millisecond

var keyNames = []struct{ key, name string }{{"d", "d: done"}, {"t", "t: tomorrow"}, {"u", "u: undo"}, {"", "all"}}

func printKeys(all map[string]keyFigures, missing string) {
	fmt.Printf("\nFrom a key to the changed screen: %d acts on Today with %d open tasks, in Chromium on this machine\n\n", keyActs,
		dayTasks)
	if missing != "" {
		fmt.Printf("Not measured: %s\n", missing)
		return
	}
	fmt.Println("| Engine          | Act         | Changed p50 ms | p95 ms | Answered p50 ms | p95 ms |")
	fmt.Println("|-----------------|-------------|---------------:|-------:|----------------:|-------:|")
	for _, engine := range engineNames {
		for _, k := range keyNames {
			if f := all[engine].of(k.key); f != nil {
				fmt.Printf("| %-15s | %-11s | %14s | %6s | %15s | %6s |\n", engine, k.name,
					millis(percentile(f.changed(), 50)), millis(percentile(f.changed(), 95)),
					millis(percentile(f.answered(), 50)), millis(percentile(f.answered(), 95)))
			}
		}
	}
	fmt.Println()
	for _, engine := range engineNames {
		if f := all[engine]; f != nil {
			took := percentile(f.changed(), 95)
			printAim(engine+", keys: changed p95", millis(took)+" ms", fmt.Sprintf("at most %d ms", aimedKey.Milliseconds()),
				took <= aimedKey)
		}
	}
}
