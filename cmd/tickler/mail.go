package main

import (
	"context"
	"errors"
	"fmt"

	"tickler"
	"tickler/internal/mail"
)

// mailFlags say how mail is sent.
type mailFlags struct {
	SMTPURL  string `help:"The mail server: smtp://user:password@host:port?tls=none|starttls|implicit. Reminders stay unsent without it." name:"smtp-url" placeholder:"URL" secret:""`
	MailFrom string `help:"The sender of every mail." default:"Tickler <tickler@localhost>" placeholder:"ADDRESS"`
}

// sender returns nil when no mail server is configured.
func (f mailFlags) sender(clock tickler.Clock) (*mail.Sender, error) {
	if f.SMTPURL == "" {
		return nil, nil //nolint:nilnil // to have none is an ordinary way to run
	}
	return mail.New(f.SMTPURL, f.MailFrom, clock)
}

type mailCommands struct {
	Test mailTestCommand `cmd:"" help:"Send a test mail."`
}

// mailTestCommand shows whether mail can be sent.
type mailTestCommand struct {
	databaseFlags `embed:""` // it needs none, and takes the flags of 'tickler serve' as they are
	mailFlags     `embed:""`

	To string `help:"The recipient." required:"" placeholder:"ADDRESS"`
}

// Run sends one mail and says what the server answered.
func (c mailTestCommand) Run(ctx context.Context, env *environment) error {
	sender, err := c.sender(env.clock)
	if err != nil {
		return err
	}
	if sender == nil {
		return errors.New("no mail server is configured: give --smtp-url")
	}
	defer sender.Close()
	_, err = sender.Send(ctx, mail.Message{
		ID: fmt.Sprintf("test-%d@%s", env.clock.Now().UnixNano(), sender.Domain()), To: c.To,
		Subject: "Tickler can send mail",
		Text:    "This is a test mail from Tickler. If you can read it, reminders will arrive too.\n",
	})
	if err != nil {
		return fmt.Errorf("the test mail was not taken: %w", err)
	}
	_, err = fmt.Fprintf(env.stdout, "The mail server took the test mail to %s.\n", c.To)
	return err
}
