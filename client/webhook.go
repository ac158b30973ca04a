package client

import (
	"context"
	"iter"
)

// WebhookEvent is the event that a webhook is for.
type WebhookEvent int

// The events.
const (
	TaskCreated   WebhookEvent = 7
	TaskReminder  WebhookEvent = 8
	TaskCompleted WebhookEvent = 16
	TaskUpdated   WebhookEvent = 17
	TaskCancelled WebhookEvent = 18
	TaskOverdue   WebhookEvent = 19
	TaskDeleted   WebhookEvent = 20
)

// WebhookDraft is what a caller says of a webhook. Of one that is changed, what is absent stays.
type WebhookDraft struct {
	Description     string          `json:",omitempty"`
	URL             string          `json:",omitempty"`
	Method          string          `json:",omitempty"` // POST
	ContentType     string          `json:",omitempty"` // application/json
	WebhookEvent    WebhookEvent    `json:",omitempty"`
	NotifyOnFailure *bool           `json:",omitempty"`
	CustomHeaders   []WebhookHeader `json:",omitempty"`
	StatusCode      *WebhookStatus  `json:",omitempty"` // of one that is changed: WebhookOn or WebhookOff
}

// WebhookStatus is whether a webhook is sent events.
type WebhookStatus int

// The statuses.
const (
	WebhookOn     WebhookStatus = 0
	WebhookOff    WebhookStatus = 1 // by a person
	WebhookPaused WebhookStatus = 2 // its receiver has failed for too long
)

// WebhookHeader is sent along with every delivery.
type WebhookHeader struct{ Key, Value string }

// CreateWebhook makes a webhook for an event and returns its id.
func (c *Client) CreateWebhook(ctx context.Context, draft WebhookDraft) (id string, err error) {
	return c.makeThing(ctx, "Webhook.svc/Create", draft)
}

type webhookChange struct {
	WebhookID string `json:"WebhookId"`
	WebhookDraft
}

// UpdateWebhook changes what the draft says of a webhook.
func (c *Client) UpdateWebhook(ctx context.Context, id string, draft WebhookDraft) (Affected, error) {
	return c.change(ctx, call{method: post, operation: "Webhook.svc/Update", body: webhookChange{id, draft}})
}

// DeleteWebhook ends a webhook.
func (c *Client) DeleteWebhook(ctx context.Context, id string) (Affected, error) {
	body := struct {
		WebhookID string `json:"WebhookId"`
	}{id}
	return c.change(ctx, call{method: post, operation: "Webhook.svc/Delete", body: body})
}

// Webhook is an event and where its deliveries go.
type Webhook struct {
	WebhookID       string `json:"WebhookId"`
	EventName       string
	EventCode       string
	WebhookEvent    WebhookEvent
	Description     string
	URL             string
	Method          string
	ContentType     string
	NotifyOnFailure bool
	CustomHeaders   []WebhookHeader
	StatusCode      WebhookStatus
	StatusReason    string // why it is not on
	FailingSince    Time   // zero when its receiver took the last event
	CreatedOn       Time
	ModifiedOn      Time
}

// WebhookSearch picks webhooks.
type WebhookSearch struct {
	Parameter WebhookParameter `json:",omitzero"`
	Sorting   Sorting          `json:",omitzero"`
	Paging    Paging           `json:",omitzero"`
}

// WebhookParameter is what must hold of a webhook. The zero value holds of all.
type WebhookParameter struct {
	WebhookID    string         `json:"WebhookId,omitempty"`
	WebhookEvent WebhookEvent   `json:",omitempty"`
	StatusCode   *WebhookStatus `json:",omitempty"`
	SearchText   string         `json:",omitempty"`
}

// Webhooks returns a page of the account's webhooks.
func (c *Client) Webhooks(ctx context.Context, search WebhookSearch) (List[Webhook], error) {
	list, err := read[struct {
		RecordCount int
		Response    []Webhook
	}](ctx, c, call{method: post, operation: "Webhook.svc/Retrieve", body: search})
	return List[Webhook]{RecordCount: list.RecordCount, List: list.Response}, err
}

// AllWebhooks goes through all webhooks that Webhooks has on its pages, whatever search.Paging
// says.
func (c *Client) AllWebhooks(ctx context.Context, search WebhookSearch) iter.Seq2[Webhook, error] {
	return each(func(paging Paging) (List[Webhook], error) {
		search.Paging = paging
		return c.Webhooks(ctx, search)
	})
}
