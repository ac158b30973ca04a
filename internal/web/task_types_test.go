package web_test

import (
	"net/http"
	"testing"

	"tickler"
)

func TestAdministratorsSayWhatComesNext(t *testing.T) {
	onEachEngine(t, func(t *testing.T, w *world) {
		call, meeting := w.typeNamed("Phone Call"), w.typeNamed("Meeting")
		path, admin, seller := "/settings/task-types/"+call.ID.String(), w.as("admin"), w.as("seller")
		seller.get("/settings/task-types").want(http.StatusOK, "<span dir=\"auto\">the same type, after a week</span>").lacks("<select")
		seller.post(path, "next", meeting.ID.String(), "days", "3").want(http.StatusForbidden, "")
		admin.get("/settings/task-types").want(http.StatusOK, "<select").want(http.StatusOK, "#B3E5FC").want(http.StatusOK, "appointment")

		admin.post(path, "next", meeting.ID.String(), "days", "3").leadsTo("/settings/task-types")
		admin.get("/settings/task-types").want(http.StatusOK, "The next step is saved.").want(http.StatusOK, `<option value="`+meeting.ID.String()+`" selected>`)
		seller.get("/settings/task-types").want(http.StatusOK, "Meeting, after 3 days")
		if got := w.typeNamed("Phone Call").Next; got != (tickler.NextStep{TypeID: meeting.ID, AfterDays: 3}) {
			t.Errorf("it is %+v", got)
		}
		for days, mistake := range map[string]string{"some": "Give a whole number.", "366": "a whole number from 0 to 365"} {
			admin.post(path, "next", meeting.ID.String(), "days", days).want(http.StatusUnprocessableEntity, mistake).want(http.StatusUnprocessableEntity, `value="`+days+`"`)
		}
		admin.post(path, "next", newID().String(), "days", "3").want(http.StatusNotFound, "")
		admin.post("/settings/task-types/"+newID().String(), "next", "").want(http.StatusNotFound, "There is no such page")
		admin.post(path, "next", "", "days", "").leadsTo("/settings/task-types")
		if got := w.typeNamed("Phone Call").Next; got != (tickler.NextStep{}) {
			t.Errorf("it is still %+v", got)
		}
	})
}
