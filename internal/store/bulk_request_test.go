package store_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func ctxOf(t failer) context.Context {
	if test, ok := t.(interface{ Context() context.Context }); ok {
		return test.Context()
	}
	return context.Background()
}

// plainBulk is a bulk create that nobody has begun.
func plainBulk(account tickler.ID, rows int) tickler.BulkRequest {
	return tickler.BulkRequest{
		ID: newID(), AccountID: account, Operation: tickler.BulkCreate, RequestedBy: newID(), Via: tickler.Origin{Kind: tickler.ViaAPI, ID: newID()},
		WebhookURL: "https://example.com/done", Body: []byte("{}"), Rows: rows, CreatedAt: noon,
	}
}

func TestBulkRequestComesBackAsCreated(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			want := tickler.BulkRequest{
				ID: newID(), AccountID: ids().Draw(r, "AccountID"), Operation: rapid.SampledFrom(tickler.BulkOperations).Draw(r, "Operation"),
				State: rapid.SampledFrom(tickler.BulkStates()).Draw(r, "State"), RequestedBy: ids().Draw(r, "RequestedBy"),
				Via:      tickler.Origin{Kind: tickler.ViaPage, ID: orZero(ids()).Draw(r, "Via.ID")},
				SourceID: orZero(ids()).Draw(r, "SourceID"), WebhookURL: texts(50).Draw(r, "WebhookURL"),
				Body: rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(r, "Body"), Rows: rapid.IntRange(1, 5000).Draw(r, "Rows"),
				Succeeded: rapid.IntRange(0, 5000).Draw(r, "Succeeded"), Failed: rapid.IntRange(0, 5000).Draw(r, "Failed"),
				CreatedAt: instants().Draw(r, "CreatedAt"), StartedAt: orZero(instants()).Draw(r, "StartedAt"),
				CompletedAt: orZero(instants()).Draw(r, "CompletedAt"), CancelAskedAt: orZero(instants()).Draw(r, "CancelAskedAt"),
				CancelledBy: orZero(ids()).Draw(r, "CancelledBy"),
				Report: tickler.ReportMail{
					State: tickler.ReportPending, Attempts: rapid.IntRange(0, 1000).Draw(r, "Attempts"), LastError: texts(50).Draw(r, "LastError"),
					SettledAt: orZero(instants()).Draw(r, "SettledAt"),
				},
			}
			for range 2 { // a second run changes nothing: the answer to the first was lost
				_, err := s.CreateBulkRequest(t.Context(), want, nil)
				noError(r, err)
			}
			got, found, err := s.BulkRequest(t.Context(), want.AccountID, want.ID)
			noError(r, err)
			equal(r, true, found)
			got.Body, err = s.BulkBody(t.Context(), want.AccountID, want.ID)
			noError(r, err)
			equal(r, want, got)
			_, found, err = s.BulkRequest(t.Context(), newID(), want.ID)
			noError(r, err)
			equal(r, false, found)
		})
	})
}

func TestBulkRequestUnderAKeyIsKeptOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		first := plainBulk(newID(), 1)
		second := plainBulk(first.AccountID, 1)
		key := func(answer string) *tickler.Once {
			return &tickler.Once{AccountID: first.AccountID, Operation: "Bulk", Key: "k", BodyHash: [32]byte{1}, Answer: []byte(answer), At: noon}
		}
		found, err := s.CreateBulkRequest(t.Context(), first, key("first"))
		noError(t, err)
		equal(t, nil, found)
		found, err = s.CreateBulkRequest(t.Context(), second, key("second"))
		noError(t, err)
		equal(t, "first", string(found.Answer))
		_, kept, err := s.BulkRequest(t.Context(), second.AccountID, second.ID)
		noError(t, err)
		equal(t, false, kept)
		equal(t, map[string]int{tickler.BulkJob: 1}, waiting(t, s))
	})
}

func TestBulkRequestsAreListed(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		var all []tickler.BulkRequest // the oldest first
		for i := range 6 {
			r := plainBulk(account, 1)
			r.CreatedAt = noon.Add(time.Duration(i) * time.Minute)
			r.Operation = tickler.BulkOperations[i%2]
			r.State = tickler.BulkStates()[i]
			if i > 2 {
				r.RequestedBy = all[2].RequestedBy
			}
			_, err := s.CreateBulkRequest(t.Context(), r, nil)
			noError(t, err)
			r.Body = nil
			all = append(all, r)
		}
		submit(t, s, newID(), 1) // of another account
		tests := map[string]struct {
			filter tickler.BulkFilter
			page   tickler.Page
			total  int
			want   []int
		}{
			"all":          {tickler.BulkFilter{}, tickler.Page{Limit: 10}, 6, []int{5, 4, 3, 2, 1, 0}},
			"a page":       {tickler.BulkFilter{}, tickler.Page{Offset: 1, Limit: 2}, 6, []int{4, 3}},
			"past the end": {tickler.BulkFilter{}, tickler.Page{Offset: 6, Limit: 2}, 6, nil},
			"somebody's":   {tickler.BulkFilter{RequestedBy: all[2].RequestedBy}, tickler.Page{Limit: 10}, 4, []int{5, 4, 3, 2}},
			"of a kind":    {tickler.BulkFilter{Operation: tickler.BulkDelete}, tickler.Page{Limit: 10}, 3, []int{5, 3, 1}},
			"in states":    {tickler.BulkFilter{States: []tickler.BulkState{tickler.BulkQueued, tickler.BulkRunning}}, tickler.Page{Limit: 10}, 2, []int{1, 0}},
			"in a span":    {tickler.BulkFilter{From: all[1].CreatedAt, To: all[3].CreatedAt}, tickler.Page{Limit: 10}, 3, []int{3, 2, 1}},
			"all at once": {tickler.BulkFilter{
				RequestedBy: all[2].RequestedBy, Operation: tickler.BulkCreate, States: []tickler.BulkState{tickler.BulkFailed},
				From: all[0].CreatedAt, To: all[5].CreatedAt,
			}, tickler.Page{Limit: 10}, 1, []int{4}},
		}
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				tt.filter.AccountID = account
				got, total, err := s.BulkRequests(t.Context(), tt.filter, tt.page)
				noError(t, err)
				var want []tickler.BulkRequest
				for _, i := range tt.want {
					want = append(want, all[i])
				}
				equal(t, want, got)
				equal(t, tt.total, total)
			})
		}
	})
}
