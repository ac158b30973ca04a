package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"tickler"
	"tickler/internal/store"
)

// crowd is an SQLite database of one account with many people and many tasks.
type crowd struct {
	*bigDatabase
	token string // of the administrator's session
	leads []tickler.Lead
}

const (
	crowdLeads = 2_000
	crowdDays  = 100 // that the first tasks have been due for
	listLoads  = 30
)

// newCrowd fills a database with so many tasks: a task each hour for each of 300 owners, a part of
// them open, half of them tied to a lead.
func newCrowd(ctx context.Context, folder string, tasks int) (c *crowd, err error) {
	began := time.Now()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	c = &crowd{bigDatabase: &bigDatabase{
		seed: &seed{file: filepath.Join(folder, "tickler.db"), accounts: make([]account, 1)}, tasks: tasks,
		first: time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -crowdDays),
	}}
	db, err := store.Open(ctx, c.file)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(c.settle(ctx, db), db.Close()); err != nil {
		return nil, err
	}
	if c.sample, err = readSample(ctx, c.file); err != nil {
		return nil, err
	}
	if err := c.addTasks(ctx); err != nil {
		return nil, err
	}
	progress("%d tasks of one account written to SQLite in %.1f s", tasks, time.Since(began).Seconds())
	return c, nil
}

// settle makes the account, its people, its leads and the samples of its tasks.
func (c *crowd) settle(ctx context.Context, db *store.Store) (err error) {
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	a := &c.accounts[0]
	if *a, err = createAccount(ctx, db, 0, now); err != nil {
		return err
	}
	for i := len(a.users); i < bigOwners; i++ {
		user := a.Admin
		user.ID, user.FirstName, user.Role = newID(), fmt.Sprintf("seller-%d", i), tickler.SalesUser
		user.Email = fmt.Sprintf("seller-%d@account.example", i)
		if err := db.CreateUser(ctx, user, ""); err != nil {
			return err
		}
		a.users = append(a.users, user.ID)
	}
	for _, user := range a.users {
		c.owners = append(c.owners, owner{a, user})
	}
	if c.leads, err = createLeads(ctx, db, *a, crowdLeads); err != nil {
		return err
	}
	if c.token, err = signIn(ctx, db, a.Admin); err != nil {
		return err
	}
	return concurrently(manyAtOnce, sampleTasks, func(i int) error {
		draft := dayDraft(i, now)
		draft.Completed = i/100 < 6 // each owner has tasks of each hundred
		return db.CreateTask(ctx, a.task(draft, a.users[0], lead(c.leads, i)))
	})
}

// index makes the index show what all tasks say, as it does in a service that has run for a while.
func index(ctx context.Context, location string) (err error) {
	began := time.Now()
	db, err := store.Open(ctx, location)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for {
		waits, err := db.TaskSearchWaits(ctx)
		if err != nil || !waits {
			progress("the words of all tasks indexed in %.1f s", time.Since(began).Seconds())
			return err
		}
		for after, more := int64(0), true; more; {
			if after, more, err = db.IndexTasks(ctx, after, indexedAtOnce); err != nil {
				return err
			}
		}
	}
}

const indexedAtOnce = 5_000

// filter is what a list is asked for.
type filter struct{ name, query string }

// filters are one of each kind, in an account where everything is there many times.
func (c *crowd) filters() []filter {
	a := c.accounts[0]
	id := func(name string, id tickler.ID) string { return url.Values{name: {id.String()}}.Encode() }
	return []filter{
		{"my open tasks", ""},
		{"owner", "?" + id("owner", a.users[7])},
		{"whole account", "?owner="},
		{"status: open", "?status=open"},
		{"status: Overdue", "?status=Overdue"},
		{"status: Completed", "?status=Completed"},
		{"type", "?" + id("type", a.taskType("Meeting").ID)},
		{"due: today", "?due=today"},
		{"due: this week", "?due=this+week"},
		{"due: overdue", "?due=overdue"},
		{"lead", "?" + id("lead", c.leads[4].ID)},
		{"lead: none", "?lead=none"},
		{"owner, by name", "?sort=name&" + id("owner", a.users[7])},
		{"text: rare", "?q=007919"},
		{"text: in each", "?q=customer"},
		{"text and owner", "?q=customer&" + id("owner", a.users[7])},
	}
}

// listFigures are a filter's on an engine.
type listFigures struct {
	filter
	engine string
	loads
}

// measureLists measures one engine after the other.
func measureLists(ctx context.Context, o options, folder string, r release) (all []listFigures, err error) {
	c, err := newCrowd(ctx, folder, o.tasks)
	if err != nil {
		return nil, err
	}
	for _, name := range o.engines {
		some, err := c.measureOn(ctx, name, folder, r)
		if err != nil {
			return nil, fmt.Errorf("%s, tasks: %w", name, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

func (c *crowd) measureOn(ctx context.Context, engine, folder string, r release) (all []listFigures, err error) {
	location, variable, name := c.file, "TICKLER_DATA="+folder, "SQLite"
	if engine == "postgres" {
		name = "Postgres"
		cluster, err := startPostgres()
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, cluster.stop()) }()
		if location, err = cluster.create(ctx, "bench_crowd", ""); err != nil {
			return nil, err
		}
		variable = "TICKLER_DATABASE_URL=" + location
		began := time.Now()
		if err := copyToPostgres(ctx, r, c.file, location); err != nil {
			return nil, err
		}
		progress("%d tasks written to Postgres in %.1f s", c.tasks, time.Since(began).Seconds())
	}
	if err := index(ctx, location); err != nil {
		return nil, err
	}
	s, err := startServer(ctx, r.binary, variable)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	for _, f := range c.filters() {
		l, err := (&visitor{s, c.token}).look(ctx, "/tasks"+f.query, listLoads)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		all = append(all, listFigures{f, name, l})
		progress("%s, tasks, %s: %s ms", name, f.name, millis(l.p50))
	}
	return all, nil
}

// found is how many tasks the page says there are.
func (l loads) found() string {
	found := listTotal.FindSubmatch(l.page)
	if found == nil {
		return "none"
	}
	return strings.Replace(string(found[1]), "more than ", "> ", 1)
}

var listTotal = regexp.MustCompile(`<div class="list-head"><span>([^<]*) tasks?\.`)

// aimedList is how long a list may take.
const aimedList = 100 * time.Millisecond

func printLists(all []listFigures) {
	fmt.Printf("\nLists of tasks of an account with %d owners, by filter: %d looks one after the other; aim: p50 at most %d ms\n\n",
		bigOwners, listLoads, aimedList.Milliseconds())
	fmt.Println("| Engine          | Filter            |    Found |  p50 ms |  p99 ms |  CPU ms | Aim    |")
	fmt.Println("|-----------------|-------------------|---------:|--------:|--------:|--------:|--------|")
	for _, f := range all {
		fmt.Printf("| %-15s | %-17s | %8s | %7s | %7s | %7s | %-6s |\n", f.engine, f.name, f.found(),
			millis(f.p50), millis(f.p99), millis(f.worked), verdict(f.p50 <= aimedList))
	}
}
