package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tickler"
	"tickler/internal/store"
)

// day is a running server with a user who has much to do.
type day struct {
	engine  string
	visitor visitor
	cluster *cluster // nil on SQLite
}

const (
	dayTasks = 2_000 // open, of one user, all of them on Today
	dayLeads = 500
	dayLoads = 200
)

// measureDay runs the parts that are about Today.
func measureDay(ctx context.Context, o options, folder string, r release) (err error) {
	pages, keys := map[string]loads{}, map[string]keyFigures{}
	browser, missing := findBrowser()
	for _, name := range o.engines {
		if err := measureDayOn(ctx, o, name, folder, r, browser, pages, keys); err != nil {
			return fmt.Errorf("%s, today: %w", name, err)
		}
	}
	if o.has(todayPart) {
		printToday(pages)
	}
	if o.has(keysPart) {
		printKeys(keys, missing)
	}
	return nil
}

func measureDayOn(
	ctx context.Context, o options, engine, folder string, r release, browser string, pages map[string]loads,
	keys map[string]keyFigures,
) (err error) {
	d, err := openDay(ctx, engine, filepath.Join(folder, engine), r)
	defer func() { err = errors.Join(err, d.close()) }()
	if err != nil {
		return err
	}
	if o.has(todayPart) {
		all, err := d.visitor.look(ctx, "/", dayLoads)
		if err == nil && !bytes.Contains(all.page, []byte("of "+fmt.Sprint(dayTasks*dayUntilToday/dayMixed)+" done")) {
			err = errors.New("the page does not have all tasks")
		}
		if err != nil {
			return err
		}
		pages[d.engine] = all
		progress("%s, today: %s ms", d.engine, millis(all.p50))
	}
	if o.has(keysPart) && browser != "" {
		f, err := d.measureKeys(ctx, browser)
		if err != nil {
			return err
		}
		keys[d.engine] = f
		progress("%s, keys: %s ms", d.engine, millis(percentile(f.changed(), 50)))
	}
	return nil
}

// openDay fills a database and serves it. What it returns has to be closed, with an error too.
func openDay(ctx context.Context, engine, folder string, r release) (d *day, err error) {
	d = &day{engine: "SQLite"}
	location, variable := filepath.Join(folder, "tickler.db"), "TICKLER_DATA="+folder
	if engine == "postgres" {
		d.engine = "Postgres"
		if d.cluster, err = startPostgres(); err != nil {
			return d, err
		}
		if location, err = d.cluster.create(ctx, "bench_day", ""); err != nil {
			return d, err
		}
		variable = "TICKLER_DATABASE_URL=" + location
	} else if err := os.MkdirAll(folder, 0o755); err != nil {
		return d, err
	}
	db, err := store.Open(ctx, location)
	if err != nil {
		return d, err
	}
	d.visitor.token, err = fillDay(ctx, db)
	if err := errors.Join(err, db.Close()); err != nil {
		return d, err
	}
	d.visitor.server, err = startServer(ctx, r.binary, variable)
	return d, err
}

func (d *day) close() (all error) {
	if d.visitor.server != nil {
		all = d.visitor.server.stop()
	}
	if d.cluster != nil {
		all = errors.Join(all, d.cluster.stop())
	}
	return all
}

// fillDay makes an account whose administrator has much to do, and signs them in.
func fillDay(ctx context.Context, db *store.Store) (token string, err error) {
	if _, err := db.Migrate(ctx); err != nil {
		return "", err
	}
	now := time.Now().UTC().Truncate(time.Second)
	a, err := createAccount(ctx, db, 0, now)
	if err != nil {
		return "", err
	}
	leads, err := createLeads(ctx, db, a, dayLeads)
	if err != nil {
		return "", err
	}
	if err := concurrently(manyAtOnce, dayTasks, func(i int) error {
		return db.CreateTask(ctx, a.task(dayDraft(i, now), a.users[0], lead(leads, i)))
	}); err != nil {
		return "", err
	}
	return signIn(ctx, db, a.Admin)
}

// Of dayMixed tasks, so many are overdue or due today. The others are of the week after.
const (
	dayMixed      = 10
	dayUntilToday = 3
)

