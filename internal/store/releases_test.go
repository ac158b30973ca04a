package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// kept is what the databases in testdata/releases have in common. Earlier releases wrote them, and
// they were dumped whole.
var kept = []string{
	"account in Asia/Kolkata, its password kept",
	"user Admin  admin@example.com Administrator active true, of no team",
	"user Bo Boss boss@example.com Sales_User active true, of no team",
	"user Rep  rep@example.com Sales_User active true, of Bo's team, in America/New_York",
	"user   gone@example.com Sales_User active false, of no team",
	"key of Admin, revoked false",
	"key of Rep, revoked true",
	"task type Survey of the fields City, Floor",
	"lead Ada Lovelace, found by address and by number",
	"opportunity Engine of Ada",
	"task Call Ada again of Rep's about Ada at 2030-06-15 09:30, reminds at 2030-06-15 09:15, 50% of High, in Koramangala; changes: 1",
	"task Cancelled of Admin's at 2030-01-01 00:00, state 2; changes: 4",
	"task Survey the deal of Admin's about Engine at 2030-06-16 09:30, reminds at 2030-06-15 04:30, state 1, Pune 3; changes: 2",
	"task Reminded of Admin's; changes: none",
	"task In bulk of Admin's; changes: none",
	"notification of Reminded to Admin: unsent",
	"bulk request of 2 rows, state 3: In bulk made, row 2 failed: 'Name' is mandatory for creating a task",
}

// releases are what else they have, by the last migration of those programs. No release ended with
// one between these but for 6.
var releases = map[string][]string{
	"00004": {
		"delivery to http://127.0.0.1:9/done, attempts 0, state pending", // nobody sent it yet
		"1 webhooks are due one day",
	},
	"00009": {
		"delivery to http://127.0.0.1:9/done, attempts 1, state pending",
		"subscription 'All' to http://127.0.0.1:9/hook, state 0, with 6 deliveries",
		"bulk request of 1 rows, state 2: Gone made",
		"7 webhooks are due one day",
	},
}

func TestDatabasesOfOlderReleases(t *testing.T) {
	for release, want := range releases {
		t.Run(release, func(t *testing.T) {
			storetest.RunAt(t, func(t *testing.T, location string) {
				engine := "sqlite"
				if !filepath.IsAbs(location) {
					engine = "postgres"
				}
				dump, err := os.ReadFile(filepath.Join("testdata", "releases", engine+"-"+release+".sql"))
				noError(t, err)
				storetest.Exec(t, storetest.SQL(t, location), string(dump))
				s := storetest.OpenAsIs(t, location)
				ran, err := s.Migrate(t.Context())
				noError(t, err)
				if len(ran) == 0 {
					t.Error("it was not migrated")
				}
				got := newCensus(t, s).everything()
				slices.Sort(got)
				equal(t, slices.Sorted(slices.Values(append(want, kept...))), got)
			})
		})
	}
}

// census describes the contents of a database's only account.
type census struct {
	t       *testing.T
	s       *store.Store
	account tickler.ID
	names   map[tickler.ID]string // of users and of what tasks are about
	lines   []string
}

func newCensus(t *testing.T, s *store.Store) *census {
	return &census{t: t, s: s, names: map[tickler.ID]string{}}
}

func (o *census) tell(format string, args ...any) {
	o.lines = append(o.lines, fmt.Sprintf(format, args...))
}

func (o *census) everything() []string {
	o.people()
	o.things()
	o.tasks()
	o.background()
	return o.lines
}

func (o *census) people() {
	ctx, t := o.t.Context(), o.t
	accounts, err := o.s.Accounts(ctx)
	noError(t, err)
	if len(accounts) != 1 {
		t.Fatalf("the accounts are %+v", accounts)
	}
	o.account = accounts[0].ID
	admin, hash, err := o.s.SignInUser(ctx, "admin@example.com")
	noError(t, err)
	o.tell("account in %s, its password %s", accounts[0].Zone, map[bool]string{true: "kept", false: "lost"}[strings.HasPrefix(hash, "$argon2id$") && admin.AccountID == o.account])
	users, err := o.s.Users(ctx, o.account)
	noError(t, err)
	for _, u := range users {
		o.names[u.ID] = u.FirstName
	}
	for _, u := range users {
		team, zone := "no team", ""
		if !u.ManagerID.IsZero() {
			team = o.names[u.ManagerID] + "'s team"
		}
		if u.Zone != nil {
			zone = ", in " + u.Zone.String()
		}
		o.tell("user %s %s %s %s active %t, of %s%s", u.FirstName, u.LastName, u.Email, u.Role, u.Active, team, zone)
	}
	keys, err := o.s.AccessKeys(ctx, o.account)
	noError(t, err)
	for _, k := range keys {
		o.tell("key of %s, revoked %t", o.names[k.UserID], !k.RevokedAt.IsZero())
	}
}

