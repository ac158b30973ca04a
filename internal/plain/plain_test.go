package plain_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests need time zones on every machine

	"tickler"
	"tickler/internal/plain"
)

func TestText(t *testing.T) {
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	instant := func(at time.Time) string { return at.In(kolkata).Format("2 Jan 15:04") }
	due := time.Date(2026, 3, 10, 4, 30, 0, 0, time.UTC)
	for want, e := range map[string]*tickler.Error{
		"The time zone can't be 'Mars'. Expected a time zone's name, like Asia/Kolkata or UTC.": tickler.Refuse(tickler.FactNotZone, tickler.FieldZone, "Mars"),

		"The end can't be 10 Mar 09:30, before the due date, 10 Mar 10:00.": tickler.Refuse(
			tickler.FactEndsBeforeStart, tickler.FieldEnd, due.Add(-time.Hour/2), tickler.FieldDue, due),

		"The latitude can't be '-90.5'. Expected degrees from -90 to 90.": tickler.Refuse(
			tickler.FactNotDegrees, tickler.FieldLatitude, -90.5, 90.0),

		"The default duration can't be '1m30s'. Expected 1 to 10080 whole minutes for an appointment.": tickler.Refuse(
			tickler.FactNotDuration, tickler.FieldDuration, 90*time.Second, 1, 10_080),

		"The category can't be 'to-do'. Expected appointment, as the task type 'Visit' has it.": tickler.Refuse(
			tickler.FactOtherCategory, tickler.FieldCategory, tickler.CategoryToDo, tickler.CategoryAppointment, "Visit"),

		"A task that is tied to a lead needs the related lead or opportunity.": tickler.Refuse(
			tickler.FactNeededByRelation, tickler.FieldRelated, nil, tickler.RelatedToLead),

		"The role can't be ''. Expected x, y or z.": tickler.Refuse(
			tickler.FactNotOneOf, tickler.FieldRole, "", tickler.OneOf{"x", "y", "z"}),

		"The field mx_Custom_1 has no option 'Green'. It has Red, Blue.": tickler.Refuse(
			tickler.FactNotAnOption, "mx_Custom_1", "Green", []string{"Red", "Blue"}),
	} {
		if got := plain.Text(e, instant); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
