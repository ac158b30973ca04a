// Package webhooks is where administrators set up what is sent to their other programs, and see
// what became of it.
package webhooks

import (
	"context"
	"embed"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

//go:embed *.html
var templates embed.FS

type area struct{ app *app.App }

// New makes the area. It is a part of the settings.
func New(useCases *app.App) frame.Area {
	a := area{useCases}
	return frame.Area{Sections: []*frame.Section{section, sectionSecret}, Templates: templates, Routes: a.routes()}
}

const (
	path       = "/webhooks"
	settings   = "/settings"
	secretPath = settings + "/webhook-secret"
)

var (
	section       = &frame.Section{Path: path, Name: "Webhooks", In: settings, Access: frame.Administrators}
	sectionSecret = &frame.Section{Path: secretPath, Name: "Webhook secret", In: settings, Access: frame.Administrators}
)

func (a area) routes() []frame.Route {
	const one = path + "/{id}"
	return []frame.Route{
		frame.Get(path, frame.Administrators, section, a.list),
		frame.Post(path, frame.Administrators, section, a.create),
		frame.Get(path+"/new", frame.Administrators, section, a.prepare),
		frame.Get(one, frame.Administrators, section, a.show),
		frame.Post(one, frame.Administrators, section, a.update),
		frame.Get(one+"/edit", frame.Administrators, section, a.edit),
		frame.Post(one+"/stop", frame.Administrators, section, a.stop),
		frame.Post(one+"/resume", frame.Administrators, section, a.resume),
		frame.Post(one+"/try", frame.Administrators, section, a.try),
		frame.Post(one+"/delete", frame.Administrators, section, a.remove),
		frame.Post(one+"/deliveries/{delivery}/replay", frame.Administrators, section, a.replay),
		frame.Get(secretPath, frame.Administrators, sectionSecret, a.secret),
		frame.Post(secretPath, frame.Administrators, sectionSecret, a.rotate),
	}
}

// find reads the webhook that the path names.
func (a area) find(ctx context.Context, p *frame.Page) (tickler.Subscription, error) {
	id, ok := p.ID("id")
	if !ok {
		return tickler.Subscription{}, tickler.Refuse(tickler.FactNoWebhook, tickler.FieldWebhook, p.PathValue("id"))
	}
	return a.app.Subscription(ctx, p.Caller, id)
}
