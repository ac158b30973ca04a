package api

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/address"
	"tickler/internal/api/wire"
	"tickler/internal/app"
	"tickler/internal/composed"
)

// The bodies of Webhook.svc (docs/contract.md section 7). The vendor's own samples name what only
// landing pages have: see refuseLandingPages.
var (
	subscriptionShape = wire.ShapeOf("Description", "URL", "Method", "ContentType", "WebhookEvent", "NotifyOnFailure",
		"IsSpecificLandingPage", "LandingPageUrls", "WebhookProperties").With("CustomHeaders", headersShape)
	// headersShape is a list of Key and Value, as the vendor has it, or an object of names and
	// values.
	headersShape              = &wire.Shape{Kind: wire.ObjectNode, OrList: wire.ShapeOf("Key", "Value")}
	subscriptionUpdateShape   = subscriptionShape.And("WebhookId", "StatusCode")
	subscriptionDeleteShape   = wire.ShapeOf("WebhookId")
	subscriptionRetrieveShape = wire.ShapeOf().
					With("Parameter", wire.ShapeOf("Type", "WebhookEvent", "StatusCode", "WebhookId", "SearchText")).
					With("Sorting", sortingShape).
					With("Paging", pagingShape)
)

func (a *API) createSubscription(ctx context.Context, c call) (answer, error) {
	if err := app.MayManageWebhooks(c.caller); err != nil {
		return answer{}, err
	}
	draft, err := bindSubscription(c.body, "creating a webhook", true)
	if err != nil {
		return answer{}, err
	}
	s, err := a.App.CreateSubscription(ctx, c.caller, draft, app.Options{})
	return affected(wire.Object{{"Id", s.ID.String()}}), err
}

func (a *API) updateSubscription(ctx context.Context, c call) (answer, error) {
	if err := app.MayManageWebhooks(c.caller); err != nil {
		return answer{}, err
	}
	id, err := subscriptionID(c.body, "updating a webhook")
	if err != nil {
		return answer{}, err
	}
	draft, err := bindSubscription(c.body, "updating a webhook", false)
	if err != nil {
		return answer{}, err
	}
	_, err = a.App.UpdateSubscription(ctx, c.caller, id, draft)
	return affected(wire.Object{{"AffectedRows", 1}}), err
}

func (a *API) deleteSubscription(ctx context.Context, c call) (answer, error) {
	if err := app.MayManageWebhooks(c.caller); err != nil {
		return answer{}, err
	}
	id, err := subscriptionID(c.body, "deleting a webhook")
	if err != nil {
		return answer{}, err
	}
	return affected(wire.Object{{"AffectedRows", 1}}), a.App.DeleteSubscription(ctx, c.caller, id)
}

func subscriptionID(n wire.Node, action string) (tickler.ID, error) {
	r := wire.Read(n)
	if !r.Has("WebhookId") {
		r.Miss("WebhookId", action)
	}
	return r.ID("WebhookId"), r.Err()
}

// bindSubscription reads a body of subscriptionUpdateShape. Of a new one, URL and event are
// mandatory.
func bindSubscription(n wire.Node, action string, isNew bool) (tickler.SubscriptionDraft, error) {
	r := wire.Read(n)
	var d tickler.SubscriptionDraft
	for _, text := range []struct {
		name string
		read func(name string) string
		into **string
	}{
		{"Description", r.Word, &d.Description},
		{"URL", r.Raw, &d.URL},
		{"Method", r.Word, &d.Method},
		{"ContentType", r.Word, &d.ContentType},
	} {
		if value := text.read(text.name); value != "" || text.name == "Description" && r.Node(text.name).IsEmptyText() {
			*text.into = &value
		}
	}
	if d.Method != nil {
		*d.Method = strings.ToUpper(*d.Method)
	}
	if d.ContentType != nil {
		*d.ContentType = strings.ToLower(*d.ContentType)
	}
	d.Event = readEvent(r, "WebhookEvent")
	d.NotifyOnFailure = r.Flag("NotifyOnFailure")
	if code := r.Choice("StatusCode", 0, 1); code != nil {
		active := *code == 0
		d.Active = &active
	}
	d.Headers = readHeaders(r, "CustomHeaders")
	refuseLandingPages(r)
	for _, name := range []string{"URL", "WebhookEvent"} {
		if isNew && !r.Has(name) {
			r.Miss(name, action)
		}
	}
	return d, r.Err()
}

