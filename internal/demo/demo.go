// Package demo makes up a sales team with six weeks of work, for people who want to see Tickler full
// before they fill it themselves.
//
// Plan makes the story up: who works in the team, whom they deal with, and every step that they
// take, as data and without touching anything. Tell carries a story out through the use cases, each
// step at its own instant, so that histories, reminders and reports are what they would be had it
// all happened.
package demo

import (
	"context"
	"errors"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/store"
)

// Password is what everybody in the team signs in with.
const Password = "sunny-roofs"

// DefaultSeed is the seed of the usual story.
const DefaultSeed = 14

// ErrNotEmpty is the error for a database that has an account already.
var ErrNotEmpty = errors.New("the database has an account already")

// Config is what a demo is made with.
type Config struct {
	Store *store.Store // migrated and empty
	Wire  app.Wire
	Now   time.Time // where the story stops, and whoever signs in goes on
	Seed  uint64
}

// Made is a demo that was made.
type Made struct {
	Person  Person // whom to sign in as, with Password
	Manager Person // somebody who reports to them, and leads a part of the team
	Rep     Person // somebody who reports to the manager
	Tasks   int
	Leads   int
	People  int
}

// Make plans the story of an instant and a seed, and tells it.
func Make(ctx context.Context, c Config) (Made, error) {
	story, err := Plan(c.Now, c.Seed)
	if err != nil {
		return Made{}, err
	}
	if err := Tell(ctx, c, story); err != nil {
		if tickler.KindOf(err) == tickler.KindDuplicate {
			err = ErrNotEmpty
		}
		return Made{}, err
	}
	return Made{
		Person: story.People[head], Manager: story.People[leadsBerlin], Rep: story.People[aRep], Tasks: TaskCount,
		Leads: len(story.Leads), People: len(story.People),
	}, nil
}
