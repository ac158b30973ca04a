package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tickler/internal/app"
	"tickler/internal/store"
)

// doctorCommand looks at everything the service needs and says what to do about what is wrong.
type doctorCommand struct {
	databaseFlags `embed:""`
	mailFlags     `embed:""`

	JSON bool `help:"Print JSON." name:"json"`
}

// finding is the result of one check.
type finding struct {
	check  string
	err    error  // nil: well
	detail string // what was seen
	advice string // what to do when it is not well
}

var errUnwell = errors.New("something needs attention")

// Run prints a line for each check. It fails when one does.
func (c doctorCommand) Run(ctx context.Context, env *environment) error {
	findings := c.examineDatabase(ctx, env)
	findings = append(findings, c.examineMail(ctx, env), c.examineDisk())
	list := table{columns: []string{"check", "result", "detail", "advice"}}
	unwell := false
	for _, f := range findings {
		if f.err == nil {
			list.add(f.check, "ok", f.detail, "")
			continue
		}
		unwell = true
		list.add(f.check, "fails", f.err.Error(), f.advice)
	}
	if err := list.print(env.stdout, c.JSON); err != nil {
		return err
	}
	if unwell {
		return errUnwell
	}
	return nil
}

func (c doctorCommand) examineDatabase(ctx context.Context, env *environment) []finding {
	const advice = "Check --data or --database-url, that the database runs, and that this user may open it."
	if !c.onPostgres() {
		if _, err := os.Stat(c.file()); err != nil {
			return []finding{{
				check: "database", err: err,
				advice: "Run 'tickler init' or 'tickler serve' first, or give another --data.",
			}}
		}
	}
	s, err := c.open(ctx)
	if err != nil {
		return []finding{{check: "database", err: err, advice: advice}}
	}
	defer func() { _ = s.Close() }()
	if err := s.Ping(ctx); err != nil {
		return []finding{{check: "database", err: err, advice: advice}}
	}
	findings := []finding{
		{check: "database", detail: "answers"},
		{
			check: "migrations", detail: "up to date", err: s.CheckMigrated(ctx),
			advice: "Run 'tickler migrate', or use the version of tickler that the database is from.",
		},
	}
	if findings[1].err == nil {
		findings = append(findings, examineAccounts(ctx, newApp(s, env.clock)))
	}
	return append(findings, examineClock(ctx, env, s))
}

// examineAccounts looks for accounts that can't be read, for which nothing is done, and for time
// zones unknown to this machine.
func examineAccounts(ctx context.Context, useCases *app.App) finding {
	count, faults, err := useCases.ExamineAccounts(ctx)
	if err != nil {
		return finding{check: "accounts", err: err, advice: "Check that the database answers."}
	}
	f := finding{
		check: "accounts", detail: fmt.Sprintf("%d can be read", count),
		advice: "Reminders of an account that can't be read are not sent until its rows are repaired. " +
			"For a time zone, use a tickler that knows it, or set another one.",
	}
	texts := make([]string, len(faults))
	for i, fault := range faults {
		texts[i] = fmt.Sprintf("%s can't be read: %v", fault.ID, fault.Err)
		if fault.Err == nil {
			texts[i] = fmt.Sprintf("%s has time zones that are unknown here and read as UTC: %s", fault.ID,
				strings.Join(fault.UnknownZones, ", "))
		}
	}
	if len(texts) > 0 {
		f.err = errors.New(strings.Join(texts, "; "))
	}
	return f
}

// maxClockOffset is how far a node's clock may be off before somebody should look: Tickler goes by
// the database's, but logs and certificates go by the node's.
const maxClockOffset = 5 * time.Second

func examineClock(ctx context.Context, env *environment, s *store.Store) finding {
	f := finding{check: "clock", advice: "Synchronize this machine's clock (NTP)."}
	if !s.Shared() {
		f.detail = "this machine's, " + env.clock.Now().UTC().Format(time.DateTime) + " UTC"
		return f
	}
	before := env.clock.Now()
	there, err := s.Now(ctx)
	if err != nil {
		f.err, f.advice = err, "Check that the database answers."
		return f
	}
	here := before.Add(env.clock.Now().Sub(before) / 2)
	offset := there.Sub(here)
	f.detail = fmt.Sprintf("the database's is %s ahead", offset.Round(time.Millisecond))
	if offset.Abs() > maxClockOffset {
		f.err = errors.New(f.detail)
	}
	return f
}

func (c doctorCommand) examineMail(ctx context.Context, env *environment) finding {
	f := finding{
		check:  "mail",
		advice: "Check --smtp-url: host, port, tls, user and password. Then try 'tickler mail test'.",
	}
	sender, err := c.sender(env.clock)
	switch {
	case err != nil:
		f.err = err
	case sender == nil:
		f.err, f.advice = errors.New("no mail server is configured"), "Give --smtp-url, or reminders stay unsent."
	default:
		defer sender.Close()
		f.err, f.detail = sender.Check(ctx), "the mail server accepts our login and sender"
	}
	return f
}

// maxLog is how large the write-ahead log may grow before somebody should look: it is emptied at 64
// MiB unless a reader holds an old snapshot.
const maxLog = 1 << 30

// minFreeDisk is how much free space, in bytes, a data folder's disk should have.
const minFreeDisk = 1 << 30

func (c doctorCommand) examineDisk() finding {
	f := finding{check: "disk", advice: "Free some space: nothing can be written to a full disk."}
	if c.onPostgres() {
		f.detail = "the database server's: check there"
		return f
	}
	folder, err := filepath.Abs(c.Data)
	if err != nil {
		f.err = err
		return f
	}
	if log, err := os.Stat(c.file() + "-wal"); err == nil && log.Size() > maxLog {
		f.err = fmt.Errorf("the write-ahead log %s-wal has grown to %.1f GiB", c.file(), float64(log.Size())/(1<<30))
		f.advice = "Stop whatever has been reading the database for long, such as a backup: " +
			"the next write frees the space."
		return f
	}
	free, err := freeDisk(folder)
	if errors.Is(err, errors.ErrUnsupported) {
		f.detail = "can't be checked on this system"
		return f
	}
	if err != nil {
		f.err = err
		return f
	}
	return f.ofDisk(free, folder)
}

// ofDisk completes the finding by the number of free bytes.
func (f finding) ofDisk(free uint64, folder string) finding {
	f.detail = fmt.Sprintf("%.1f GiB free in %s", float64(free)/(1<<30), folder)
	if free < minFreeDisk {
		f.err = errors.New(f.detail)
	}
	return f
}