// refuseLandingPages accepts the attributes that the vendor's samples have for landing pages only
// while they are empty.
func refuseLandingPages(r *wire.Reader) {
	for _, name := range []string{"IsSpecificLandingPage", "LandingPageUrls", "WebhookProperties"} {
		if n := r.Node(name); n.Text != "" && n.Text != "false" {
			r.Fail(name, n.Text, "nothing: there are no landing pages")
		}
	}
}

// readEvent reads an event's number, code or name.
func readEvent(r *wire.Reader, name string) *tickler.TaskEvent {
	text := r.Plain(name)
	if text == "" || r.Err() != nil {
		return nil
	}
	allowed := make([]string, len(tickler.TaskEvents))
	for i, e := range tickler.TaskEvents {
		names := []string{strconv.Itoa(int(e)), tickler.Fold(eventCodes[e]), tickler.Fold(e.String())}
		if slices.Contains(names, tickler.Fold(text)) {
			return &e
		}
		allowed[i] = fmt.Sprintf("%d (%s)", e, eventCodes[e])
	}
	r.Fail(name, text, "one of "+strings.Join(allowed, ", "))
	return nil
}

// eventCodes are the events' names for programs.
var eventCodes = map[tickler.TaskEvent]string{
	tickler.TaskCreated:   "Task_Create",
	tickler.TaskReminded:  "Task_Reminder",
	tickler.TaskCompleted: "Task_Complete",
	tickler.TaskUpdated:   "Task_Update",
	tickler.TaskCancelled: "Task_Cancel",
	tickler.TaskOverdue:   "Task_Overdue",
	tickler.TaskDeleted:   "Task_Delete",
}

// readHeaders reads a list of Key and Value or an object of names and values, each name once in any
// case; nil when there is none.
func readHeaders(r *wire.Reader, name string) map[string]string {
	n := r.Node(name)
	if n.Kind == wire.AbsentNode || n.Kind == wire.StringNode {
		return nil
	}
	headers, seen := map[string]string{}, map[string]bool{}
	add := func(key, value string) {
		if seen[wire.Fold(key)] {
			r.Fail(name, key, "each header once, in any case")
		}
		headers[key], seen[wire.Fold(key)] = value, true
	}
	for _, m := range n.Members {
		add(strings.TrimSpace(m.Name), m.Value.Text)
	}
	for _, each := range r.Each(name) {
		key := each.Word("Key")
		if key == "" {
			each.Miss("Key", "a header")
		}
		add(key, each.Text("Value"))
		r.Merge(each)
	}
	return headers
}

// retrieveSubscriptions lists subscriptions by one or several of their attributes.
func (a *API) retrieveSubscriptions(ctx context.Context, c call) (answer, error) {
	if err := app.MayManageWebhooks(c.caller); err != nil {
		return answer{}, err
	}
	r := wire.Read(c.body)
	pick, err := subscriptionFilter(r.Within("Parameter"))
	if err != nil {
		return answer{}, err
	}
	sorting, paging := r.Within("Sorting"), r.Within("Paging")
	compare := subscriptionOrder(sorting)
	page := bindPage(paging)
	r.Merge(sorting, paging)
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	all, err := a.App.Subscriptions(ctx, c.caller)
	if err != nil {
		return answer{}, err
	}
	picked := slices.DeleteFunc(all, func(s tickler.Subscription) bool { return !pick(s) })
	slices.SortStableFunc(picked, compare)
	from := min(page.Offset, len(picked))
	list := []wire.Object{}
	for _, s := range picked[from:min(from+page.Limit, len(picked))] {
		list = append(list, subscriptionObject(s))
	}
	return ok(wire.Object{{"RecordCount", len(picked)}, {"Response", list}}), nil
}

func subscriptionFilter(p *wire.Reader) (func(tickler.Subscription) bool, error) {
	if kind := p.Word("Type"); kind != "" && !strings.EqualFold(kind, "Webhook") {
		p.Fail("Type", kind, "Webhook")
	}
	event, id, search := readEvent(p, "WebhookEvent"), p.ID("WebhookId"), tickler.Fold(p.Text("SearchText"))
	status := p.Choice("StatusCode", 0, 1, 2)
	return func(s tickler.Subscription) bool {
		return (event == nil || s.Event == *event) && (id.IsZero() || s.ID == id) &&
			(status == nil || subscriptionStatus(s) == *status) &&
			(search == "" || strings.Contains(searchedText(s), search))
	}, p.Err()
}

