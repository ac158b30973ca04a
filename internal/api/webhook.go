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
	"tickler/internal/app"
)

// The bodies of Webhook.svc (contract section 7). The vendor's own samples name what only landing pages have: see refuseLandingPages.
var (
	subscriptionAttributes = append(values("Description", "URL", "Method", "ContentType", "WebhookEvent", "NotifyOnFailure", "IsSpecificLandingPage",
		"LandingPageUrls", "WebhookProperties"), attribute{"CustomHeaders", headersShape})
	// headersShape is a list of Key and Value, as the vendor has it, or an object of names and values.
	headersShape              = &shape{kind: objectNode, orList: object(values("Key", "Value")...)}
	subscriptionShape         = object(subscriptionAttributes...)
	subscriptionUpdateShape   = object(append(slices.Clone(subscriptionAttributes), values("WebhookId", "StatusCode")...)...)
	subscriptionDeleteShape   = object(values("WebhookId")...)
	subscriptionRetrieveShape = object(
		attribute{"Parameter", object(values("Type", "WebhookEvent", "StatusCode", "WebhookId", "SearchText")...)},
		attribute{"Sorting", object(values("ColumnName", "Direction")...)},
		pagingAttribute,
	)
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
	return affected(wireObject{{"Id", s.ID.String()}}), err
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
	return affected(wireObject{{"AffectedRows", 1}}), err
}

func (a *API) deleteSubscription(ctx context.Context, c call) (answer, error) {
	if err := app.MayManageWebhooks(c.caller); err != nil {
		return answer{}, err
	}
	id, err := subscriptionID(c.body, "deleting a webhook")
	if err != nil {
		return answer{}, err
	}
	return affected(wireObject{{"AffectedRows", 1}}), a.App.DeleteSubscription(ctx, c.caller, id)
}

func subscriptionID(n node, action string) (tickler.ID, error) {
	r := read(n, nil)
	if !r.said("WebhookId") {
		r.miss("WebhookId", action)
	}
	return r.id("WebhookId"), r.err
}

// bindSubscription reads a body of subscriptionUpdateShape. Of a new one, URL and event are mandatory.
func bindSubscription(n node, action string, isNew bool) (tickler.SubscriptionDraft, error) {
	r := read(n, nil)
	var d tickler.SubscriptionDraft
	for _, text := range []struct {
		name string
		into **string
	}{{"Description", &d.Description}, {"URL", &d.URL}, {"Method", &d.Method}, {"ContentType", &d.ContentType}} {
		if value := r.word(text.name); value != "" {
			*text.into = &value
		}
	}
	if d.Method != nil {
		*d.Method = strings.ToUpper(*d.Method)
	}
	if d.ContentType != nil {
		*d.ContentType = strings.ToLower(*d.ContentType)
	}
	d.Event = r.event("WebhookEvent")
	d.NotifyOnFailure = r.flag("NotifyOnFailure")
	if code := r.choice("StatusCode", 0, 1); code != nil {
		active := *code == 0
		d.Active = &active
	}
	d.Headers = r.headers("CustomHeaders")
	r.refuseLandingPages()
	for _, name := range []string{"URL", "WebhookEvent"} {
		if isNew && !r.said(name) {
			r.miss(name, action)
		}
	}
	return d, r.err
}

// refuseLandingPages lets through what the vendor's samples say of landing pages where it says nothing.
func (r *reader) refuseLandingPages() {
	for _, name := range []string{"IsSpecificLandingPage", "LandingPageUrls", "WebhookProperties"} {
		if n := r.node(name); n.text != "" && n.text != "false" {
			r.fail(name, n.text, "nothing: there are no landing pages")
		}
	}
}