// dayDraft is the draft of the task with a number: of ten, two have been overdue for up to 30 days,
// one is due today, and seven are of the seven days after.
func dayDraft(i int, now time.Time) tickler.TaskDraft {
	today := now.Truncate(24 * time.Hour)
	due := today.AddDate(0, 0, i%dayMixed-dayUntilToday+1).Add(time.Duration(i%36) * 15 * time.Minute)
	switch {
	case i%dayMixed < dayUntilToday-1:
		due = due.AddDate(0, 0, -i%30)
	case i%dayMixed == dayUntilToday-1:
		due = today.Add(24*time.Hour - time.Minute) // not overdue, whenever the run is
	}
	end := due.Add(30 * time.Minute)
	draft := tickler.TaskDraft{
		Name:        fmt.Sprintf("Call customer %06d back", i*7919%1_000_000),
		Description: "Ask how the trial went and what is still missing", DueAt: &due, EndAt: &end,
	}
	if i%5 == 0 {
		draft.Location = fmt.Sprintf("%d Church Street", i%90+1)
	}
	return draft
}

// createLeads gives an account so many leads.
func createLeads(ctx context.Context, db *store.Store, a account, many int) ([]tickler.Lead, error) {
	leads := make([]tickler.Lead, many)
	err := concurrently(manyAtOnce, many, func(i int) error {
		leads[i] = tickler.Lead{
			ID: newID(), AccountID: a.Account.ID, FirstName: fmt.Sprintf("Asha %d", i), LastName: "Rao",
			Email: fmt.Sprintf("asha-%d@example.com", i), Phone: fmt.Sprintf("+91 98765 %05d", i),
			CreatedBy: a.Admin.ID, CreatedAt: a.Account.CreatedAt, ModifiedAt: a.Account.CreatedAt,
		}
		return db.CreateLead(ctx, leads[i])
	})
	return leads, err
}

// lead is what every other task is tied to.
func lead(leads []tickler.Lead, i int) tickler.Related {
	if i%2 == 0 {
		return tickler.Related{}
	}
	return tickler.Related{Kind: tickler.RelatedToLead, ID: leads[i/2%len(leads)].ID}
}

// task makes a task of a draft, a to-do and a meeting in turn.
func (a *account) task(draft tickler.TaskDraft, owner tickler.ID, related tickler.Related) tickler.Task {
	draft.RelatedKind, draft.RelatedID = related.Kind, related.ID
	task, err := draft.Task(tickler.Setting{
		ID: newID(), AccountID: a.Account.ID, Related: related,
		Actor: tickler.Actor{
			UserID: a.Admin.ID, Via: tickler.Origin{Kind: tickler.ViaAPI, ID: a.Key.ID}, Now: a.Account.CreatedAt,
			Zone: a.Account.Zone,
		},
		Type: a.taskType([...]string{"To-Do", "Meeting"}[len(draft.Location)%2]), OwnerID: owner,
	})
	if err != nil {
		panic(err) // the draft is a valid one
	}
	return task
}

// The aims of Today.
const (
	aimedToday  = 50 * time.Millisecond
	aimedWeight = 150_000 // bytes
)

func printToday(all map[string]loads) {
	fmt.Printf("\nToday of a user with %d open tasks on it: %d looks one after the other\n\n", dayTasks, dayLoads)
	fmt.Println("| Engine          | p50 ms | p99 ms | CPU ms | kB plain | kB gzipped |")
	fmt.Println("|-----------------|-------:|-------:|-------:|---------:|-----------:|")
	for _, engine := range engineNames {
		if l, measured := all[engine]; measured {
			fmt.Printf("| %-15s | %6s | %6s | %6s | %8.1f | %10.1f |\n", engine, millis(l.p50), millis(l.p99),
				millis(l.worked), float64(l.plain)/1000, float64(l.gzip)/1000)
		}
	}
	fmt.Println()
	for _, engine := range engineNames {
		if l, measured := all[engine]; measured {
			printAim(engine+", today: p50", millis(l.p50)+" ms", fmt.Sprintf("at most %d ms", aimedToday.Milliseconds()),
				l.p50 <= aimedToday)
			printAim(engine+", today: gzipped", fmt.Sprintf("%.1f kB", float64(l.gzip)/1000),
				fmt.Sprintf("at most %d kB", aimedWeight/1000), l.gzip <= aimedWeight)
		}
	}
}
