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

	TimeZone          string `env:"-" help:"The account's time zone."`
	RateLimit         string `env:"-" help:"How many API calls in how many seconds, like 25/5s, or off."`
	LegacyErrorStatus *bool  `env:"-" help:"Answer mistakes in values with 500, as the live service does, instead of 400." negatable:""`
	MoveReminders     bool   `env:"-" help:"Move upcoming reminders by days to the account's time zone."`
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
		facts := []fact{
			{"accountId", account.ID},
			{"timeZone", account.Zone},
			{"rateLimit", account.RateLimit},
			{"legacyErrorStatus", account.LegacyErrorStatus},
		}
		more, reminders, err := c.reminders(ctx, s)
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, sentence+more, append(facts, reminders...)...)
	})
}

// reminders moves the reminders by days to the account's time zone if asked to, and otherwise says
// how many still follow the previous zone.
func (c accountSetCommand) reminders(ctx context.Context, s *session) (sentence string, facts []fact, err error) {
	switch {
	case c.MoveReminders:
		moved, err := s.MoveReminders(ctx, s.caller)
		return fmt.Sprintf("\nMoved %d reminder(s) by days to the account's time zone.",
			moved), []fact{{"movedReminders", moved}}, err
	case c.TimeZone == "":
		return "", nil, nil
	}
	count, err := s.RemindersElsewhere(ctx, s.caller)
	if count > 0 {
		sentence = fmt.Sprintf(
			"\n%d reminder(s) by days stay where they were: 'tickler account set --move-reminders' moves them.", count)
	}
	return sentence, []fact{{"remindersElsewhere", count}}, err
}

// patch returns what the flags ask for.
func (c accountSetCommand) patch() (p tickler.AccountPatch, err error) {
	if c.TimeZone != "" {
		if p.Zone, err = tickler.ParseZone(c.TimeZone); err != nil {
			return p, err
		}
	}
	if c.RateLimit != "" {
		limit, err := tickler.ParseRateLimit(c.RateLimit)
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