// event reads an event's number, code or name.
func (r *reader) event(name string) *tickler.TaskEvent {
	n := r.node(name)
	text := strings.TrimSpace(n.text)
	if text == "" || r.err != nil {
		return nil
	}
	allowed := make([]string, len(tickler.TaskEvents))
	for i, e := range tickler.TaskEvents {
		if slices.Contains([]string{strconv.Itoa(int(e)), tickler.Fold(eventCodes[e]), tickler.Fold(e.String())}, tickler.Fold(text)) {
			return &e
		}
		allowed[i] = fmt.Sprintf("%d (%s)", e, eventCodes[e])
	}
	r.fail(name, text, "one of "+strings.Join(allowed, ", "))
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

// headers reads a list of Key and Value or an object of names and values, each name once in any case; nil when there is none.
func (r *reader) headers(name string) map[string]string {
	n := r.node(name)
	if n.kind == absentNode || n.kind == stringNode {
		return nil
	}
	headers, seen := map[string]string{}, map[string]bool{}
	add := func(key, value string) {
		if seen[fold(key)] {
			r.fail(name, key, "each header once, in any case")
		}
		headers[key], seen[fold(key)] = value, true
	}
	for _, m := range n.members {
		add(strings.TrimSpace(m.name), m.value.text)
	}
	for _, each := range r.each(name) {
		key := each.word("Key")
		if key == "" {
			each.miss("Key", "a header")
		}
		add(key, each.text("Value"))
		r.merge(each)
	}
	return headers
}

// retrieveSubscriptions lists subscriptions by one or several of their attributes.
func (a *API) retrieveSubscriptions(ctx context.Context, c call) (answer, error) {
	if err := app.MayManageWebhooks(c.caller); err != nil {
		return answer{}, err
	}
	r := read(c.body, nil)
	pick, err := subscriptionFilter(r.within("Parameter"))
	if err != nil {
		return answer{}, err
	}
	sorting, paging := r.within("Sorting"), r.within("Paging")
	compare := subscriptionOrder(sorting)
	page := bindPage(paging)
	r.merge(sorting)
	r.merge(paging)
	if r.err != nil {
		return answer{}, r.err
	}
	all, err := a.App.Subscriptions(ctx, c.caller)
	if err != nil {
		return answer{}, err
	}
	picked := slices.DeleteFunc(all, func(s tickler.Subscription) bool { return !pick(s) })
	slices.SortStableFunc(picked, compare)
	from := min(page.Offset, len(picked))
	list := []wireObject{}
	for _, s := range picked[from:min(from+page.Limit, len(picked))] {
		list = append(list, subscriptionObject(s))
	}
	return ok(wireObject{{"RecordCount", len(picked)}, {"Response", list}}), nil
}

func subscriptionFilter(p *reader) (func(tickler.Subscription) bool, error) {
	if kind := p.word("Type"); kind != "" && !strings.EqualFold(kind, "Webhook") {
		p.fail("Type", kind, "Webhook")
	}
	event, id, search := p.event("WebhookEvent"), p.id("WebhookId"), tickler.Fold(p.text("SearchText"))
	status := p.choice("StatusCode", 0, 1, 2)
	return func(s tickler.Subscription) bool {
		return (event == nil || s.Event == *event) && (id.IsZero() || s.ID == id) && (status == nil || subscriptionStatus(s) == *status) &&
			(search == "" || strings.Contains(tickler.Fold(s.Description+"\n"+s.Event.String()+"\n"+s.URL), search))
	}, p.err
}

var subscriptionColumns = map[string]func(a, b tickler.Subscription) int{
	"createdon":   func(a, b tickler.Subscription) int { return a.CreatedAt.Compare(b.CreatedAt) },
	"modifiedon":  func(a, b tickler.Subscription) int { return a.ModifiedAt.Compare(b.ModifiedAt) },
	"eventname":   func(a, b tickler.Subscription) int { return strings.Compare(a.Event.String(), b.Event.String()) },
	"url":         func(a, b tickler.Subscription) int { return strings.Compare(a.URL, b.URL) },
	"description": func(a, b tickler.Subscription) int { return strings.Compare(a.Description, b.Description) },
}

func subscriptionOrder(sorting *reader) func(a, b tickler.Subscription) int {
	name := sorting.word("ColumnName")
	compare, known := subscriptionColumns[fold(name)]
	if !known && name != "" {
		sorting.fail("ColumnName", name, "CreatedOn, ModifiedOn, EventName, URL or Description")
	}
	if compare == nil {
		compare = subscriptionColumns["createdon"]
	}
	if sorting.isDescending() {
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
func subscriptionObject(s tickler.Subscription) wireObject {
	headers := []wireObject{}
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		headers = append(headers, wireObject{{"Key", name}, {"Value", s.Headers[name]}})
	}
	return wireObject{
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
		{"CreatedOn", objectInstant(s.CreatedAt)},
		{"ModifiedOn", objectInstant(s.ModifiedAt)},
	}
}

// optionalInstant is null where there is no instant.
func optionalInstant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return objectInstant(t)
}

// EventWire spells events as the wire does, for the receivers of webhooks.
type EventWire struct{}

var _ app.EventWire = EventWire{}

// Event implements app.EventWire: the task before and after, each with its status at that time (contract section 7).
func (EventWire) Event(account app.Account, o tickler.Occurrence) []byte {
	earlier := o.At
	if o.Event == tickler.TaskOverdue && o.Before != nil { // nothing has changed but the time
		earlier = o.Before.EndAt
	}
	return marshal(eventBody(eventCodes[o.Event], o.At, eventTask(account, o.Before, earlier), eventTask(account, o.After, o.At)))
}

// Trial implements app.EventWire.
func (EventWire) Trial(s tickler.Subscription, now time.Time) []byte {
	return marshal(append(eventBody("Trial", now, nil, nil), wireObject{
		{"WebhookId", s.ID.String()},
		{"Message", fmt.Sprintf("A trial of the webhook for %s: nothing has happened.", s.Event)},
	}...))
}

func eventBody(event string, at time.Time, before, after any) wireObject {
	return wireObject{{"EventType", event}, {"EventOn", objectInstant(at)}, {"Before", before}, {"After", after}}
}

// eventTask is null where there is no task.
func eventTask(account app.Account, t *tickler.Task, at time.Time) any {
	if t == nil {
		return nil
	}
	return accountTaskObject(account, at, *t)
}
