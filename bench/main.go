// Command bench measures what Tickler does in a second on this machine, beside what the databases
// below it could do: single creates, bulk requests and pages of tasks; how soon and in how much
// memory it starts; and how long people wait for its pages. README.md says how to read the figures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	if ctx.Err() != nil {
		err = errors.New("interrupted") // and not what broke off by it
	}
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options is what the command line chooses.
type options struct {
	parts    []string
	engines  []string
	kinds    []kind
	clients  []int
	rounds   int
	duration time.Duration
	peak     int
	tasks    int
	against  string // a binary of before, "" for none
}

// The parts of a run.
const (
	createsPart  = "creates"
	bulkPart     = "bulk"
	startPart    = "start"
	retrievePart = "retrieve"
	todayPart    = "today"
	tasksPart    = "tasks"
	keysPart     = "keys"
)

// hasAny reports whether one of the parts is to run.
func (o options) hasAny(parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(o.parts, part) })
}

func (o options) has(part string) bool { return o.hasAny(part) }

// sizes are how many tasks Retrieve is measured among, the fewer first.
func (o options) sizes() [2]int { return [2]int{o.tasks / 10, o.tasks} }

func parseOptions(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	parts := flags.String("parts", "creates,bulk,start,retrieve,today,tasks,keys", "the `parts` to run")
	engines := flags.String("engines", "sqlite,postgres", "the `engines` to measure on")
	kinds := flags.String("kinds", "http,store,raw", "the `kinds` of creating to measure")
	clients := flags.String("clients", "1,16,64,256",
		"how many clients create at once, one measurement for each `number`")
	flags.IntVar(&o.rounds, "rounds", 3, "how often each measurement is repeated; the table shows the medians")
	flags.DurationVar(&o.duration, "duration", 2*time.Second, "how long one measurement lasts, in whole seconds")
	flags.IntVar(&o.peak, "peak", 15_000,
		"creates a second up to which there are accounts enough that none meets its rate limit")
	flags.IntVar(&o.tasks, "tasks", 1_000_000,
		"tasks in the databases that start, retrieve and tasks are measured on; retrieve also on one with a tenth of them")
	flags.StringVar(&o.against, "against", "",
		"a tickler `binary` of before: creates and retrieve are measured with it too, in turn with this one")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.duration < time.Second || o.duration%time.Second != 0 {
		return o, errors.New("-duration: wrk counts in whole seconds")
	}
	o.parts, o.engines = strings.Split(*parts, ","), strings.Split(*engines, ",")
	for name := range strings.SplitSeq(*kinds, ",") {
		o.kinds = append(o.kinds, kind(name))
	}
	if o.against != "" && o.has(createsPart) && !slices.Contains(o.kinds, overHTTP) {
		return o, errors.New("-against: creates are compared over HTTP, so -kinds has to name http")
	}
	for text := range strings.SplitSeq(*clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return o, fmt.Errorf("-clients: %q is no number of clients", text)
		}
		o.clients = append(o.clients, n)
	}
	return o, nil
}

func run(ctx context.Context, args []string) (err error) {
	o, err := parseOptions(args)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "tickler-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := describeMachine(ctx, folder); err != nil {
		return err
	}
	binary, err := build(ctx, folder)
	if err != nil {
		return err
	}

	releases := o.releases(binary)
	if err := measureAPI(ctx, o, folder, releases); err != nil {
		return err
	}
	if err := measurePages(ctx, o, folder, releases[0]); err != nil {
		return err
	}
	return describeLoad()
}

// measureAPI runs the parts that call the API and start the program.
func measureAPI(ctx context.Context, o options, folder string, releases []release) error {
	if !o.hasAny(createsPart, bulkPart, startPart, retrievePart) {
		return nil
	}
	began := time.Now()
	seed, err := newSeed(ctx, filepath.Join(folder, "seed"), accountsFor(o.peak))
	if err != nil {
		return err
	}
	progress("%d accounts with %d users each set up in %.1f s", len(seed.accounts), usersPerAccount,
		time.Since(began).Seconds())

	if err := measureWrites(ctx, o, folder, releases, seed); err != nil {
		return err
	}
	return measureBig(ctx, o, folder, releases, seed)
}

// measureWrites runs the parts that fill databases of their own.
func measureWrites(ctx context.Context, o options, folder string, releases []release, seed *seed) (err error) {
	if !o.hasAny(createsPart, bulkPart) {
		return nil
	}
	engines, err := openEngines(ctx, o, folder, releases, seed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeEngines(engines)) }()
	if o.has(createsPart) {
		all, err := measureCreates(ctx, o, engines)
		if err != nil {
			return err
		}
		printCreates(o, all)
	}
	if o.has(bulkPart) {
		all, err := measureBulk(ctx, o, ofThisVersion(engines))
		if err != nil {
			return err
		}
		printBulk(o, all)
	}
	return nil
}

// measureBig runs the parts that want many tasks.
func measureBig(ctx context.Context, o options, folder string, releases []release, seed *seed) error {
	if !o.hasAny(startPart, retrievePart) {
		return nil
	}
	big, err := newBigDatabase(ctx, seed, filepath.Join(folder, "big"), o.tasks)
	if err != nil {
		return err
	}
	if o.has(startPart) {
		f, err := measureStart(ctx, releases[0].binary, big)
		if err != nil {
			return err
		}
		printStart(*f)
	}
	if o.has(retrievePart) {
		small, err := newBigDatabase(ctx, seed, filepath.Join(folder, "small"), o.sizes()[0])
		if err != nil {
			return err
		}
		all, err := measureRetrieve(ctx, o, releases, []*bigDatabase{small, big})
		if err != nil {
			return err
		}
		printRetrieve(o, all)
	}
	return nil
}

// measurePages runs the parts that look at pages as people do.
func measurePages(ctx context.Context, o options, folder string, r release) error {
	if o.hasAny(todayPart, keysPart) {
		if err := measureDay(ctx, o, filepath.Join(folder, "day"), r); err != nil {
			return err
		}
	}
	if o.has(tasksPart) {
		all, err := measureLists(ctx, o, filepath.Join(folder, "crowd"), r)
		if err != nil {
			return err
		}
		printLists(all)
	}
	return nil
}

// progress logs what is being done, apart from the figures.
func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// drop closes what is no longer needed; a fault has been reported before.
func drop(c io.Closer) { c.Close() }
