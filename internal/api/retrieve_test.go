package api

import (
	"net/http"
	"testing"

	"tickler"
)

// A list can be sorted by every attribute that its tasks show, but not by the custom fields.
func TestTasksAreSortedByEveryAttribute(t *testing.T) {
	t.Parallel()
	o := openOffice(t, withoutLimit)
	caller, err := o.app.Operator(t.Context(), mustParseID(t, o.names["account"]))
	noError(t, err)
	task := tickler.Task{Related: tickler.Related{Kind: tickler.RelatedToLead}}
	for _, attribute := range taskObject(call{caller: caller}, task) {
		want := http.StatusOK
		if attribute.Name == "CustomFields" {
			want = http.StatusBadRequest
		}
		w := o.post("Task.svc/Retrieve", `{"Parameter": {"LookupName": "OwnerId", "LookupValue": "`+o.names["admin"]+`"}, "Sorting": {"ColumnName": "`+attribute.Name+`"}}`)
		if w.Code != want {
			t.Errorf("sorting by %s was answered %d %s", attribute.Name, w.Code, w.Body)
		}
	}
}

func mustParseID(t testing.TB, text string) tickler.ID {
	t.Helper()
	id, err := tickler.ParseID(text)
	noError(t, err)
	return id
}
