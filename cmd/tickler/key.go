package main

import (
	"context"
	"fmt"

	"tickler/internal/app"
)

type keyCommands struct {
	Create keyCreateCommand `cmd:"" help:"Make a pair of keys for a user. The secret is shown only once."`
	List   keyListCommand   `cmd:"" help:"List the keys, without their secrets."`
	Revoke keyRevokeCommand `cmd:"" help:"Revoke a key."`
}

// keyCreateCommand makes a key.
type keyCreateCommand struct {
	accountFlags `embed:""`

	User string `arg:"" help:"The e-mail address of the user in whose name the keys call." name:"email"`
}

// Run makes the key and prints it.
func (c keyCreateCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		user, err := s.user(c.User)
		if err != nil {
			return err
		}
		key, secret, err := s.CreateAccessKey(ctx, s.caller, user, app.Options{})
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Access key   %s\nSecret key   %s", key.Key, secret),
			fact{"accessKey", key.Key}, fact{"secretKey", secret}, fact{"userId", user.ID})
	})
}

// keyListCommand lists an account's keys.
type keyListCommand struct {
	accountFlags `embed:""`
}

// Run prints the list.
func (c keyListCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		keys, err := s.AccessKeys(ctx, s.caller)
		if err != nil {
			return err
		}
		list := table{columns: []string{"accessKey", "user", "createdOn", "lastUsedOn", "revokedOn"}}
		for _, k := range keys {
			user, _ := s.caller.Account.User(k.UserID)
			list.add(k.Key, user.Email, k.CreatedAt, k.LastUsedAt, k.RevokedAt)
		}
		return list.print(env.stdout, c.JSON)
	})
}

// keyRevokeCommand revokes a key.
type keyRevokeCommand struct {
	accountFlags `embed:""`

	AccessKey string `arg:"" help:"The access key."`
}

// Run revokes the key.
func (c keyRevokeCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		if err := s.RevokeAccessKey(ctx, s.caller, c.AccessKey); err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, "Revoked "+c.AccessKey+".", fact{"accessKey", c.AccessKey})
	})
}
