package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"tickler"
	"tickler/internal/civil"
)

// bulkFigures is one round on one engine: tasks a second.
type bulkFigures struct {
	alone    figures // single creates with nothing beside them
	accepted figures // in bulk requests; the times are a request's
	beside   figures // single creates while a backlog of bulk requests is worked through
	created  figures // from the backlog, once nothing runs beside it
}

// bulks holds what was measured on each engine.
type bulks map[string]*bulkResults

type bulkResults struct {
	rounds []bulkFigures
	lone   []time.Duration // from sending a request to an idle server to hearing that it has ended
}

const (
	bulkClients  = 64
	loneRequests = 20
)

func measureBulk(ctx context.Context, o options, engines []*engine) (bulks, error) {
	all := bulks{}
	for _, e := range engines {
		all[e.name] = &bulkResults{}
	}
	for round := range o.rounds {
		for _, e := range engines {
			f, err := e.measureBulk(ctx, o.duration)
			if err != nil {
				return nil, fmt.Errorf("%s, bulk: %w", e.name, err)
			}
			all[e.name].rounds = append(all[e.name].rounds, f)
			progress("round %d of %d, %s, bulk: %.0f/s accepted, %.0f/s created, "+
				"single creates alone %.0f/s, beside it %.0f/s",
				round+1, o.rounds, e.name, f.accepted.rate, f.created.rate, f.alone.rate, f.beside.rate)
		}
	}
	time.Sleep(tickler.DefaultRateLimit.Window) // so that the accounts have all their calls again
	for _, e := range engines {
		var err error
		if all[e.name].lone, err = e.measureLoneRequests(ctx); err != nil {
			return nil, fmt.Errorf("%s, lone bulk requests: %w", e.name, err)
		}
	}
	return all, nil
}

// measureBulk takes one round's figures after each other: of what is accepted, a part is worked
// through while single creates run beside it, and the rest by itself.
func (e *engine) measureBulk(ctx context.Context, duration time.Duration) (f bulkFigures, err error) {
	if f.alone, err = e.createOverHTTP(ctx, bulkClients, duration); err != nil {
		return f, err
	}
	accepted, err := wrk(ctx, e.seed, e.server.address, "bulk", bulkClients, duration)
	if err != nil {
		return f, fmt.Errorf("%w\n%s", err, e.server.log.text())
	}
	f.accepted = accepted.figures()
	f.accepted.rate *= tickler.MaxBulkRows
	if f.beside, err = e.createOverHTTP(ctx, bulkClients, duration); err != nil {
		return f, err
	}
	f.created.rate, err = e.drain(ctx)
	return f, err
}

// drain waits until every bulk request has ended, and returns the tasks per second that were
// created meanwhile.
func (e *engine) drain(ctx context.Context) (rate float64, err error) {
	began := time.Now()
	backlog, err := e.bulkRowsLeft(ctx)
	if err != nil {
		return 0, err
	}
	if backlog == 0 {
		return 0, errors.New("all bulk requests had ended before the calls beside them did: give a shorter -duration")
	}
	for left := backlog; left > 0; {
		time.Sleep(20 * time.Millisecond)
		if left, err = e.bulkRowsLeft(ctx); err != nil {
			return 0, err
		}
	}
	return float64(backlog) / time.Since(began).Seconds(), nil
}

// bulkRowsLeft counts the rows that are still to be run. None may have failed.
func (e *engine) bulkRowsLeft(ctx context.Context) (left int, err error) {
	var failed int
	err = e.behind.QueryRowContext(ctx,
		`SELECT coalesce(sum(row_count - succeeded - failed), 0), coalesce(sum(failed), 0) FROM bulk_request`).
		Scan(&left, &failed)
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d rows failed", failed)
	}
	return left, err
}

func (e *engine) measureLoneRequests(ctx context.Context) ([]time.Duration, error) {
	took := make([]time.Duration, loneRequests)
	for i := range took {
		began := time.Now()
		if err := e.runBulkRequest(ctx, e.seed.accounts[i]); err != nil {
			return nil, err
		}
		took[i] = time.Since(began)
	}
	return took, nil
}

