package main

import (
	"context"
	"fmt"

	"tickler"
)

type leadCommands struct {
	Add leadAddCommand `cmd:"" help:"Add a lead."`
}

// leadAddCommand adds a lead to an account.
type leadAddCommand struct {
	accountFlags `embed:""`

	FirstName text `env:"-" help:"The first name."`
	LastName  text `env:"-" help:"The last name."`
	Email     text `env:"-" help:"The e-mail address."`
	Phone     text `env:"-" help:"The phone number."`
}

// Run adds the lead.
func (c leadAddCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		lead, err := s.CreateLead(ctx, s.caller, tickler.Lead{
			FirstName: string(c.FirstName), LastName: string(c.LastName), Email: string(c.Email), Phone: string(c.Phone),
		})
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Added the lead with the id %s.", lead.ID),
			fact{"leadId", lead.ID})
	})
}

type opportunityCommand struct {
	Add opportunityAddCommand `cmd:"" help:"Add an opportunity."`
}

// opportunityAddCommand adds an opportunity to an account.
type opportunityAddCommand struct {
	accountFlags `embed:""`

	Lead string `arg:"" help:"The id of the lead it is with."`
	Name text   `arg:"" help:"The name."`
}

// Run adds the opportunity.
func (c opportunityAddCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		lead, err := tickler.ParseID(c.Lead)
		if err != nil {
			return misused("lead", c.Lead, "a GUID")
		}
		made, err := s.CreateOpportunity(ctx, s.caller, tickler.Opportunity{LeadID: lead, Name: string(c.Name)})
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Added the opportunity with the id %s.", made.ID),
			fact{"opportunityId", made.ID})
	})
}
