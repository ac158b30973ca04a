package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tickler"
	"tickler/internal/app"
)

// initCommand sets up an account.
type initCommand struct {
	databaseFlags `embed:""`

	Email     text   `help:"The administrator's e-mail address." default:"admin@example.com"`
	Password  string `help:"The administrator's password, at least 8 characters. Generated when not given." secret:""`
	TimeZone  string `help:"The account's time zone." default:"UTC"`
	RateLimit string `help:"How many API calls in how many seconds, or off." default:"25/5s"`
	PublicURL string `help:"Where clients reach the service." default:"http://127.0.0.1:8080"`
	JSON      bool   `help:"Print JSON: accountId, userId, email, password, accessKey, secretKey." name:"json"`
}

// Run sets up the account and prints what it is reached by.
func (c initCommand) Run(ctx context.Context, env *environment) error {
	zone, err := tickler.ParseZone(c.TimeZone)
	if err != nil {
		return explained(err)
	}
	limit, err := tickler.ParseRateLimit(c.RateLimit)
	if err != nil {
		return explained(err)
	}
	publicURL, err := readPublicURL(c.PublicURL)
	if err != nil {
		return err
	}
	s, err := c.openMigrated(ctx)
	if err != nil {
		return err
	}
	made, err := newApp(s, env.clock).CreateAccount(ctx, app.NewAccount{
		Email: strings.TrimSpace(string(c.Email)), Password: c.Password, Zone: zone, RateLimit: limit,
	})
	if err := errors.Join(explained(err), s.Close()); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(env.stdout, credentialsJSON(made))
	}
	return welcome(env.stdout, made, publicURL)
}

func credentialsJSON(c app.Credentials) any {
	return struct {
		AccountID string `json:"accountId"`
		UserID    string `json:"userId"`
		Email     string `json:"email"`
		Password  string `json:"password"`
		AccessKey string `json:"accessKey"`
		SecretKey string `json:"secretKey"`
	}{c.AccountID.String(), c.UserID.String(), c.Email, c.Password, c.AccessKey, c.SecretKey}
}

// welcome prints how to sign in and how to create a first to-do. The secrets are shown only here.
func welcome(w io.Writer, c app.Credentials, publicURL string) error {
	_, err := fmt.Fprintf(w, `
An account is set up. Its password and keys are shown only this once; only hashes are kept.

  Sign in      %[1]s at %[5]s/
  Password     %[2]s
  Access key   %[3]s
  Secret key   %[4]s

Your first to-do:

  curl '%[5]s/v2/Task.svc/Create' \
    -H 'x-LSQ-AccessKey: %[3]s' \
    -H 'x-LSQ-SecretKey: %[4]s' \
    -H 'Content-Type: application/json' \
    -d '{"Name": "Call Ada back", "TaskType": {"Name": "To-Do"}}'

`, c.Email, c.Password, c.AccessKey, c.SecretKey, publicURL)
	return err
}

// migrateCommand brings the schema up to date.
type migrateCommand struct {
	databaseFlags `embed:""`
}

// Run migrates and says what it did.
func (c migrateCommand) Run(ctx context.Context, env *environment) error {
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	ran, err := c.migrate(ctx, s)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if len(ran) == 0 {
		_, err = fmt.Fprintln(env.stdout, "The database is up to date.")
		return err
	}
	_, err = fmt.Fprintf(env.stdout, "Migrated: %s\n", strings.Join(ran, ", "))
	return err
}
