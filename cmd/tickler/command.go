package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tickler"
	"tickler/internal/civil"
	"tickler/internal/config"
	"tickler/internal/demo"
	"tickler/internal/plain"
)

// environment is what a command meets outside itself; tests hand in their own.
type environment struct {
	stdout, stderr io.Writer
	clock          tickler.Clock
	// fixedClock keeps the clock as it is given: otherwise a node on Postgres follows the
	// database's.
	fixedClock bool
	// serving is called with the address once the server answers.
	serving func(address string)
}

// commands is the command line: a field for each flag of all commands and for each command.
type commands struct {
	Config string `help:"A file of TICKLER_NAME=value lines." placeholder:"FILE"`

	Serve         serveCommand          `cmd:"" help:"Serve the API. Sets up a first account when there is none."`
	Demo          demoCommand           `cmd:"" help:"Serve a made-up sales team with six weeks of work, to look around."`
	Init          initCommand           `cmd:"" help:"Set up an account with its administrator and keys."`
	Migrate       migrateCommand        `cmd:"" help:"Migrate the database to this version's schema."`
	Account       accountCommands       `cmd:"" help:"An account's settings."`
	User          userCommands          `cmd:"" help:"The people of an account."`
	Key           keyCommands           `cmd:"" help:"The keys that programs call with."`
	TaskType      taskTypeCommands      `cmd:"" help:"The types of task of an account."`
	Lead          leadCommands          `cmd:"" help:"The leads of an account."`
	Opportunity   opportunityCommand    `cmd:"" help:"The opportunities of an account."`
	Outbox        outboxCommands        `cmd:"" help:"What became of each reminder's mail."`
	WebhookSecret webhookSecretCommands `cmd:"" help:"What an account's webhooks are signed with."`
	Links         linksCommands         `cmd:"" help:"The links in mails, by which people act without signing in."`
	Mail          mailCommands          `cmd:"" help:"The mail server."`
	Doctor        doctorCommand         `cmd:"" help:"Check all that the service needs, and say what to do."`
	Version       versionCommand        `cmd:"" help:"Print the version."`
}

// run parses the arguments and runs the command they name.
func run(ctx context.Context, args []string, env *environment) error {
	var cli commands
	exited := false
	parser, err := kong.New(&cli,
		kong.Name("tickler"),
		kong.Description("A task service for sales teams. Every flag can also be given as a variable, "+
			"TICKLER_LISTEN for --listen; a secret also as a file that TICKLER_..._FILE names."),
		kong.DefaultEnvars(config.Prefix),
		kong.Vars{"demoSeed": strconv.Itoa(demo.DefaultSeed)},
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(env.stdout, env.stderr),
		kong.Exit(func(int) { exited = true }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(env))
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if path := config.Path(args); path != "" {
		values, err := config.Load(path)
		if err != nil {
			return fmt.Errorf("could not read the configuration file: %w", err)
		}
		if unknown := config.Unknown(values, parser.Model); len(unknown) > 0 {
			slices.Sort(unknown)
			return fmt.Errorf("%s: no flag is called %s", path, strings.Join(unknown, ", "))
		}
		err = kong.Resolvers(config.Resolver(values)).Apply(parser)
		if err != nil {
			return err
		}
	} else if err := kong.Resolvers(config.Resolver(nil)).Apply(parser); err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if exited { // --help has been shown
		return nil
	}
	if err != nil {
		return err
	}
	if err := refuseTwice(parsed); err != nil {
		return err
	}
	if err := refuseEmpty(parsed); err != nil {
		return err
	}
	warnOfSecrets(parsed, env.stderr)
	return parsed.Run()
}

// refuseTwice refuses a flag that takes one value and is given twice on the command line: one of
// the values would be dropped without a word.
func refuseTwice(parsed *kong.Context) error {
	given := map[*kong.Flag]bool{}
	for _, step := range parsed.Path {
		if step.Flag == nil || step.Resolved || step.Flag.IsCumulative() {
			continue
		}
		if given[step.Flag] {
			return fmt.Errorf("--%s is given twice", step.Flag.Name)
		}
		given[step.Flag] = true
	}
	return nil
}

// refuseEmpty refuses a flag that is given an empty text or list on the command line: that is
// rather a shell's variable that is not set than a wish.
func refuseEmpty(parsed *kong.Context) error {
	for _, step := range parsed.Path {
		if step.Flag == nil || step.Resolved {
			continue
		}
		if isEmpty(step.Flag.Target) {
			return fmt.Errorf("--%s can't be '': give it a value, or leave it out", step.Flag.Name)
		}
	}
	return nil
}

func isEmpty(value reflect.Value) bool {
	return (value.Kind() == reflect.String || value.Kind() == reflect.Slice) && value.Len() == 0
}

// warnOfSecrets warns that a flag's value can be read by everybody on the machine.
func warnOfSecrets(parsed *kong.Context, stderr io.Writer) {
	for _, step := range parsed.Path {
		if step.Flag == nil || step.Resolved || !step.Flag.Tag.Has("secret") || !isSecret(parsed.FlagValue(step.Flag)) {
			continue
		}
		name := step.Flag.Envs[0]
		fmt.Fprintf(stderr, "tickler: warning: --%s shows a secret to everybody on this machine. Use %s or %s_FILE.\n",
			step.Flag.Name, name, name)
	}
}

func isSecret(value any) bool {
	text, _ := value.(string)
	if location, err := url.Parse(text); err == nil && strings.Contains(text, "://") {
		_, hasPassword := location.User.Password()
		return hasPassword || location.Query().Has("password")
	}
	return text != ""
}

// explained turns a domain error into its sentence for the terminal.
func explained(err error) error {
	if e, ok := errors.AsType[*tickler.Error](err); ok && e.Cause == nil {
		return errors.New(plain.Text(e, func(t time.Time) string { return civil.FormatInstant(t) + " UTC" }))
	}
	return err
}

// misused returns the error of a flag or argument that can't have a value, and says what it takes.
func misused(name, value, takes string) error {
	return fmt.Errorf("%s can't be '%s': it takes %s", name, value, takes)
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(env *environment) error {
	_, err := fmt.Fprintln(env.stdout, "tickler", version)
	return err
}