// runBulkRequest sends a bulk request and asks for its status until it has ended: at ever longer
// intervals, so that the account's calls last for two seconds.
func (e *engine) runBulkRequest(ctx context.Context, a account) error {
	body, err := json.Marshal(bulkBody(a))
	if err != nil {
		return err
	}
	var accepted struct {
		Message struct {
			ID string `json:"Id"`
		}
	}
	if err := e.callJSON(ctx, a, http.MethodPost, "/v2/Task.svc/Bulk/Create", string(body), &accepted); err != nil {
		return err
	}
	for pause := 4 * time.Millisecond; ; pause += pause / 4 {
		time.Sleep(pause)
		var status struct{ Status string }
		err := e.callJSON(ctx, a, http.MethodGet, "/v2/Task.svc/Bulk/Status?id="+accepted.Message.ID, "", &status)
		switch {
		case err != nil:
			return err
		case status.Status == tickler.BulkSucceeded.String():
			return nil
		case status.Status != tickler.BulkQueued.String() && status.Status != tickler.BulkRunning.String():
			return errors.New("a bulk request ended with " + status.Status)
		}
	}
}

func (e *engine) callJSON(ctx context.Context, a account, method, path, body string, into any) error {
	text, err := e.server.call(ctx, http.DefaultClient, a, method, path, body)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// bulkBody is like those that load.lua sends.
func bulkBody(a account) map[string]any {
	rows := make([]map[string]any, tickler.MaxBulkRows)
	for i := range rows {
		due := time.Now().UTC().AddDate(0, 0, 1+rand.IntN(90))
		rows[i] = map[string]any{
			"Name":        fmt.Sprintf("Call customer %06d back", rand.IntN(1_000_000)),
			"Description": "Ask how the trial went and what is still missing",
			"DueDate":     civil.FormatInstant(due), "EndDate": civil.FormatInstant(due.Add(30 * time.Minute)),
			"Reminder": 30, "NotifyBy": "1100",
			"OwnerId": a.users[rand.IntN(len(a.users))].String(), "TaskType": map[string]any{"Name": "Meeting"},
		}
	}
	return map[string]any{"TaskList": rows}
}

// The aims of bulk requests. The shares are of the rate of single creates alone.
const (
	aimedAccepted = 3
	aimedCreated  = 0.8
	aimedBeside   = 0.5
	aimedLone     = time.Second
)

func printBulk(o options, all bulks) {
	fmt.Printf("\nBulk requests of %d tasks, and single creates, from %d clients: "+
		"tasks a second, medians of %d rounds of %s\n\n",
		tickler.MaxBulkRows, bulkClients, o.rounds, o.duration)
	fmt.Println("| Engine   | Single alone | Single beside |  Accepted | p50 ms | p99 ms |  Created " +
		"| Lone p50 ms | Lone max ms |")
	fmt.Println("|----------|-------------:|--------------:|----------:|-------:|-------:|---------:" +
		"|------------:|------------:|")
	for _, name := range engineNames {
		if r := all[name]; r != nil {
			accepted := r.of(func(f bulkFigures) figures { return f.accepted })
			fmt.Printf("| %-8s | %12s | %13s | %9s | %6s | %6s | %8s | %11s | %11s |\n", name,
				rateText(r.of(func(f bulkFigures) figures { return f.alone })),
				rateText(r.of(func(f bulkFigures) figures { return f.beside })),
				rateText(accepted), timeText(accepted, func(f figures) time.Duration { return f.p50 }),
				timeText(accepted, func(f figures) time.Duration { return f.p99 }),
				rateText(r.of(func(f bulkFigures) figures { return f.created })), millis(percentile(r.lone, 50)),
				millis(percentile(r.lone, 100)))
		}
	}
	fmt.Println()
	for _, name := range engineNames {
		if r := all[name]; r != nil {
			r.printAims(name)
		}
	}
}

func (r *bulkResults) printAims(engine string) {
	alone := r.of(func(f bulkFigures) figures { return f.alone })
	share := func(what string, of func(f bulkFigures) figures, aim float64) {
		ratio := ratioOf(r.of(of), alone)
		printAim(engine+", bulk: "+what, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("at least %.1f", aim), ratio >= aim)
	}
	share("accepted/single alone", func(f bulkFigures) figures { return f.accepted }, aimedAccepted)
	share("created/single alone", func(f bulkFigures) figures { return f.created }, aimedCreated)
	share("single beside/alone", func(f bulkFigures) figures { return f.beside }, aimedBeside)
	slowest := percentile(r.lone, 100)
	printAim(engine+", bulk: a lone request", millis(slowest)+" ms",
		fmt.Sprintf("at most %d ms", aimedLone.Milliseconds()), slowest <= aimedLone)
}

// of picks one of each round's figures.
func (r *bulkResults) of(pick func(f bulkFigures) figures) []figures {
	all := make([]figures, len(r.rounds))
	for i, round := range r.rounds {
		all[i] = pick(round)
	}
	return all
}
