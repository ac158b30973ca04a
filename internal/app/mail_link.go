package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"

	"tickler"
)

type linkStore interface {
	linkReader
	LinkKey(ctx context.Context) ([]byte, error)
	AddLinkKey(ctx context.Context, key []byte, now time.Time) error
	ReplaceLinkKey(ctx context.Context, key []byte, now time.Time) error
	Notification(ctx context.Context, account, id tickler.ID) (tickler.Notification, bool, error)
	SetRemindersOff(ctx context.Context, account, user tickler.ID, off bool) error
}

// linkReader reads what a link depends on, in a transaction or outside.
type linkReader interface {
	Task(ctx context.Context, account, id tickler.ID) (tickler.Task, bool, error)
	UsedLink(
		ctx context.Context, account tickler.ID, tokenHash [sha256.Size]byte,
	) (at time.Time, used bool, err error)
}

type linkTx interface {
	linkReader
	// UseLink remembers that a link was used, and reports whether it had not been before.
	UseLink(ctx context.Context, link tickler.UsedLink) (first bool, err error)
}

// Tokens returns the tokens of the service, which sign its links. Their key is made when it is
// first needed.
func (a *Links) Tokens(ctx context.Context) (Tokens, error) {
	key, err := a.store.LinkKey(ctx)
	if err == nil && key == nil {
		if err = a.store.AddLinkKey(ctx, newLinkKey(), a.now()); err == nil {
			key, err = a.store.LinkKey(ctx) // another node may have been first
		}
	}
	return NewTokens(key), err
}

// RotateLinkKey makes a new key. All links that were signed before stop working.
func (a *Links) RotateLinkKey(ctx context.Context) error {
	return a.store.ReplaceLinkKey(ctx, newLinkKey(), a.now())
}

func newLinkKey() []byte {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return key
}

// mailLink is what is signed for a link in a mail: what it is for, and the notification that was
// mailed, or the user if it is about all mails.
type mailLink struct {
	act         tickler.MailAct
	account, id tickler.ID
}

func (l mailLink) subject() string {
	return string(l.act) + "/" + string(l.account[:]) + string(l.id[:])
}

// readMailLink reads a subject; false for one that is not a mail's.
func readMailLink(subject string) (l mailLink, ok bool) {
	act, ids, _ := strings.Cut(subject, "/")
	l.act = tickler.MailAct(act)
	if len(ids) != len(l.account)+len(l.id) {
		return l, false
	}
	copy(l.account[:], ids)
	copy(l.id[:], ids[len(l.account):])
	return l, l.act == tickler.MailDone || l.act == tickler.MailSnooze || l.act == tickler.MailOff
}

// MailLinks are the tokens of the links in a reminder's mail.
type MailLinks struct{ Done, Snooze, Off string }

// MailLinks signs the links in the mail of a notification that is handed over now.
func (a *Links) MailLinks(ctx context.Context, n tickler.Notification) (MailLinks, error) {
	tokens, err := a.Tokens(ctx)
	if err != nil {
		return MailLinks{}, err
	}
	sign := func(act tickler.MailAct, id tickler.ID, kept time.Duration) string {
		return tokens.Sign(mailLink{act, n.AccountID, id}.subject(), a.now().Add(kept))
	}
	return MailLinks{
		Done:   sign(tickler.MailDone, n.ID, tickler.MailLinkKept),
		Snooze: sign(tickler.MailSnooze, n.ID, tickler.MailLinkKept),
		Off:    sign(tickler.MailOff, n.OwnerID, tickler.MailOffLinkKept),
	}, nil
}

// SignedLink is a link that somebody has opened: its token, and the subject that this was signed
// for.
type SignedLink struct{ Token, Subject string }

