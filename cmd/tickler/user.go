package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"tickler"
)

type userCommands struct {
	Add        userAddCommand        `cmd:"" help:"Add a user."`
	List       userListCommand       `cmd:"" help:"List the users."`
	Password   userPasswordCommand   `cmd:"" help:"Give a user a new password."`
	Deactivate userDeactivateCommand `cmd:"" help:"Deactivate a user. What they own stays."`
	Activate   userActivateCommand   `cmd:"" help:"Let a deactivated user in again."`
}

// userAddCommand adds a user to an account.
type userAddCommand struct {
	accountFlags `embed:""`

	Email     text   `arg:"" help:"The e-mail address."`
	FirstName text   `env:"-" help:"The first name."`
	LastName  text   `env:"-" help:"The last name."`
	Role      string `env:"-" help:"Administrator, Marketing_User or Sales_User." default:"Sales_User"`
	Manager   string `env:"-" help:"The e-mail address of the user they report to." placeholder:"EMAIL"`
	TimeZone  string `env:"-" help:"Their own time zone, if it is not the account's."`
	Password  string `env:"TICKLER_USER_PASSWORD" help:"A password to sign in with, at least 8 characters." secret:""`
}

// Run adds the user.
func (c userAddCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		user := tickler.User{
			Email: string(c.Email), FirstName: string(c.FirstName), LastName: string(c.LastName), Role: tickler.Role(c.Role),
		}
		if before, ok := s.caller.Account.UserByEmail(user.Email); ok && !before.Active {
			return fmt.Errorf("the user %s is there already, and was deactivated: let them in again with 'tickler user activate %s'",
				before.Email, before.Email)
		}
		if c.Manager != "" {
			manager, err := s.user(c.Manager)
			if err != nil {
				return err
			}
			user.ManagerID = manager.ID
		}
		if c.TimeZone != "" {
			zone, err := tickler.ParseZone(c.TimeZone)
			if err != nil {
				return err
			}
			user.Zone = zone
		}
		user, err := s.AddUser(ctx, s.caller, user, c.Password)
		if err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Added %s with the id %s.", user.Email, user.ID),
			fact{"userId", user.ID}, fact{"email", user.Email})
	})
}

// userListCommand lists an account's users.
type userListCommand struct {
	accountFlags `embed:""`
}

// Run prints the list.
func (c userListCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		list := table{columns: []string{"id", "email", "name", "role", "manager", "active"}}
		for _, u := range s.caller.Account.Users() {
			manager, _ := s.caller.Account.User(u.ManagerID)
			list.add(u.ID, u.Email, u.Name(), string(u.Role), manager.Email, u.Active)
		}
		return list.print(env.stdout, c.JSON)
	})
}

// userPasswordCommand sets the password of a user who has lost theirs, or never had one.
type userPasswordCommand struct {
	accountFlags `embed:""`

	Email    string `arg:"" help:"The e-mail address."`
	Password string `env:"TICKLER_USER_PASSWORD" help:"The new password, at least 8 characters. Generated when not given." secret:""`
}

// Run sets the password and prints it if it was made up.
func (c userPasswordCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		user, err := s.user(c.Email)
		if err != nil {
			return err
		}
		sentence, facts := "Set the password of "+user.Email+".", []fact{{"userId", user.ID}}
		if c.Password == "" {
			c.Password = rand.Text()
			sentence, facts = "Password     "+c.Password, append(facts, fact{"password", c.Password})
		}
		if err := s.SetPassword(ctx, s.caller, user, c.Password); err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, sentence, facts...)
	})
}

// userDeactivateCommand deactivates a user.
type userDeactivateCommand struct {
	accountFlags `embed:""`

	Email string `arg:"" help:"The e-mail address."`
}

// Run deactivates the user.
func (c userDeactivateCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		user, err := s.user(c.Email)
		if err != nil {
			return err
		}
		if err := s.DeactivateUser(ctx, s.caller, user); err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Deactivated %s.", user.Email), fact{"userId", user.ID})
	})
}

// userActivateCommand reactivates a user.
type userActivateCommand struct {
	accountFlags `embed:""`

	Email string `arg:"" help:"The e-mail address."`
}

// Run activates the user.
func (c userActivateCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		user, err := s.user(c.Email)
		if err != nil {
			return err
		}
		if err := s.ActivateUser(ctx, s.caller, user); err != nil {
			return err
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("Activated %s.", user.Email), fact{"userId", user.ID})
	})
}
