package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// release is a version of Tickler that is measured.
type release struct {
	binary string
	suffix string // of the engine's name in the tables; "" for this version
}

const before = " before"

// releases returns this version and, if the command line names one, that of before.
func (o options) releases(binary string) []release {
	all := []release{{binary: binary}}
	if o.against != "" {
		all = append(all, release{binary: o.against, suffix: before})
	}
	return all
}

// kinds returns the ways of creating that can be measured: the store of a version of before is out
// of reach, and the bare statements are the same.
func (r release) kinds() []kind {
	if r.suffix == before {
		return []kind{overHTTP}
	}
	return allKinds
}

// inTurn returns what is measured in a round: in every other one the last goes first.
func inTurn[T any](all []T, round int) []T {
	all = slices.Clone(all)
	if round%2 == 1 {
		slices.Reverse(all)
	}
	return all
}

// migrate sets up an empty database, or a folder for one, with the release's own schema.
func (r release) migrate(ctx context.Context, variable string) error {
	command := exec.CommandContext(ctx, r.binary, "migrate")
	command.Env = append(withoutTickler(os.Environ()), variable)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s migrate: %w: %s", r.binary, err, output)
	}
	return nil
}
