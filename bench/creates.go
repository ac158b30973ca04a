package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// kind is a way to create tasks.
type kind string

const (
	overHTTP kind = "http"  // as a client does
	byStore  kind = "store" // by a call of the store
	bare     kind = "raw"   // by SQL alone
)

var allKinds = []kind{overHTTP, byStore, bare}

// cell is a place in the table.
type cell struct {
	engine  string
	clients int
	kind    kind
}

// figures is the result of one measurement; the times only over HTTP.
type figures struct {
	rate     float64 // creates a second
	p50, p99 time.Duration
}

// creates holds every round's figures.
type creates map[cell][]figures

// measureCreates takes all measurements of a round after each other before the next round begins,
// so that a machine that grows slower or is disturbed for a while disturbs all of them alike.
func measureCreates(ctx context.Context, o options, engines []*engine) (creates, error) {
	all := creates{}
	for round := range o.rounds {
		for _, clients := range o.clients {
			for _, e := range inTurn(engines, round) {
				if err := all.measure(ctx, o, e, round, clients); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, e := range engines {
		memory, err := e.server.memory()
		if err != nil {
			return nil, err
		}
		progress("%s: tickler holds %d MB after all this", e.name, memory>>20)
	}
	return all, nil
}

func (all creates) measure(ctx context.Context, o options, e *engine, round, clients int) error {
	var words []string
	for i := range o.kinds {
		k := o.kinds[(i+round)%len(o.kinds)] // each is the first in turn
		if !slices.Contains(e.release.kinds(), k) {
			continue
		}
		f, err := e.measure(ctx, k, clients, o.duration)
		if err != nil {
			return fmt.Errorf("%s, %s: %w", e.name, k, err)
		}
		at := cell{e.name, clients, k}
		all[at] = append(all[at], f)
		words = append(words, fmt.Sprintf("%s %.0f/s", k, f.rate))
	}
	slices.Sort(words)
	progress("round %d of %d, %s, %d clients: %s", round+1, o.rounds, e.name, clients, strings.Join(words, ", "))
	return nil
}
