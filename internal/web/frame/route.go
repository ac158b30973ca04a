package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// route is what one method does at one path.
type route struct {
	method string // get or post; a get answers HEAD too
	path   string // as http.ServeMux has it: {id} is read by page.id, {$} ends a path
	access access
	handle func(web *Web, ctx context.Context, p *page) (answer, error)
}

// access says whom a route is for. Others are sent to sign in, or refused. What somebody may do beyond that is decided by
// the use cases.
type access int

const (
	users access = iota // whoever is signed in
	administrators
	everybody // strangers too
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// resendPath is where failed rows are mended: the one form that holds a bulk create.
const resendPath = "/requests/{id}/resend"

// routes is the table of all pages.
var routes = []route{
	{get, "/{$}", users, (*Web).home},
	{get, "/sign-in", everybody, (*Web).showSignIn},
	{post, "/sign-in", everybody, (*Web).signIn},
	{post, "/sign-out", users, (*Web).signOut},
	{get, "/requests", users, (*Web).requests},
	{get, "/requests/{id}", users, (*Web).request},
	{get, "/requests/{id}/report.csv", users, (*Web).requestCSV},
	{get, "/requests/{id}/report.xlsx", users, (*Web).requestXLSX},
	{post, "/requests/{id}/report", users, (*Web).resendReport},
	{post, "/requests/{id}/stop", users, (*Web).stopRequest},
	{post, "/requests/{id}/undo", users, (*Web).undoRequest},
	{get, resendPath, users, (*Web).mendRequest},
	{post, resendPath, users, (*Web).resendRequest},
	{post, "/requests/{id}/deliveries/{delivery}/replay", users, (*Web).replayDelivery},
	{get, "/docs", users, (*Web).docs},
	{get, "/tasks/{id}", users, (*Web).task},
	{post, "/tasks/{id}/complete", users, (*Web).completeTask},
	{post, "/tasks/{id}/reopen", users, (*Web).reopenTask},
	{post, "/tasks/{id}/cancel", users, (*Web).cancelTask},
	{get, "/webhooks", administrators, (*Web).webhooks},
	{post, "/webhooks", administrators, (*Web).createWebhook},
	{get, "/webhooks/new", administrators, (*Web).newWebhook},
	{get, "/webhooks/{id}", administrators, (*Web).webhook},
	{post, "/webhooks/{id}", administrators, (*Web).updateWebhook},
	{get, "/webhooks/{id}/edit", administrators, (*Web).changeWebhook},
	{post, "/webhooks/{id}/stop", administrators, (*Web).stopWebhook},
	{post, "/webhooks/{id}/resume", administrators, (*Web).resumeWebhook},
	{post, "/webhooks/{id}/try", administrators, (*Web).tryWebhook},
	{post, "/webhooks/{id}/delete", administrators, (*Web).deleteWebhook},
	{post, "/webhooks/{id}/deliveries/{delivery}/replay", administrators, (*Web).replayWebhook},
	{get, "/settings", users, (*Web).settings},
	{post, "/settings/time-zone", users, (*Web).setOwnZone},
	{post, "/settings/password", users, (*Web).changePassword},
	{post, "/settings/sign-out-everywhere", users, (*Web).signOutEverywhere},
	{get, "/settings/keys", users, (*Web).accessKeys},
	{post, "/settings/keys", users, (*Web).createAccessKey},
	{post, "/settings/keys/revoke", users, (*Web).revokeAccessKey},
	{get, "/settings/account", administrators, (*Web).accountSettings},
	{post, "/settings/account", administrators, (*Web).setAccount},
	{get, "/settings/webhook-secret", administrators, (*Web).webhookSecret},
	{post, "/settings/webhook-secret", administrators, (*Web).rotateWebhookSecret},
}

// navigation is what the header of each page links to. Its first is the home page.
var navigation = []link{
	{"/requests", "Requests"},
	{"/settings", "Settings"},
}

// link is a place and its name.
type link struct{ Path, Name string }

// methods are the routes of one path.
type methods map[string]route

// maxForm is the length of the largest form that the route takes, in bytes.
func (r route) maxForm() int64 {
	if r.path == resendPath {
		return maxRowsForm
	}
	return maxForm
}

func routesByPath() map[string]methods {
	all := map[string]methods{}
	for _, r := range routes {
		if all[r.path] == nil {
			all[r.path] = methods{}
		}
		all[r.path][r.method] = r
	}
	return all
}

func (m methods) find(method string) (route, bool) {
	if method == http.MethodHead {
		method = get
	}
	r, known := m[method]
	return r, known
}

// allowed lists the methods, for the header Allow.
func (m methods) allowed() string {
	names := slices.Sorted(maps.Keys(m))
	if _, hasGet := m[get]; hasGet {
		names = append(names, http.MethodHead)
	}
	return strings.Join(names, ", ")
}

// home sends people to the page that the day begins with.
func (web *Web) home(context.Context, *page) (answer, error) {
	return redirect(navigation[0].Path), nil
}
