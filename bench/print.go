package main

import (
	"fmt"
	"slices"
	"time"
)

// aims are the least shares of the raw rate that HTTP should reach with aimedClients.
var aims = map[string]float64{"SQLite": 0.65, "Postgres": 0.5}

const aimedClients = 64

// engineNames is the order of all tables.
var engineNames = []string{"SQLite", "Postgres"}

// rowNames is the order of the tables in which a release of before stands too.
var rowNames = []string{"SQLite", "SQLite" + before, "Postgres", "Postgres" + before}

// aimedAgainst is the least share of the rate of before.
const aimedAgainst = 0.95

// printCreates prints the medians of all rounds. A ratio is the median of the rounds' ratios: both
// of its sides were measured within seconds of each other.
func printCreates(o options, all creates) {
	fmt.Printf("\nCreates a second: medians of %d rounds of %s; "+
		"wrk's %d threads and the databases share the cores with tickler\n\n", o.rounds, o.duration, wrkThreads)
	fmt.Println("| Engine          | Clients |  HTTP/s | p50 ms | p99 ms | Store/s |  Raw/s | HTTP/raw | HTTP/store |")
	fmt.Println("|-----------------|--------:|--------:|-------:|-------:|--------:|-------:|---------:|-----------:|")
	for _, engine := range rowNames {
		for _, clients := range o.clients {
			http, store, raw := all[cell{engine, clients, overHTTP}], all[cell{engine, clients, byStore}],
				all[cell{engine, clients, bare}]
			if http == nil && store == nil && raw == nil {
				continue
			}
			fmt.Printf("| %-15s | %7d | %7s | %6s | %6s | %7s | %6s | %8s | %10s |\n", engine, clients,
				rateText(http), timeText(http, func(f figures) time.Duration { return f.p50 }),
				timeText(http, func(f figures) time.Duration { return f.p99 }),
				rateText(store), rateText(raw), ratioText(http, raw), ratioText(http, store))
		}
	}
	fmt.Println()
	for _, engine := range engineNames {
		for _, clients := range o.clients {
			printAgainst(fmt.Sprintf("%s, %d clients", engine, clients), all[cell{engine, clients, overHTTP}],
				all[cell{engine + before, clients, overHTTP}])
		}
		ratio := ratioOf(all[cell{engine, aimedClients, overHTTP}], all[cell{engine, aimedClients, bare}])
		if ratio > 0 {
			printAim(fmt.Sprintf("%s, %d clients: HTTP/raw", engine, aimedClients), fmt.Sprintf("%.2f", ratio),
				fmt.Sprintf("at least %.2f", aims[engine]), ratio >= aims[engine])
		}
	}
}

// printAgainst prints what share of the rate of before is reached, if both were measured.
func printAgainst(what string, now, then []figures) {
	if ratio := ratioOf(now, then); ratio > 0 {
		printAim(what+": after/before", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("at least %.2f", aimedAgainst),
			ratio >= aimedAgainst)
	}
}

func printAim(what, figure, aim string, met bool) {
	fmt.Printf("%-42s %8s   aim: %s, %s\n", what, figure, aim, verdict(met))
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}

func rateText(all []figures) string {
	if all == nil {
		return "-"
	}
	return fmt.Sprintf("%.0f", median(all, func(f figures) float64 { return f.rate }))
}

func timeText(all []figures, of func(f figures) time.Duration) string {
	if all == nil {
		return "-"
	}
	return millis(median(all, of))
}

func ratioText(above, below []figures) string {
	if ratio := ratioOf(above, below); ratio > 0 {
		return fmt.Sprintf("%.2f", ratio)
	}
	return "-"
}

// ratioOf is 0 when one of the two was not measured.
func ratioOf(above, below []figures) float64 {
	var ratios []float64
	for i := range min(len(above), len(below)) {
		ratios = append(ratios, above[i].rate/below[i].rate)
	}
	if len(ratios) == 0 {
		return 0
	}
	return median(ratios, func(ratio float64) float64 { return ratio })
}

// median is the lower one of two in the middle.
func median[T any, N float64 | time.Duration](all []T, of func(one T) N) N {
	values := make([]N, len(all))
	for i, one := range all {
		values[i] = of(one)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}
