package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// Many calls at once under one Idempotency-Key make one task, and all get the first one's answer
// byte for byte.
func TestSimultaneousCallsUnderOneKey(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, withoutLimit)
		var all sync.WaitGroup
		var mu sync.Mutex
		answers, firsts := map[string]int{}, 0
		ready := make(chan struct{})
		for range 32 {
			all.Go(func() {
				<-ready
				w := o.post("Task.svc/Create", `{"Name": "Call Ada back"}`, "Idempotency-Key: order-17")
				mu.Lock()
				defer mu.Unlock()
				answers[fmt.Sprintf("%d %s", w.Code, w.Body)]++
				if w.Header().Get("Idempotency-Replayed") == "" {
					firsts++
				}
			})
		}
		close(ready)
		all.Wait()
		if len(answers) != 1 || firsts != 1 {
			t.Errorf("%d first answers, %v", firsts, answers)
		}
		for answer := range answers {
			if !strings.HasPrefix(answer, `200 {"Status":"Success","Message":{"Id":"`) {
				t.Error(answer)
			}
		}
		list := o.mustPost(t, "Task.svc/Retrieve", `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "`+o.names["admin"]+`"}}`)
		if !strings.HasPrefix(list.Body.String(), `{"RecordCount":1,`) {
			t.Errorf("%s", list.Body)
		}
	})
}

// Of simultaneous calls under one key with different bodies, one is carried out, and the others get
// the conflict.
func TestSimultaneousCallsUnderOneKeyWithOtherBodies(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s, withoutLimit)
		var all sync.WaitGroup
		var mu sync.Mutex
		statuses := map[int]int{}
		for i := range 16 {
			all.Go(func() {
				w := o.post("Task.svc/Create", fmt.Sprintf(`{"Name": "Order %d"}`, i), "Idempotency-Key: order")
				mu.Lock()
				defer mu.Unlock()
				statuses[w.Code]++
			})
		}
		all.Wait()
		if statuses[http.StatusOK] != 1 || statuses[http.StatusConflict] != 15 {
			t.Errorf("%v", statuses)
		}
	})
}
