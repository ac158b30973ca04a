package tickler_test

import (
	"math"
	"strings"
	"testing"

	"tickler"
)

func TestValidateAcceptsTheLimits(t *testing.T) {
	tests := map[string]tickler.TaskDraft{
		"least": {Name: "x"},
		"lowest": {
			Name: "x", ReminderMinutes: new(0), ReminderDays: new(0), PercentCompleted: new(0),
			Latitude: new(-90.0), Longitude: new(-180.0),
		},
		"highest": {
			Name: emoji(500), Description: emoji(8_000), Location: emoji(500), Priority: emoji(50), EffortEstimateUnit: emoji(50),
			ReminderMinutes: new(525_600), ReminderDays: new(365), PercentCompleted: new(100),
			Latitude: new(90.0), Longitude: new(180.0),
		},
		"of a lead":         {Name: "x", RelatedKind: tickler.RelatedToLead, RelatedID: leadID},
		"of an opportunity": {Name: "x", RelatedKind: tickler.RelatedToOpportunity, RelatedID: leadID},
	}
	for name, draft := range tests {
		if err := draft.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestValidateNamesTheAttribute(t *testing.T) {
	tests := map[string]struct {
		spoil func(*tickler.TaskDraft)
		want  *tickler.Error
	}{
		"no name": {
			func(d *tickler.TaskDraft) { d.Name = "" },
			tickler.Refuse(tickler.FactNeededByTask, tickler.FieldName, nil),
		},
		"lead without id": {
			func(d *tickler.TaskDraft) { d.RelatedKind = tickler.RelatedToLead },
			tickler.Refuse(tickler.FactNeededByRelation, tickler.FieldRelated, nil, tickler.RelatedToLead),
		},
		"opportunity without id": {
			func(d *tickler.TaskDraft) { d.RelatedKind = tickler.RelatedToOpportunity },
			tickler.Refuse(tickler.FactNeededByRelation, tickler.FieldRelated, nil, tickler.RelatedToOpportunity),
		},
		"related to something else": {
			func(d *tickler.TaskDraft) { d.RelatedKind, d.RelatedID = 2, leadID },
			tickler.Refuse(tickler.FactNotRelatedKind, tickler.FieldRelatedKind, tickler.RelatedKind(2)),
		},
		"name": {
			func(d *tickler.TaskDraft) { d.Name = emoji(501) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldName, emoji(501), 500, 501),
		},
		"description": {
			func(d *tickler.TaskDraft) { d.Description = emoji(8_001) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldDescription, emoji(8001), 8000, 8001),
		},
		"location": {
			func(d *tickler.TaskDraft) { d.Location = emoji(501) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldLocation, emoji(501), 500, 501),
		},
		"priority": {
			func(d *tickler.TaskDraft) { d.Priority = emoji(51) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldPriority, emoji(51), 50, 51),
		},
		"effort unit": {
			func(d *tickler.TaskDraft) { d.EffortEstimateUnit = emoji(51) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldEffort, emoji(51), 50, 51),
		},
		"plain letters count too": {
			func(d *tickler.TaskDraft) { d.Priority = strings.Repeat("a", 51) },
			tickler.Refuse(tickler.FactTooLong, tickler.FieldPriority, strings.Repeat("a", 51), 50, 51),
		},
		"minutes below": {
			func(d *tickler.TaskDraft) { d.ReminderMinutes = new(-1) },
			tickler.Refuse(tickler.FactOutOfRange, tickler.FieldReminderMinutes, -1, 0, 525600),
		},
		"minutes above": {
			func(d *tickler.TaskDraft) { d.ReminderMinutes = new(525_601) },
			tickler.Refuse(tickler.FactOutOfRange, tickler.FieldReminderMinutes, 525601, 0, 525600),
		},
		"days below": {
			func(d *tickler.TaskDraft) { d.ReminderDays = new(-1) },
			tickler.Refuse(tickler.FactOutOfRange, tickler.FieldReminderDays, -1, 0, 365),
		},
		"days above": {
			func(d *tickler.TaskDraft) { d.ReminderDays = new(366) },
			tickler.Refuse(tickler.FactOutOfRange, tickler.FieldReminderDays, 366, 0, 365),
		},
		"percent below": {
			func(d *tickler.TaskDraft) { d.PercentCompleted = new(-1) },
			tickler.Refuse(tickler.FactOutOfRange, tickler.FieldPercent, -1, 0, 100),
		},
		"percent above": {
			func(d *tickler.TaskDraft) { d.PercentCompleted = new(101) },
			tickler.Refuse(tickler.FactOutOfRange, tickler.FieldPercent, 101, 0, 100),
		},
		"latitude below": {
			func(d *tickler.TaskDraft) { d.Latitude = new(-90.5) },
			tickler.Refuse(tickler.FactNotDegrees, tickler.FieldLatitude, -90.5, 90.0),
		},
		"latitude above": {
			func(d *tickler.TaskDraft) { d.Latitude = new(90.5) },
			tickler.Refuse(tickler.FactNotDegrees, tickler.FieldLatitude, 90.5, 90.0),
		},
		"latitude that is no number": {
			func(d *tickler.TaskDraft) { d.Latitude = new(math.NaN()) },
			tickler.Refuse(tickler.FactNotDegrees, tickler.FieldLatitude, math.NaN(), 90.0),
		},
		"longitude below": {
			func(d *tickler.TaskDraft) { d.Longitude = new(-180.5) },
			tickler.Refuse(tickler.FactNotDegrees, tickler.FieldLongitude, -180.5, 180.0),
		},
		"longitude above": {
			func(d *tickler.TaskDraft) { d.Longitude = new(180.5) },
			tickler.Refuse(tickler.FactNotDegrees, tickler.FieldLongitude, 180.5, 180.0),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			draft := tickler.TaskDraft{Name: "x"}
			test.spoil(&draft)
			checkError(t, draft.Validate(), test.want)
		})
	}
}
