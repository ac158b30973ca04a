package tickler

import "time"

// SubscriptionDraft is what a caller says about a subscription. Nil leaves a value as it is, or at
// its default.
type SubscriptionDraft struct {
	Description     *string
	URL             *string // as it is sent
	Method          *string
	ContentType     *string
	Event           *TaskEvent
	NotifyOnFailure *bool
	Headers         map[string]string // nil: not given
	Active          *bool
}

// Subscription makes a new active subscription of the draft. By default its deliveries are JSON and
// sent by POST. What can't be accepted is an [Error].
func (d SubscriptionDraft) Subscription(id, account ID, by User, now time.Time) (Subscription, error) {
	return d.Apply(Subscription{
		ID: id, AccountID: account, Method: WebhookMethods[0], ContentType: ContentTypes[0],
		CreatedAt: now, CreatedBy: by.ID,
	}, by, now)
}

// Apply returns the subscription with the draft applied, stopped or resuming if the draft says so.
// What can't be accepted is an [Error].
func (d SubscriptionDraft) Apply(s Subscription, by User, now time.Time) (Subscription, error) {
	s.Description = valueOr(d.Description, s.Description)
	s.URL = valueOr(d.URL, s.URL)
	s.Method = valueOr(d.Method, s.Method)
	s.ContentType = valueOr(d.ContentType, s.ContentType)
	s.Event = valueOr(d.Event, s.Event)
	s.NotifyOnFailure = valueOr(d.NotifyOnFailure, s.NotifyOnFailure)
	if d.Headers != nil {
		s.Headers = d.Headers
	}
	if d.Active != nil {
		if *d.Active {
			s = s.Resume()
		} else {
			s = s.Stop(by, now)
		}
	}
	s.ModifiedAt, s.ModifiedBy = now, by.ID
	return s, s.Validate()
}
