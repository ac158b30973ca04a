package store_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler/internal/jobs"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// modelQueue is a simple model of the job table.
type modelQueue struct {
	kind string // of all its jobs, and nobody else's
	jobs []*modelJob
	now  time.Time
}

type modelJob struct {
	jobs.Job
	series string
	order  int64  // in the series
	state  string // waiting, running, dead or done
	nextAt time.Time
	runner string
}

// isLive reports whether the job is still to be done.
func (j *modelJob) isLive() bool { return j.state == "waiting" || j.state == "running" }

// isDue reports whether a claim may take the job: a job of a series only if it is the first in
// order and none of the series runs.
func (m *modelQueue) isDue(j *modelJob) bool {
	if !j.isLive() || j.nextAt.After(m.now) {
		return false
	}
	return j.series == "" || !slices.ContainsFunc(m.jobs, func(other *modelJob) bool {
		runs := other.state == "running" && other.nextAt.After(m.now)
		comesFirst := cmp.Or(cmp.Compare(other.order, j.order), bytes.Compare(other.ID[:], j.ID[:])) < 0
		return other.series == j.series && other.isLive() && (comesFirst || runs)
	})
}

func (m *modelQueue) find(ref jobs.Ref) *modelJob {
	i := slices.IndexFunc(m.jobs, func(j *modelJob) bool { return j.Ref == ref })
	return m.jobs[i]
}

// draw draws one of the jobs, in any state; nil if there is none.
func (m *modelQueue) draw(r *rapid.T) *modelJob {
	if len(m.jobs) == 0 {
		return nil
	}
	return rapid.SampledFrom(m.jobs).Draw(r, "job")
}

func drawRunner(r *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "runner")
}

// Whatever runners do, in whatever order, the table returns what the model returns.
func TestQueueBehavesLikeItsModel(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			m := &modelQueue{kind: newID().String(), now: noon}
			account := jobs.ID(newID())
			var ids []jobs.ID // in the order of time; taken in any order, as nodes' clocks differ
			for range 6 {
				ids = append(ids, jobs.ID(newID()))
			}
			q := s.Jobs()
			actions := map[string]func(*rapid.T){
				"": func(r *rapid.T) { m.compareCounts(t, r, q) },
				"enqueue": func(r *rapid.T) {
					if len(ids) == 0 {
						r.Skip("all are there")
					}
					i := rapid.IntRange(0, len(ids)-1).Draw(r, "id")
					job := &modelJob{state: "waiting", series: rapid.SampledFrom([]string{"", "x", "y"}).Draw(r, "series")}
					job.Job = jobs.Job{
						Ref: jobs.Ref{Account: account, ID: ids[i]}, Kind: m.kind, Payload: fmt.Sprint(len(m.jobs)), CreatedAt: noon,
					}
					job.nextAt = m.now.Add(time.Duration(rapid.IntRange(-3, 3).Draw(r, "due")) * time.Second)
					job.order = rapid.Int64Range(0, 2).Draw(r, "order")
					ids = slices.Delete(ids, i, i+1)
					m.jobs = append(m.jobs, job)
					noError(r, q.EnqueueInOrder(t.Context(), job.Ref, m.kind, job.Payload, m.key(job), job.order, job.nextAt, noon))
				},
				"claim": func(r *rapid.T) { m.claim(t, r, q) },
				"renew": func(r *rapid.T) { m.renew(t, r, q) },
				"finish": func(r *rapid.T) {
					m.end(r, func(runner string, ref jobs.Ref) error { return q.Finish(t.Context(), runner, ref) },
						func(j *modelJob) { j.state = "done" })
				},
				"retry": func(r *rapid.T) {
					at := m.now.Add(time.Duration(rapid.IntRange(0, 3).Draw(r, "wait")) * time.Second)
					m.end(r, func(runner string, ref jobs.Ref) error { return q.Retry(t.Context(), runner, ref, at, "why") },
						func(j *modelJob) { j.state, j.runner, j.nextAt = "waiting", "", at })
				},
				"bury": func(r *rapid.T) {
					m.end(r, func(runner string, ref jobs.Ref) error { return q.Bury(t.Context(), runner, ref, "why") },
						func(j *modelJob) { j.state = "dead" })
				},
				"wait": func(r *rapid.T) {
					m.now = m.now.Add(time.Duration(rapid.IntRange(1, 11_000).Draw(r, "milliseconds")) * time.Millisecond)
				},
			}
			r.Repeat(actions)
		})
	})
}

