package live

import (
	"context"
	"time"

	"tickler"
)

const (
	// beatEvery is how often a page hears that it is still connected. Proxies end a connection on
	// which nothing comes for a minute.
	beatEvery = 25 * time.Second
	// followFor is how long a page follows before it has to ask anew, and with that whether its user
	// is still signed in.
	followFor = 10 * time.Minute
)

// The events that a page is sent.
const (
	Changed = "changed" // tasks of the account were written
	Beat    = "beat"    // nothing was; the connection stands
)

// Follow sends the events of a user's page until the context or the node ends, or the page has to
// ask anew. It is an error of KindUnavailable if too many of their pages follow already.
func (h *Hub) Follow(ctx context.Context, account, user tickler.ID, send func(event string) error) error {
	p, err := h.Listen(account, user)
	if err != nil {
		return tickler.Unavailable(beatEvery, err)
	}
	defer h.Leave(p)
	for asked := h.clock.Now(); h.clock.Now().Sub(asked) < followFor; {
		event := Beat
		tick, giveUp := h.clock.NewTimer(beatEvery)
		select {
		case <-ctx.Done():
			giveUp()
			return nil
		case _, open := <-p.Changed:
			giveUp()
			if !open {
				return nil
			}
			event = Changed
		case <-tick:
		}
		if err := send(event); err != nil {
			return nil // the page has gone
		}
	}
	return nil
}
