// Package live tells open pages of changes, so that they fetch themselves anew.
package live

import (
	"context"

	"tickler"
	"tickler/internal/web/frame"
)

// Hub tells of changes.
type Hub interface {
	// Follow sends the events of a user's page until the context or the node ends, or the page has
	// to ask anew.
	Follow(ctx context.Context, account, user tickler.ID, send func(event string) error) error
}

type area struct{ hub Hub }

// New makes the area.
func New(hub Hub) frame.Area {
	a := area{hub}
	return frame.Area{Routes: []frame.Route{frame.Get("/live", frame.Users, nil, a.follow)}}
}

// follow answers with events that have no end of their own. assets/live.js reads them.
func (a area) follow(ctx context.Context, p *frame.Page) (frame.Answer, error) {
	return frame.Events(func(send func(event string) error) error {
		return a.hub.Follow(ctx, p.Caller.Account.ID, p.Caller.User.ID, send)
	}), nil
}
