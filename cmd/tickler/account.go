package main

import (
	"context"
	"errors"
	"fmt"

	"tickler"
	"tickler/internal/store"
)

type accountCommands struct {
	Set  accountSetCommand  `cmd:"" help:"Change settings."`
	List accountListCommand `cmd:"" help:"List the accounts."`
}

// accountSetCommand changes the settings that are given.
type accountSetCommand struct {
	accountFlags `embed:""`

	TimeZone          *string `env:"-" help:"Where the account's calendar is read."`
	RateLimit         *string `env:"-" help:"How many API calls in how many seconds, like 25/5s, or off."`
	LegacyErrorStatus *bool   `env:"-" help:"Answer mistakes in values with 500, as the live service does, instead of 400." negatable:""`
}

// Run keeps the new settings.
func (c accountSetCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		patch, err := c.patch()
		if err != nil {
			return err
		}
		account, err := s.ChangeAccount(ctx, s.caller, patch)
		if err != nil {
			return err
		}
		sentence := fmt.Sprintf("Account %s: time zone %s, rate limit %s, legacy error status %t.",
			account.ID, account.Zone, account.RateLimit, account.LegacyErrorStatus)
		return printFacts(env.stdout, c.JSON, sentence,
			fact{"accountId", account.ID}, fact{"timeZone", account.Zone},
			fact{"rateLimit", account.RateLimit}, fact{"legacyErrorStatus", account.LegacyErrorStatus})
	})
}

// patch is what the flags say. A flag that is given and empty is a slip, not nothing.
func (c accountSetCommand) patch() (p tickler.AccountPatch, err error) {
	if c.TimeZone != nil {
		if p.Zone, err = tickler.ParseZone(*c.TimeZone); err != nil {
			return p, err
		}
	}
	if c.RateLimit != nil {
		limit, err := tickler.ParseRateLimit(*c.RateLimit)
		if err != nil {
			return p, err
		}
		p.RateLimit = &limit
	}
	p.LegacyErrorStatus = c.LegacyErrorStatus
	return p, nil
}

// accountListCommand lists every account of the database.
type accountListCommand struct {
	databaseFlags `embed:""`

	JSON bool `help:"Print JSON." name:"json"`
}

// Run prints the list.
func (c accountListCommand) Run(ctx context.Context, env *environment) error {
	s, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	return errors.Join(c.print(ctx, env, s), s.Close())
}

func (c accountListCommand) print(ctx context.Context, env *environment, s *store.Store) error {
	if err := s.CheckMigrated(ctx); err != nil {
		return err
	}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return err
	}
	list := table{columns: []string{"id", "timeZone", "rateLimit", "legacyErrorStatus", "createdOn"}}
	for _, a := range accounts {
		list.add(a.ID, a.Zone, a.RateLimit, a.LegacyErrorStatus, a.CreatedAt)
	}
	return list.print(env.stdout, c.JSON)
}