// key is a series' key in the table, unique to this run of the test.
func (m *modelQueue) key(j *modelJob) string {
	if j.series == "" {
		return ""
	}
	return m.kind + j.series
}

func (m *modelQueue) claim(t *testing.T, r *rapid.T, q store.Queue) {
	runner, limit := drawRunner(r), rapid.IntRange(1, 4).Draw(r, "limit")
	var due []*modelJob
	for _, j := range m.jobs {
		if m.isDue(j) {
			due = append(due, j)
		}
	}
	slices.SortFunc(due, func(a, b *modelJob) int { return a.nextAt.Compare(b.nextAt) })
	claimed, err := q.Claim(t.Context(), m.kind, runner, m.now, m.now.Add(lease), limit)
	noError(r, err)
	equal(r, min(limit, len(due)), len(claimed))
	for _, got := range claimed {
		j := m.find(got.Ref)
		if !m.isDue(j) || j.nextAt.After(due[len(claimed)-1].nextAt) {
			r.Fatalf("claimed %+v, which is not among the oldest that are due", *j)
		}
		want := j.Job
		want.Attempt++
		equal(r, want, got)
	}
	for _, got := range claimed {
		j := m.find(got.Ref)
		j.state, j.runner, j.nextAt, j.Job = "running", runner, m.now.Add(lease), got
	}
}

func (m *modelQueue) renew(t *testing.T, r *rapid.T, q store.Queue) {
	runner := drawRunner(r)
	var refs, want []jobs.Ref
	for _, j := range m.jobs {
		if rapid.Bool().Draw(r, "renewed") {
			refs = append(refs, j.Ref)
			if j.state == "running" && j.runner == runner {
				want = append(want, j.Ref)
				j.nextAt = m.now.Add(lease)
			}
		}
	}
	own, err := q.Renew(t.Context(), runner, refs, m.now.Add(lease))
	noError(r, err)
	byID := func(a, b jobs.Ref) int { return bytes.Compare(a.ID[:], b.ID[:]) }
	slices.SortFunc(own, byID)
	slices.SortFunc(want, byID)
	equal(r, want, own)
}

// end ends a run: the model's too, if it is the runner's own.
func (m *modelQueue) end(r *rapid.T, call func(runner string, ref jobs.Ref) error, change func(*modelJob)) {
	j, runner := m.draw(r), drawRunner(r)
	if j == nil {
		r.Skip("there is no job")
	}
	noError(r, call(runner, j.Ref))
	if j.state == "running" && j.runner == runner {
		change(j)
	}
}

func (m *modelQueue) compareCounts(t *testing.T, r *rapid.T, q store.Queue) {
	want := map[string]int{}
	for _, j := range m.jobs {
		if j.state != "done" {
			want[j.state]++
		}
	}
	list, err := q.Counts(t.Context())
	noError(r, err)
	got := map[string]int{}
	for _, c := range list {
		if c.Kind == m.kind {
			got[c.State] += c.Count
		}
	}
	equal(r, want, got)
}

