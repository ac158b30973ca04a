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

	FirstName string `env:"-" help:"The first name."`
	LastName  string `env:"-" help:"The last name."`
	Email     string `env:"-" help:"The e-mail address."`
	Phone     string `env:"-" help:"The phone number."`
}

// Run adds the lead.
func (c leadAddCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		lead, err := s.CreateLead(ctx, s.caller,
			tickler.Lead{FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, Phone: c.Phone})
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
	Name string `arg:"" help:"The name."`
}

// Run adds the opportunity.
func (c opportunityAddCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		lead, err := tickler.ParseID(c.Lead)
		if err != nil {
			return misused("lead", c.Lead, "a GUID")
		}
		made, err := s.CreateOpportunity(ctx, s.caller, tickler.Opportunity{LeadID: lead, Name: c.Name})
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Added the opportunity with the id %s.", made.ID),
			fact{"opportunityId", made.ID})
	})
}
