package client_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tickler/client"
)

// tasksPage is a page of that many tasks, out of 1,001.
func tasksPage(rows int) answer {
	return answer{status: http.StatusOK, body: fmt.Sprintf(`{"RecordCount":1001,"List":[%s]}`, strings.TrimSuffix(strings.Repeat(`{"Name":"n"},`, rows), ","))}
}

func TestAListIsReadPageByPage(t *testing.T) {
	s := open(t, tasksPage(1000), tasksPage(1))
	var bodies []string
	s.sent = func(body []byte) { bodies = append(bodies, string(body)) }
	rows := 0
	for task, err := range s.client.AllTasks(t.Context(), client.TaskSearch{OwnerID: "o", Paging: client.Paging{Offset: 7}}) {
		if err != nil || task.Name != "n" {
			t.Fatalf("%+v, %v", task, err)
		}
		rows++
	}
	if rows != 1001 || len(bodies) != 2 {
		t.Fatalf("%d rows by %q", rows, bodies)
	}
	for i, want := range []client.Paging{{Offset: 0, RowCount: 1000}, {Offset: 1000, RowCount: 1000}} {
		var sent struct{ Paging client.Paging }
		if err := json.Unmarshal([]byte(bodies[i]), &sent); err != nil || sent.Paging != want {
			t.Errorf("it asks for %s, %v", bodies[i], err)
		}
	}
}

func TestAListStopsWhenItsCallerDoes(t *testing.T) {
	s := open(t, tasksPage(1000))
	for _, err := range s.client.AllTasks(t.Context(), client.TaskSearch{OwnerID: "o"}) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if len(s.got()) != 1 {
		t.Errorf("%d calls", len(s.got()))
	}
}

func TestAListEndsWithItsError(t *testing.T) {
	s := open(t, tasksPage(1000), refusal(http.StatusForbidden, ""))
	rows, problems := 0, 0
	for _, err := range s.client.AllTasks(t.Context(), client.TaskSearch{OwnerID: "o"}) {
		if rows++; err != nil {
			problems++
		}
	}
	if rows != 1001 || problems != 1 || len(s.got()) != 2 {
		t.Errorf("%d rows, %d errors, %d calls", rows, problems, len(s.got()))
	}
}