// OpenedLink is a link in a mail as it stands.
type OpenedLink struct {
	Act tickler.MailAct
	// Standing is that of a link about a task. A link that turns the mails off works as long as its
	// user is active.
	Standing tickler.LinkStanding
	// Reader is who got the mail, and for whom the link acts.
	Reader Caller
	// Task is what the mail reminded of; the zero Task if the reader is to see nothing of it.
	Task   tickler.Task
	UsedAt time.Time // zero for a link that was not used

	notification tickler.Notification
	tokenHash    [sha256.Size]byte
}

// OpenLink finds what a link in a mail is about, and changes nothing; false for one that is not a
// mail's.
func (a *Links) OpenLink(ctx context.Context, link SignedLink) (l OpenedLink, found bool, err error) {
	signed, ok := readMailLink(link.Subject)
	if !ok {
		return l, false, nil
	}
	if err := a.directory.Fresh(); err != nil {
		return l, false, err
	}
	l = OpenedLink{Act: signed.act, tokenHash: sha256.Sum256([]byte(link.Token))}
	reader := signed.id
	if signed.act != tickler.MailOff {
		if l.notification, _, err = a.store.Notification(ctx, signed.account, signed.id); err != nil {
			return l, false, err
		}
		reader = l.notification.OwnerID // nobody's, if the notification is gone
	}
	via := tickler.Origin{Kind: tickler.ViaMail, ID: l.notification.ID}
	if l.Reader, err = a.callerFor(ctx, signed.account, reader, via); err != nil {
		return l, false, err
	}
	if signed.act == tickler.MailOff {
		if !l.Reader.User.Active {
			l.Standing = tickler.LinkOfNobody
		}
		return l, true, nil
	}
	l, err = l.read(ctx, a.store)
	return l, true, err
}

// read finds how a link about a task stands.
func (l OpenedLink) read(ctx context.Context, from linkReader) (OpenedLink, error) {
	account := l.Reader.Account.ID
	task, found, err := from.Task(ctx, account, l.notification.TaskID)
	if err != nil {
		return l, err
	}
	at, used, err := from.UsedLink(ctx, account, l.tokenHash)
	if err != nil {
		return l, err
	}
	there := &task
	if !found {
		there = nil
	}
	l.Standing, l.Task, l.UsedAt = l.notification.LinkStanding(there, l.Reader.User, used), task, at
	if !l.Standing.ShowsTask() {
		l.Task = tickler.Task{}
	}
	return l, nil
}

// ActByLink does to the task of a link what its act is, if the link works: whoever sends it twice
// does it once. Otherwise nothing happens, and OpenLink says why. What is done is an act of the
// reader, who can take it back on the pages.
func (a *Links) ActByLink(ctx context.Context, l OpenedLink, doing Doing) error {
	change, err := doing.plan(ctx, a.tasks, l.Reader)
	if err != nil {
		return err
	}
	_, err = a.acts.act(ctx, l.Reader, doing.deed, Options{}, func(ctx context.Context, tx Tx, w *actWriter) error {
		now, err := l.read(ctx, tx) // which keeps others from the task
		if err != nil || now.Standing != tickler.LinkWorks {
			return err
		}
		first, err := tx.UseLink(ctx, tickler.UsedLink{
			AccountID: w.caller.Account.ID, TokenHash: l.tokenHash, At: w.caller.Now,
			ExpiresAt: w.caller.Now.Add(tickler.MailLinkKept),
		})
		if err != nil || !first {
			return err
		}
		outcome, err := a.tasks.planChange(ctx, tx, w.caller, now.Task.ID, change)
		if err != nil {
			return err
		}
		return w.apply(ctx, tx, outcome)
	})
	return err
}

// SetRemindersOff keeps whether the caller wants no mails about their reminders.
func (a *Links) SetRemindersOff(ctx context.Context, caller Caller, off bool) error {
	if err := a.store.SetRemindersOff(ctx, caller.Account.ID, caller.User.ID, off); err != nil {
		return err
	}
	a.refresh(ctx)
	return nil
}
