package main

import (
	"context"
	"errors"
)

type linksCommands struct {
	Rotate linksRotateCommand `cmd:"" help:"Make a new key: no link in any mail sent so far works any more."`
}

// linksRotateCommand changes the key that the links in mails are signed with.
type linksRotateCommand struct {
	databaseFlags `embed:""`

	JSON bool `help:"Print JSON." name:"json"`
}

// Run makes the key. Nodes that are running use it at once.
func (c linksRotateCommand) Run(ctx context.Context, env *environment) error {
	s, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	if err = s.CheckMigrated(ctx); err == nil {
		err = newApp(s, env.clock).RotateLinkKey(ctx)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return printFacts(env.stdout, c.JSON, "No link in the mails sent so far works any more. New mails have new ones.",
		fact{"rotated", true})
}