// searchedText is where a webhook's search looks: its URL is found as it is sent, and as it was typed.
func searchedText(s tickler.Subscription) string {
	text := s.Description + "\n" + s.Event.String() + "\n" + s.URL + "\n" + address.Readable(s.URL)
	return tickler.Fold(composed.Text(text))
}

var subscriptionColumns = map[string]func(a, b tickler.Subscription) int{
	"createdon":   func(a, b tickler.Subscription) int { return a.CreatedAt.Compare(b.CreatedAt) },
	"modifiedon":  func(a, b tickler.Subscription) int { return a.ModifiedAt.Compare(b.ModifiedAt) },
	"eventname":   func(a, b tickler.Subscription) int { return strings.Compare(a.Event.String(), b.Event.String()) },
	"url":         func(a, b tickler.Subscription) int { return strings.Compare(a.URL, b.URL) },
	"description": func(a, b tickler.Subscription) int { return strings.Compare(a.Description, b.Description) },
}

func subscriptionOrder(sorting *wire.Reader) func(a, b tickler.Subscription) int {
	name := sorting.Word("ColumnName")
	compare, known := subscriptionColumns[wire.Fold(name)]
	if !known && name != "" {
		sorting.Fail("ColumnName", name, "CreatedOn, ModifiedOn, EventName, URL or Description")
	}
	if compare == nil {
		compare = subscriptionColumns["createdon"]
	}
	if isDescending(sorting) {
		return func(a, b tickler.Subscription) int { return compare(b, a) }
	}
	return compare
}

// subscriptionStatus is the wire's StatusCode. One that is just being resumed counts as enabled.
func subscriptionStatus(s tickler.Subscription) int {
	if s.State == tickler.SubscriptionResuming {
		return int(tickler.SubscriptionActive)
	}
	return int(s.State)
}

// statusReason is why a subscription is not enabled; empty when it is.
func statusReason(s tickler.Subscription) string {
	if subscriptionStatus(s) == int(tickler.SubscriptionActive) {
		return ""
	}
	return s.PauseReason
}

// subscriptionObject is a subscription as Retrieve gives it.
func subscriptionObject(s tickler.Subscription) wire.Object {
	headers := []wire.Object{}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		headers = append(headers, wire.Object{{"Key", name}, {"Value", s.Headers[name]}})
	}
	return wire.Object{
		{"WebhookId", s.ID.String()},
		{"EventName", s.Event.String()},
		{"EventCode", eventCodes[s.Event]},
		{"WebhookEvent", int(s.Event)},
		{"Description", s.Description},
		{"URL", s.URL},
		{"Method", s.Method},
		{"ContentType", s.ContentType},
		{"NotifyOnFailure", s.NotifyOnFailure},
		{"CustomHeaders", headers},
		{"StatusCode", subscriptionStatus(s)},
		{"StatusReason", statusReason(s)},
		{"FailingSince", optionalInstant(s.FailingSince)},
		{"CreatedOn", wire.Instant(s.CreatedAt)},
		{"ModifiedOn", wire.Instant(s.ModifiedAt)},
	}
}

// optionalInstant is null where there is no instant.
func optionalInstant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return wire.Instant(t)
}

// EventWire spells events as the wire does, for the receivers of webhooks.
type EventWire struct{}

var _ app.EventWire = EventWire{}

// Event implements app.EventWire: the task before and after, each with its status at that time
// (docs/contract.md section 7).
func (EventWire) Event(account app.Account, o tickler.Occurrence) []byte {
	earlier := o.At
	if o.Event == tickler.TaskOverdue && o.Before != nil { // nothing has changed but the time
		earlier = o.Before.EndAt
	}
	before, after := eventTask(account, o.Before, earlier), eventTask(account, o.After, o.At)
	return wire.Marshal(eventBody(eventCodes[o.Event], o.At, before, after))
}

// Trial implements app.EventWire.
func (EventWire) Trial(s tickler.Subscription, now time.Time) []byte {
	return wire.Marshal(append(eventBody("Trial", now, nil, nil), wire.Object{
		{"WebhookId", s.ID.String()},
		{"Message", fmt.Sprintf("A trial of the webhook for %s: nothing has happened.", s.Event)},
	}...))
}

func eventBody(event string, at time.Time, before, after any) wire.Object {
	return wire.Object{{"EventType", event}, {"EventOn", wire.Instant(at)}, {"Before", before}, {"After", after}}
}

// eventTask is null where there is no task.
func eventTask(account app.Account, t *tickler.Task, at time.Time) any {
	if t == nil {
		return nil
	}
	return accountTaskObject(account, at, *t)
}
