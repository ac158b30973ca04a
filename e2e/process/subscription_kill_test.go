package process_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"tickler/e2e/program"
	"tickler/internal/api/apitest"
	"tickler/internal/webhook/webhooktest"
)

// However often the server is killed (-9) while tasks are created, there is one delivery for each
// task that exists, and no other: a task and its delivery are written together or not at all.
func TestKilledServersDeliverEachTask(t *testing.T) {
	onEachEngine(t, func(t *testing.T, at place) {
		const clients = 8
		k := at.setUp(t)
		r := webhooktest.Start(t, nil, webhooktest.Answer(http.StatusOK, ""))
		listening := slices.Concat(at, place{allowPrivate})
		first := program.Start(t, listening...)
		reply, err := apitest.Call(t.Context(), apitest.NewClient(t), k, http.MethodPost, first.URL+"/v2/Webhook.svc/Create", `{"URL": "`+r.URL+`", "WebhookEvent": 7}`)
		if err != nil || reply.Status != http.StatusOK {
			t.Fatal(err, reply.Body)
		}
		first.Stop(t, syscall.SIGTERM)
		for round := range max(1, kills(t)/5) {
			server := program.Start(t, listening...)
			var made atomic.Int64
			last := 1 + rand.Int64N(200)
			var all sync.WaitGroup
			client := apitest.NewClient(t)
			for i := range clients {
				all.Go(func() {
					for {
						body := fmt.Sprintf(`{"Name": "task of client %d in round %d"}`, i, round)
						if _, err := apitest.Call(t.Context(), client, k, http.MethodPost, server.URL+"/v2/Task.svc/Create", body); err != nil {
							return // it was killed
						}
						if made.Add(1) == last {
							server.Strike()
						}
					}
				})
			}
			all.Wait()
			server.Kill()
			client.CloseIdleConnections()
		}
		server := program.Start(t, listening...)
		want := map[string]bool{}
		for _, task := range at.tasks(t) {
			want[task.ID.String()] = true
		}
		ids := map[string]string{} // of deliveries by task
		for seen := 0; len(ids) < len(want); {
			all := r.Await(seen + 1)
			for _, told := range all[seen:] {
				var message struct {
					After struct{ UserTaskId string } //nolint:revive // the wire's own name
				}
				if err := json.Unmarshal(told.Body, &message); err != nil {
					t.Fatal(err)
				}
				task, id := message.After.UserTaskId, told.Header.Get("Webhook-Id")
				if !want[task] || ids[task] != "" && ids[task] != id {
					t.Fatalf("told of the task %q as %s, and before as %q; it is there: %t", task, id, ids[task], want[task])
				}
				ids[task] = id
			}
			seen = len(all)
		}
		server.Stop(t, syscall.SIGTERM)
	})
}
