package tickler

import (
	"crypto/sha256"
	"time"
)

// MailAct is what a link in a mail is for. The texts are signed.
type MailAct string

// What links in mails are for: the first two concern the task that the mail reminds of, the last
// one all mails of this kind.
const (
	MailDone   MailAct = "done"
	MailSnooze MailAct = "snooze"
	MailOff    MailAct = "off"
)

// How long links in mails work. Laws want the one that turns the mails off to work for weeks.
const (
	MailLinkKept    = 7 * 24 * time.Hour
	MailOffLinkKept = 90 * 24 * time.Hour
)

// UsedLink is the memory of a link that has been used. It can be forgotten when the link has
// expired.
type UsedLink struct {
	AccountID ID
	TokenHash [sha256.Size]byte
	At        time.Time
	ExpiresAt time.Time
}

// LinkStanding says whether a link in a reminder's mail works, and if not, why.
type LinkStanding int

// The standings. Where several hold, it is the first of them.
const (
	LinkWorks         LinkStanding = iota
	LinkOfNobody                   // its user can't sign in any more
	LinkTaskGone                   // the task was deleted
	LinkTaskHandedOn               // somebody else owns the task
	LinkUsed                       // it works once
	LinkTaskCompleted              // otherwise than by this link
	LinkTaskCancelled
	LinkReminderMoved // the task's reminder is not that of the mail any more
)

// LinkStanding returns how a link in the notification's mail stands: used or not, and given the
// task and the user it was sent to as they are. A task that is gone is nil.
func (n Notification) LinkStanding(t *Task, owner User, used bool) LinkStanding {
	switch {
	case !owner.Active:
		return LinkOfNobody
	case t == nil:
		return LinkTaskGone
	case t.OwnerID != n.OwnerID:
		return LinkTaskHandedOn
	case used:
		return LinkUsed
	case t.State == StateCompleted:
		return LinkTaskCompleted
	case t.State == StateCancelled:
		return LinkTaskCancelled
	case !t.RemindAt.Equal(n.Moment):
		return LinkReminderMoved
	default:
		return LinkWorks
	}
}

// ShowsTask reports whether the link's holder may still see which task it is about.
func (s LinkStanding) ShowsTask() bool { return s == LinkWorks || s > LinkTaskHandedOn }
