// Package client calls Tickler's API from Go.
//
//	c, err := client.New("https://tasks.example.com", accessKey, secretKey)
//	if err != nil { … }
//	id, err := c.CreateTask(ctx, client.TaskDraft{Name: "Call Ada back"})
//
// Every call of the API is a method of [Client]. What goes over the wire, with every limit and
// default, is in the service's own document, at /openapi.yaml and, to try calls in, at /docs.
//
// # Values
//
// The structs here are plain and the client's own: they hold the wire's attributes under the wire's
// names. The package imports nothing of the service, so that a program that calls it carries none
// of it along, and the service can be changed inside without a change here. Ids are texts. Instants
// are [Time], UTC, whole seconds.
//
// The zero value of an attribute is left out of what is sent, and says nothing. Where a zero does
// mean something, as in a reminder 0 minutes before, the attribute is a pointer: new(0) says zero,
// nil says nothing. UpdateTask takes the names of what it is to clear.
//
// # Errors
//
// What the service refuses is an [*Error], with the type and the message that it sent:
//
//	if refused, ok := errors.AsType[*client.Error](err); ok && refused.ExceptionType == client.DuplicateEntry { … }
//
// An answer of more than 256 MiB is an error too, and is not asked for again.
//
// # Trying again
//
// Too many calls (429), a service that is not available (502, 503, 504) and a lost connection are
// retried, five times in all unless [Attempts] says otherwise: after Retry-After when the service
// names it, otherwise after a pause that doubles. A call that would have to wait beyond its
// context's deadline, or longer than a minute, returns the error at once.
//
// Nothing is made twice by it. CreateTask and CreateTasks carry an Idempotency-Key, a fresh one
// unless the caller gives one. Reads, and writes that leave things as they are when they come a
// second time, are simply sent again. All others (CreateLead, CaptureLead, CreateOpportunity,
// CreateTaskType, CreateWebhook) are sent again only when they certainly were not carried out:
// after a 429, or when no connection could be made.
package client
