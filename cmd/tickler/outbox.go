package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickler"
)

type outboxCommands struct {
	List  outboxListCommand  `cmd:"" help:"List notifications: what became of each reminder."`
	Retry outboxRetryCommand `cmd:"" help:"Send notifications again."`
}

// outboxListCommand lists an account's notifications.
type outboxListCommand struct {
	accountFlags `embed:""`

	State []string `env:"-" help:"Only these: pending, sent, expired, failed, withdrawn, unsent." enum:"pending,sent,expired,failed,withdrawn,unsent"`
	Limit int      `env:"-" help:"How many at most, the latest moment first." default:"100"`
}

// Run prints the list.
func (c outboxListCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		all, err := s.Notifications(ctx, s.caller, states(c.State), tickler.Page{Limit: c.Limit})
		if err != nil {
			return err
		}
		list := table{columns: []string{"id", "moment", "state", "late", "attempts", "to", "taskId", "lastError"}}
		for _, n := range all {
			owner, _ := s.caller.Account.User(n.OwnerID)
			list.add(n.ID, n.Moment, n.State, lateness(n), n.Attempts, owner.Email, n.TaskID, n.LastError)
		}
		return list.print(env.stdout, c.JSON)
	})
}

// lateness returns how long after its moment a reminder was sent; nil for one that was not sent.
func lateness(n tickler.Notification) any {
	if n.State != tickler.NotificationSent {
		return nil
	}
	return n.SettledAt.Sub(n.Moment)
}

func states(names []string) []tickler.NotificationState {
	var chosen []tickler.NotificationState
	for _, state := range tickler.NotificationStates() {
		for _, name := range names {
			if state.String() == name {
				chosen = append(chosen, state)
			}
		}
	}
	return chosen
}

// outboxRetryCommand queues notifications to be sent again by the server that runs on the same
// database.
type outboxRetryCommand struct {
	accountFlags `embed:""`

	ID    []string `arg:"" optional:"" help:"The ids of notifications, from 'tickler outbox list'."`
	State []string `env:"-" help:"Or all that are in these states: expired, failed, unsent." enum:"expired,failed,unsent"`
}

// Run queues the notifications. Each is checked again right before it is sent: one whose task was
// closed meanwhile stays unsent.
func (c outboxRetryCommand) Run(ctx context.Context, env *environment) error {
	return c.do(ctx, env, func(s *session) error {
		ids, err := c.chosen(ctx, s)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.ResendNotification(ctx, s.caller, id); err != nil {
				return err
			}
		}
		return printFacts(env.stdout, c.JSON, fmt.Sprintf("%d notification(s) will be sent.", len(ids)),
			fact{"count", len(ids)})
	})
}

func (c outboxRetryCommand) chosen(ctx context.Context, s *session) ([]tickler.ID, error) {
	var ids []tickler.ID
	for _, text := range c.ID {
		id, err := tickler.ParseID(strings.TrimSpace(text))
		if err != nil {
			return nil, misused("id", text, "a GUID")
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	switch {
	case len(c.State) == 0 && len(ids) == 0:
		return nil, errors.New("say what to send again: by ids, or by --state")
	case len(c.State) == 0:
		return ids, nil
	case len(ids) > 0:
		return nil, errors.New("say what to send again by ids or by --state, not by both")
	}
	for page := (tickler.Page{Limit: tickler.MaxPageSize}); ; page.Offset += page.Limit {
		some, err := s.Notifications(ctx, s.caller, states(c.State), page)
		if err != nil {
			return nil, err
		}
		for _, n := range some {
			ids = append(ids, n.ID)
		}
		if len(some) < page.Limit {
			return ids, nil
		}
	}
}
