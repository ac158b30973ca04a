// Package requests is Request History: the bulk requests, what came of them, and what people do
// about it.
package requests

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/web/frame"
)

//go:embed *.html
var templates embed.FS

// Wire spells bulk requests as the API does.
type Wire interface {
	app.BulkWire
	// Submission reads a bulk create and checks its length and structure as a call's are.
	Submission(body []byte) (app.BulkSubmission, error)
	// Rows returns some rows of a bulk create as they were sent, in a body that can be sent again.
	Rows(body []byte, keep func(number int) bool) []byte
	// Change reads what a bulk update does to each of its tasks; false for what is none.
	Change(body []byte) (app.BulkChange, bool)
	// Report lays out a request's report.
	Report(r tickler.BulkRequest, rows []tickler.BulkRow) (columns []string, table [][]any)
}

type area struct {
	app  *app.App
	wire Wire
}

// New makes the area.
func New(useCases *app.App, wire Wire) frame.Area {
	a := area{useCases, wire}
	return frame.Area{Sections: []*frame.Section{section}, Templates: templates, Routes: a.routes()}
}

const path = "/requests"

var section = &frame.Section{Path: path, Name: "Requests", Symbol: "requests", Key: "r"}

// maxRowsForm has room for as much as a bulk create may send (docs/contract.md section 1),
// form-encoded.
const maxRowsForm = 13 << 20

func (a area) routes() []frame.Route {
	const one = path + "/{id}"
	return []frame.Route{
		frame.Get(path, frame.Users, section, a.history),
		frame.Get(one, frame.Users, section, a.show),
		frame.Get(one+"/report.csv", frame.Users, section, a.csv),
		frame.Get(one+"/report.xlsx", frame.Users, section, a.xlsx),
		frame.Post(one+"/report", frame.Users, section, a.resendReport),
		frame.Post(one+"/stop", frame.Users, section, a.stop),
		frame.Post(one+"/undo", frame.Users, section, a.undo),
		frame.Get(one+"/resend", frame.Users, section, a.mend),
		frame.Post(one+"/resend", frame.Users, section, a.resend).Taking(maxRowsForm),
		frame.Post(one+"/deliveries/{delivery}/replay", frame.Users, section, a.replay),
	}
}

// daysKept is for how many days bulk requests are kept after their end.
const daysKept = int(tickler.EndedKept / (24 * time.Hour))

// notFound answers for a bulk request that is no longer there, or that this user may not see.
func notFound() frame.Answer {
	return frame.ErrorPage(http.StatusNotFound, "Not found",
		fmt.Sprintf("There is no such request, it is not yours to see, or it is no longer kept: "+
			"requests and their reports are kept for %d days "+
			"after their end.", daysKept))
}

// find reads the request that the path names, if the user may see it.
func (a area) find(
	ctx context.Context, p *frame.Page,
) (r tickler.BulkRequest, rows []tickler.BulkRow, found bool, err error) {
	id, ok := p.ID("id")
	if !ok {
		return r, nil, false, nil
	}
	r, rows, err = a.app.BulkRequest(ctx, p.Caller, id)
	if tickler.KindOf(err) == tickler.KindUnknownEntity {
		return r, nil, false, nil
	}
	return r, rows, err == nil, err
}