func (o *census) things() {
	ctx, t := o.t.Context(), o.t
	types, err := o.s.TaskTypes(ctx, o.account)
	noError(t, err)
	for _, taskType := range types {
		if taskType.Name == "Survey" { // the only one that came after the account
			var fields []string
			for _, f := range taskType.Fields {
				fields = append(fields, f.DisplayName)
			}
			o.tell("task type Survey of the fields %s", strings.Join(fields, ", "))
		}
	}
	byEmail, _, err := o.s.LeadByEmail(ctx, o.account, "ADA@example.com")
	noError(t, err)
	byPhone, found, err := o.s.LeadByPhone(ctx, o.account, "+91 98450-12345")
	noError(t, err)
	if found && byEmail.ID == byPhone.ID {
		o.tell("lead %s %s, found by address and by number", byPhone.FirstName, byPhone.LastName)
	}
	o.names[byEmail.ID] = byEmail.FirstName
	deals, _, err := o.s.OpportunitiesOfLead(ctx, o.account, byEmail.ID, tickler.OpportunityOrder{By: tickler.OpportunityColumns[0]}, tickler.Page{Limit: 10})
	noError(t, err)
	for _, deal := range deals {
		o.names[deal.ID] = deal.Name
		o.tell("opportunity %s of %s", deal.Name, o.names[deal.LeadID])
	}
}

func (o *census) tasks() {
	const minutes = "2006-01-02 15:04"
	for _, task := range tasksOf(o.t, o.s, o.account) {
		text := fmt.Sprintf("task %s of %s's", task.Name, o.names[task.OwnerID])
		o.names[task.ID] = task.Name
		if !task.Related.ID.IsZero() {
			text += " about " + o.names[task.Related.ID]
		}
		if task.DueAt.Year() == 2030 { // otherwise it was due when the database was dumped
			text += " at " + task.DueAt.Format(minutes)
			if !task.RemindAt.IsZero() {
				text += ", reminds at " + task.RemindAt.Format(minutes)
			}
		}
		if task.State != tickler.StateOpen {
			text += fmt.Sprintf(", state %d", task.State)
		}
		if task.Priority != "" {
			text += fmt.Sprintf(", %d%% of %s, in %s", task.PercentCompleted, task.Priority, task.Location)
		}
		if len(task.CustomFields) > 0 {
			text += ", " + task.CustomFields["mx_Custom_1"] + " " + task.CustomFields["mx_Custom_2"]
		}
		changes, err := o.s.TaskChanges(o.t.Context(), o.account, task.ID)
		noError(o.t, err)
		kinds := "none"
		for i, c := range changes {
			kinds = strings.TrimPrefix(strings.Repeat(kinds, min(i, 1))+fmt.Sprintf(", %d", c.Kind), ", ")
		}
		o.tell("%s; changes: %s", text, kinds)
	}
}

func (o *census) background() {
	ctx, t := o.t.Context(), o.t
	page := tickler.Page{Limit: 100}
	notifications, err := o.s.Notifications(ctx, o.account, nil, page)
	noError(t, err)
	for _, n := range notifications {
		o.tell("notification of %s to %s: %s", o.names[n.TaskID], o.names[n.OwnerID], n.State)
	}
	subscriptions, err := o.s.Subscriptions(ctx, o.account)
	noError(t, err)
	for _, sub := range subscriptions {
		deliveries, err := o.s.DeliveriesOfSubscription(ctx, o.account, sub.ID, page)
		noError(t, err)
		o.tell("subscription '%s' to %s, state %d, with %d deliveries", sub.Description, sub.URL, sub.State, len(deliveries))
	}
	requests, _, err := o.s.BulkRequests(ctx, tickler.BulkFilter{AccountID: o.account}, page)
	noError(t, err)
	for _, r := range requests {
		rows, err := o.s.BulkRows(ctx, o.account, r.ID)
		noError(t, err)
		var outcomes []string
		for _, row := range rows {
			if row.Fault != nil {
				outcomes = append(outcomes, fmt.Sprintf("row %d failed: %s", row.Number, row.Fault.Message))
				continue
			}
			outcomes = append(outcomes, row.Name+" made")
		}
		o.tell("bulk request of %d rows, state %d: %s", r.Rows, r.State, strings.Join(outcomes, ", "))
		deliveries, err := o.s.DeliveriesOfRequest(ctx, o.account, r.ID, page)
		noError(t, err)
		for _, d := range deliveries {
			o.tell("delivery to %s, attempts %d, state %s", d.URL, d.Attempts, map[bool]string{true: "pending", false: "settled"}[d.State == tickler.DeliveryPending])
		}
	}
	// Pending work is still found.
	later := time.Unix(1<<33, 0)
	claimed, err := o.s.Jobs().Claim(ctx, tickler.WebhookJob, "runner", later, later.Add(time.Second), 100)
	noError(t, err)
	o.tell("%d webhooks are due one day", len(claimed))
}