// Many runners on two nodes process several series at once: of each series one job at a time, in
// order.
func TestSeriesStayInOrderAmongManyRunners(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		const series, length, runners = 4, 12, 8
		nodes := twoNodes(t, location)
		account := jobs.ID(newID())
		for i := range series * length {
			ref := jobs.Ref{Account: account, ID: jobs.ID(newID())}
			key := fmt.Sprint("series ", i%series)
			due := noon.Add(-time.Duration(i) * time.Second) // the later the older
			noError(t, nodes[0].Jobs().Enqueue(t.Context(), ref, "work", fmt.Sprintf("%s,%d", key, i/series), key, due, noon))
		}
		var mu sync.Mutex
		running, done := map[string]bool{}, map[string][]string{}
		var left sync.WaitGroup
		left.Add(series * length)
		gone := make(chan struct{})
		go func() { left.Wait(); close(gone) }()
		var all sync.WaitGroup
		for i := range runners {
			all.Go(func() {
				q, name := nodes[i%2].Jobs(), fmt.Sprint("runner ", i)
				for {
					select {
					case <-gone:
						return
					default:
					}
					claimed, err := q.Claim(t.Context(), "work", name, noon, noon.Add(lease), 3)
					if err != nil {
						t.Error(err)
						return
					}
					for _, job := range claimed {
						key, number, _ := strings.Cut(job.Payload, ",")
						mu.Lock()
						if running[key] {
							t.Errorf("two jobs of %s run at once", key)
						}
						running[key] = true
						done[key] = append(done[key], number)
						mu.Unlock()
					}
					for _, job := range claimed {
						key, _, _ := strings.Cut(job.Payload, ",")
						mu.Lock()
						running[key] = false
						mu.Unlock()
						if err := q.Finish(t.Context(), name, job.Ref); err != nil {
							t.Error(err)
						}
						left.Done()
					}
				}
			})
		}
		all.Wait()
		var want []string
		for i := range length {
			want = append(want, fmt.Sprint(i))
		}
		for key, numbers := range done {
			if !slices.Equal(numbers, want) {
				t.Errorf("%s ran in the order %v", key, numbers)
			}
		}
		equal(t, series, len(done))
		equal(t, 0, jobCount(t, nodes[0]))
	})
}

// Jobs that a server releases when it starts alone on its data are claimed at once, in the order of
// their series.
func TestReleasedJobsKeepTheirSeries(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		q, account := s.Jobs(), jobs.ID(newID())
		var refs []jobs.Ref
		for range 3 {
			ref := jobs.Ref{Account: account, ID: jobs.ID(newID())}
			refs = append(refs, ref)
			noError(t, q.Enqueue(t.Context(), ref, "work", "payload", "series", noon, noon))
		}
		equal(t, map[jobs.Ref]int{refs[0]: 1}, claim(t, q, "a", noon, 10))
		noError(t, q.ReleaseAll(t.Context(), noon.Add(time.Second)))
		noError(t, q.Finish(t.Context(), "a", refs[0])) // too late: it is nobody's
		equal(t, map[jobs.Ref]int{}, claim(t, q, "b", noon, 10))
		equal(t, map[jobs.Ref]int{refs[0]: 2}, claim(t, q, "b", noon.Add(time.Second), 10))
		noError(t, q.Finish(t.Context(), "b", refs[0]))
		equal(t, map[jobs.Ref]int{refs[1]: 1}, claim(t, q, "b", noon.Add(time.Second), 10))
	})
}

// Counts are by kind and state, in that order.
func TestCountsAreInOrder(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		q := s.Jobs()
		empty, err := q.Counts(t.Context())
		noError(t, err)
		equal(t, nil, empty)
		for _, kind := range []string{"webhook", "mail", "mail", "mail", "mail"} {
			ref := jobs.Ref{Account: jobs.ID(newID()), ID: jobs.ID(newID())}
			noError(t, q.Enqueue(t.Context(), ref, kind, "", "", noon, noon))
		}
		claimed, err := q.Claim(t.Context(), "mail", "a", noon, noon.Add(lease), 2)
		noError(t, err)
		noError(t, q.Bury(t.Context(), "a", claimed[0].Ref, "why"))
		got, err := q.Counts(t.Context())
		noError(t, err)
		equal(t, []store.JobCount{
			{Kind: "mail", State: "waiting", Count: 2},
			{Kind: "mail", State: "running", Count: 1},
			{Kind: "mail", State: "dead", Count: 1},
			{Kind: "webhook", State: "waiting", Count: 1},
		}, got)
		equal(t, true, slices.IsSortedFunc(got, func(a, b store.JobCount) int { return cmp.Compare(a.Kind, b.Kind) }))
	})
}
