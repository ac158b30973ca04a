package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"tickler/internal/api"
	"tickler/internal/demo"
	"tickler/internal/store"
	"tickler/internal/webhook"
)

// demoCommand serves a made-up sales team with six weeks of work. Its flags are its own, without
// variables: settings of a real service must not lead it to that service's data or mail server.
type demoCommand struct {
	Data   string `env:"-" help:"The data folder, which must not have a database yet." default:"./data-demo" placeholder:"FOLDER"`
	Listen string `help:"The address to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Seed   uint64 `env:"-" help:"Another number tells another story." default:"${demoSeed}"`
}

// Run makes the team, and then serves it until the context ends.
func (c demoCommand) Run(ctx context.Context, env *environment) error {
	place := databaseFlags{Data: c.Data}
	if _, err := os.Stat(place.file()); err == nil {
		return c.refuse()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("could not look into the data folder: %w", err)
	}
	var made demo.Made
	serving := *env
	serving.serving = func(address string) {
		c.welcome(env, made, address)
		if env.serving != nil {
			env.serving(address)
		}
	}
	serve := serveCommand{
		databaseFlags: place, Listen: c.Listen, LogFormat: "text", LogLevel: "error",
		webhooks: keptInside{},
		prepare: func(ctx context.Context, s *store.Store) (err error) {
			fmt.Fprintln(env.stdout, "Making up a sales team and six weeks of its work. This takes a few seconds.")
			made, err = demo.Make(ctx, demo.Config{Store: s, Wire: api.Wire, Now: env.clock.Now(), Seed: c.Seed})
			if errors.Is(err, demo.ErrNotEmpty) {
				return c.refuse()
			}
			return err
		},
	}
	return serve.Run(ctx, &serving)
}

// refuse says what to do about a folder that has data already, which a demo leaves alone.
func (c demoCommand) refuse() error {
	return fmt.Errorf("there is data in %[1]s already, which a demo leaves alone: give another --data, "+
		"or remove the folder if it is an old demo's; 'tickler serve --data %[1]s' serves it as it is", c.Data)
}

func (c demoCommand) welcome(env *environment, made demo.Made, address string) {
	fmt.Fprintf(env.stdout, `
A demo is ready: %[1]d people, %[2]d leads, %[3]d tasks. All of it is made up.

  Sign in      %[4]s at %[5]s/
  Password     %[6]s

You are %[7]s, who leads the team. Others sign in with the same password: %[9]s
leads a part of it, and %[10]s sells. No mail and no webhook leaves the demo.
Its data is in %[8]s. Ctrl-C ends it.

`, made.People, made.Leads, made.Tasks, made.Person.Email(), address, demo.Password, made.Person.Name(), c.Data,
		made.Manager.Email(), made.Rep.Email())
}

var errDemo = errors.New("this is a demo: no webhook leaves it")

// keptInside sends no webhooks.
type keptInside struct{}

// Send refuses.
func (keptInside) Send(context.Context, webhook.Request) webhook.Result {
	return webhook.Result{Err: errDemo}
}
