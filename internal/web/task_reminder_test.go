package web_test

import (
	"net/http"
	"testing"
	"time"

	"tickler"
	"tickler/internal/app"
	"tickler/internal/jobs"
)

// toBeReminded makes a task of the seller's that reminds half an hour before it is due in an hour.
func (w *world) toBeReminded() string {
	minutes := 30
	return w.task("seller", "seller", tickler.TaskDraft{Name: "n", TypeName: "Meeting", DueAt: inAnHour(), ReminderMinutes: &minutes, Notify: true})
}

// settle lets the reminder's moment come, and says what became of its notification.
func (w *world) settle(path string, become func(n *tickler.Notification)) {
	w.t.Helper()
	w.clock.Advance(31 * time.Minute)
	_, err := w.ClaimDue(w.t.Context(), w.clock.Now(), 10)
	w.must(err)
	told, err := w.store.NotificationsOfTask(w.t.Context(), w.account, w.idOf(path))
	w.must(err)
	n := told[0]
	n.SettledAt = w.clock.Now()
	become(&n)
	w.must(w.SettleNotification(w.t.Context(), n, jobs.Ref{}))
}

func TestWhyAReminderCameOrNot(t *testing.T) {
	for name, c := range map[string]struct {
		make func(w *world) string
		want []string
	}{
		"none": {
			func(w *world) string { return w.task("seller", "seller", tickler.TaskDraft{Name: "n"}) },
			[]string{"Nobody is reminded of this task: no reminder is set.", "Set a reminder"},
		},
		"ahead": {(*world).toBeReminded, []string{"It is still to come. It goes to seller, by e-mail.", "30 min before", "today 12:30"}},
		"turned off": {func(w *world) string {
			path := w.toBeReminded()
			w.must(w.SetRemindersOff(w.t.Context(), w.caller("seller"), true))
			return path
		}, []string{"It is still to come, but is not mailed: seller has turned reminder mails off."}},
		"due": {func(w *world) string {
			path := w.toBeReminded()
			w.clock.Advance(31 * time.Minute)
			return path
		}, []string{"Its moment has come, and it is being taken up."}},
		"closed": {func(w *world) string {
			path := w.toBeReminded()
			w.as("seller").act(path, "complete")
			return path
		}, []string{"It was not sent: the task was done or cancelled before its moment."}},
		"missed": {func(w *world) string {
			minutes, due := 30, now.Add(-72*time.Hour)
			return w.task("seller", "seller", tickler.TaskDraft{Name: "n", TypeName: "Meeting", DueAt: &due, ReminderMinutes: &minutes, Notify: true})
		}, []string{"It was not sent: its moment had passed when the task was added, changed or reopened.", "Remind me later”, or set another reminder"}},
		"sent": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) {
				n.State, n.Reply, n.Attempts = tickler.NotificationSent, "250 OK <queued as 7>", 1
			})
			return path
		}, []string{"It was sent.", "250 OK &lt;queued as 7&gt;", "1 min late", "seller@example.com"}},
		"refused": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) {
				n.State, n.LastError, n.Attempts = tickler.NotificationFailed, "550 no such user", 1
			})
			return path
		}, []string{"It was not sent: the mail server refused it.", "550 no such user", "still the right address?"}},
		"without mail": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) {
				n.State, n.LastError = tickler.NotificationUnsent, "no mail server is configured: see --smtp-url"
			})
			return path
		}, []string{"It was not sent. No mail server is set up yet.", "Tell whoever runs Tickler for you."}},
		"tried": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) { n.SettledAt, n.LastError, n.Attempts = time.Time{}, "421 busy", 3 })
			return path
		}, []string{"has not taken it yet, in 3 attempts. It is tried again until", "421 busy"}},
		"withdrawn": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) {
				w.as("seller").act(path, "complete")
				n.State = tickler.NotificationWithdrawn
			})
			return path
		}, []string{"It was not sent: before it was, the task was done."}},
		"expired": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) { n.State, n.LastError = tickler.NotificationExpired, "dial: no route" })
			return path
		}, []string{"until it was too late for it, no mail server took it", "dial: no route"}},
		"earlier": {func(w *world) string {
			path := w.toBeReminded()
			w.settle(path, func(n *tickler.Notification) { n.State, n.Reply = tickler.NotificationSent, "250 first" })
			_, err := w.Act(w.t.Context(), w.caller("seller"), []tickler.ID{w.idOf(path)}, app.MovingAt(now.Add(24*time.Hour)))
			w.must(err)
			return path
		}, []string{"It is still to come.", "Earlier reminders of this task", "250 first"}},
	} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(_ *testing.T, w *world) {
				path := c.make(w)
				for _, reader := range []string{"seller", "marketer"} {
					page := w.as(reader).get(path)
					for _, text := range c.want {
						if reader == "marketer" && text == "Set a reminder" {
							continue
						}
						page.want(http.StatusOK, text)
					}
					page.lacks("--smtp-url")
				}
			})
		})
	}
}

// A rule by days is read in the account's zone, and the page says so.
func TestTheZoneOfARule(t *testing.T) {
	onEachEngine(t, func(_ *testing.T, w *world) {
		days, due := 1, now.Add(72*time.Hour)
		path := w.task("seller", "seller", tickler.TaskDraft{Name: "n", DueAt: &due, ReminderDays: &days, Notify: true})
		b := w.as("seller")
		b.post("/settings/time-zone", "zone", "Asia/Kolkata")
		b.get(path).want(http.StatusOK, "by the clock of UTC, where the account is").want(http.StatusOK, "Tue 3 Mar, 12:00 in UTC").want(http.StatusOK, "Tue 3 Mar, 17:30")
	})
}
