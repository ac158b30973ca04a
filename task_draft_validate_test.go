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
	hundred := emoji(100) + "…"
	tests := map[string]struct {
		spoil func(*tickler.TaskDraft)
		want  *tickler.Error
	}{
		"no name": {
			func(d *tickler.TaskDraft) { d.Name = "" },
			missing("Name", "creating a task"),
		},
		"lead without id": {
			func(d *tickler.TaskDraft) { d.RelatedKind = tickler.RelatedToLead },
			missing("RelatedEntityId", "creating a task with RelatedEntity 1"),
		},
		"opportunity without id": {
			func(d *tickler.TaskDraft) { d.RelatedKind = tickler.RelatedToOpportunity },
			missing("RelatedEntityId", "creating a task with RelatedEntity 5"),
		},
		"related to something else": {
			func(d *tickler.TaskDraft) { d.RelatedKind, d.RelatedID = 2, leadID },
			invalid("RelatedEntity", "2", "0 for none, 1 for a lead or 5 for an opportunity"),
		},
		"name": {
			func(d *tickler.TaskDraft) { d.Name = emoji(501) },
			invalid("Name", hundred, "at most 500 characters, not 501"),
		},
		"description": {
			func(d *tickler.TaskDraft) { d.Description = emoji(8_001) },
			invalid("Description", hundred, "at most 8000 characters, not 8001"),
		},
		"location": {
			func(d *tickler.TaskDraft) { d.Location = emoji(501) },
			invalid("Location", hundred, "at most 500 characters, not 501"),
		},
		"priority": {
			func(d *tickler.TaskDraft) { d.Priority = emoji(51) },
			invalid("Priority", emoji(51), "at most 50 characters, not 51"),
		},
		"effort unit": {
			func(d *tickler.TaskDraft) { d.EffortEstimateUnit = emoji(51) },
			invalid("EffortEstimateUnit", emoji(51), "at most 50 characters, not 51"),
		},
		"plain letters count too": {
			func(d *tickler.TaskDraft) { d.Priority = strings.Repeat("a", 51) },
			invalid("Priority", strings.Repeat("a", 51), "at most 50 characters, not 51"),
		},
		"minutes below": {
			func(d *tickler.TaskDraft) { d.ReminderMinutes = new(-1) },
			invalid("Reminder", "-1", "a whole number from 0 to 525600"),
		},
		"minutes above": {
			func(d *tickler.TaskDraft) { d.ReminderMinutes = new(525_601) },
			invalid("Reminder", "525601", "a whole number from 0 to 525600"),
		},
		"days below": {
			func(d *tickler.TaskDraft) { d.ReminderDays = new(-1) },
			invalid("ReminderBeforeDays", "-1", "a whole number from 0 to 365"),
		},
		"days above": {
			func(d *tickler.TaskDraft) { d.ReminderDays = new(366) },
			invalid("ReminderBeforeDays", "366", "a whole number from 0 to 365"),
		},
		"percent below": {
			func(d *tickler.TaskDraft) { d.PercentCompleted = new(-1) },
			invalid("PercentCompleted", "-1", "a whole number from 0 to 100"),
		},
		"percent above": {
			func(d *tickler.TaskDraft) { d.PercentCompleted = new(101) },
			invalid("PercentCompleted", "101", "a whole number from 0 to 100"),
		},
		"latitude below": {
			func(d *tickler.TaskDraft) { d.Latitude = new(-90.5) },
			invalid("Latitude", "-90.5", "degrees from -90 to 90"),
		},
		"latitude above": {
			func(d *tickler.TaskDraft) { d.Latitude = new(90.5) },
			invalid("Latitude", "90.5", "degrees from -90 to 90"),
		},
		"latitude that is no number": {
			func(d *tickler.TaskDraft) { d.Latitude = new(math.NaN()) },
			invalid("Latitude", "NaN", "degrees from -90 to 90"),
		},
		"longitude below": {
			func(d *tickler.TaskDraft) { d.Longitude = new(-180.5) },
			invalid("Longitude", "-180.5", "degrees from -180 to 180"),
		},
		"longitude above": {
			func(d *tickler.TaskDraft) { d.Longitude = new(180.5) },
			invalid("Longitude", "180.5", "degrees from -180 to 180"),
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
