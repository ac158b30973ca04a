package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tickler"
	"tickler/internal/store/engine"
)

// BenchmarkTaskSearch measures how long people wait for what they look for by words. It needs a
// database in TICKLER_SEARCH_BENCH, a path or a URL, which it fills if it is empty: with
// TICKLER_SEARCH_TASKS tasks, a million unless said otherwise, in TICKLER_SEARCH_ACCOUNTS accounts,
// one unless said otherwise.
//
//	TICKLER_SEARCH_BENCH=/tmp/search.db go test ./internal/store -run '^$' -bench TaskSearch -benchtime 15x -timeout 1h
func BenchmarkTaskSearch(b *testing.B) {
	location := os.Getenv("TICKLER_SEARCH_BENCH")
	if location == "" {
		b.Skip("TICKLER_SEARCH_BENCH names no database")
	}
	s, err := Open(b.Context(), location)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	crowd := searchCrowd{tasks: numberIn(b, "TICKLER_SEARCH_TASKS", 1_000_000), accounts: numberIn(b, "TICKLER_SEARCH_ACCOUNTS", 1)}
	crowd.fill(b, s)
	crowd.index(b, s)

	words := vocabulary()
	for _, search := range []struct{ name, text string }{
		{"one letter", "k"},
		{"one letter that is a word", "c"},
		{"two letters", "co"},
		{"three letters", "con"},
		{"beginning of a common word", "follo"},
		{"common word", "follow"},
		{"rare word", words[len(words)-10]},
		{"common and rare word", "follow " + words[len(words)/10]},
		{"two common words", "meeting budget"},
		{"three common words", "contract pricing budget"},
		{"three beginnings", "contr pric bud"},
		{"two letters, each one", "k p"},
		{"five common words", "contract pricing budget follow demo"},
		{"no hit", "zzyzx"},
	} {
		for _, whose := range []string{"anybody's", "one owner's", "anybody's open", "one owner's due"} {
			f := tickler.TaskFilter{AccountID: md5ID("account 0"), Text: search.text, At: noonOfCrowd}
			switch whose {
			case "one owner's":
				f.OwnerIDs = []tickler.ID{md5ID("owner 7 of 0")}
			case "anybody's open":
				f.Statuses = []tickler.Status{tickler.StatusPending, tickler.StatusOverdue}
			case "one owner's due":
				f.OwnerIDs, f.DueFrom, f.DueTo = []tickler.ID{md5ID("owner 7 of 0")}, noonOfCrowd, noonOfCrowd.AddDate(0, 0, 7)
			}
			b.Run(search.name+"/"+whose, func(b *testing.B) {
				var took []time.Duration
				var list tickler.TaskPage
				for b.Loop() {
					started := time.Now()
					list, err = s.FindTasks(b.Context(), f, tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: 50}, 10_000)
					took = append(took, time.Since(started))
					if err != nil {
						b.Fatal(err)
					}
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[0].Microseconds())/1000, "min-ms")
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
				b.ReportMetric(float64(list.Total), "found")
				b.ReportMetric(float64(list.Looked), "looked")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

func numberIn(b *testing.B, variable string, otherwise int) int {
	b.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(variable), strconv.Itoa(otherwise)))
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// noonOfCrowd is now in the crowd.
var noonOfCrowd = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// searchCrowd is so many tasks in so many accounts.
type searchCrowd struct{ tasks, accounts int }

func (c searchCrowd) fill(b *testing.B, s *Store) {
	b.Helper()
	db := s.engine.Database()
	var there int
	if err := db.QueryRowContext(b.Context(), `SELECT count(*) FROM (SELECT 1 FROM task LIMIT 1) AS any_task`).Scan(&there); err != nil {
		b.Fatal(err)
	}
	if there > 0 {
		return
	}
	started := time.Now()
	random := rand.New(rand.NewPCG(1, 2))
	words := vocabulary()
	// A few words are in every tenth task, and most are in a few tasks.
	zipf := rand.NewZipf(random, 1.1, 20, uint64(len(words)-1))
	text := func(count int) string {
		some := make([]string, count)
		for i := range some {
			some[i] = words[zipf.Uint64()]
		}
		return strings.Join(some, " ")
	}
	for from := 0; from < c.tasks; from += 10_000 {
		_, err := engine.Written(b.Context(), s.write, func(ctx context.Context, db engine.Handle) (int, error) {
			var rows [][]any
			for n := from; n < min(from+10_000, c.tasks); n++ {
				account := n % c.accounts
				t := tickler.Task{
					ID: md5ID(fmt.Sprint("task ", n)), AccountID: md5ID(fmt.Sprint("account ", account)), Version: 1,
					Name: text(4), Description: text(8), TypeID: md5ID(fmt.Sprintf("type %d of %d", random.IntN(5), account)), Category: 1,
					OwnerID: md5ID(fmt.Sprintf("owner %d of %d", random.IntN(50), account)), CreatedAt: noonOfCrowd, ModifiedAt: noonOfCrowd,
				}
				t.ID[0], t.ID[1], t.ID[2], t.ID[3] = 1, byte(n>>16), byte(n>>8), byte(n) // in the order of their making, as ids are
				if random.IntN(5) == 0 {
					t.Name = "call " + t.Name
				}
				t.CreatedBy, t.ModifiedBy = t.OwnerID, t.OwnerID
				t.DueAt = noonOfCrowd.Add(time.Duration(random.IntN(1_000_000)-800_000) * time.Minute).Truncate(time.Second)
				t.EndAt = t.DueAt.Add(time.Hour)
				if random.IntN(10) < 7 {
					t.State = tickler.StateCompleted
				}
				if random.IntN(2) == 0 {
					t.Related = tickler.Related{Kind: 1, ID: md5ID(fmt.Sprintf("lead %d of %d", random.IntN(100_000), account))}
				}
				args, err := taskArgs(t)
				if err != nil {
					return 0, err
				}
				rows = append(rows, args)
			}
			return 0, s.dialect().InsertAll(ctx, db, `task (`+taskInsertColumns+`)`, rows)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d tasks in %d accounts are made after %s", c.tasks, c.accounts, time.Since(started).Round(time.Second))
}

func (c searchCrowd) index(b *testing.B, s *Store) {
	b.Helper()
	started := time.Now()
	steps := 0
	for range 5 { // on Postgres a number takes some rounds to be settled
		for after, more := int64(0), true; more; steps++ {
			var err error
			if after, more, err = s.IndexTasks(b.Context(), after, 5_000); err != nil {
				b.Fatal(err)
			}
		}
	}
	if steps < 10 {
		return
	}
	b.Logf("they are indexed after %s", time.Since(started).Round(time.Second))
	if s.Shared() {
		if _, err := s.engine.Database().ExecContext(b.Context(), `VACUUM ANALYZE`); err != nil {
			b.Fatal(err)
		}
	}
}

// vocabulary lists the words of a sales team's tasks, the most common ones first. Those beyond the
// first hundred are made of syllables, as names are.
func vocabulary() []string {
	words := strings.Fields(`call follow meeting contract customer send proposal email budget renewal demo pricing
		confirm check review discuss update schedule quote company project invoice product account manager order
		delivery offer visit presentation feedback ask about the with and for next week plan decision discount
		payment support training signed details questions onboarding upgrade license quarter number team lead new
		c q p a to of on in by it we up go do me no 1 2 3 10 24 100 2026 friday monday tomorrow today agreement draft legal
		security technical requirements integration trial expired reminder introduction office lunch conference`)
	random := rand.New(rand.NewPCG(3, 4))
	seen := map[string]bool{}
	for _, word := range words {
		seen[word] = true
	}
	for len(words) < 30_000 {
		var word strings.Builder
		for range 2 + random.IntN(3) {
			word.WriteString(strings.Fields(`b c d f g h j k l m n p r s t v w y z ch st br tr kr sh`)[random.IntN(25)])
			word.WriteString(strings.Fields(`a e i o u ai ar er on in el`)[random.IntN(11)])
		}
		if !seen[word.String()] {
			seen[word.String()] = true
			words = append(words, word.String())
		}
	}
	return words
}
