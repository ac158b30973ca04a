package api

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/civil"
)

// attributeOf returns the name of a field on the wire. Custom fields and attributes of leads, which
// the account has named, keep their names.
func attributeOf(f tickler.Field) string {
	if name, ok := attributeNames[f]; ok {
		return name
	}
	return string(f)
}

var attributeNames = map[tickler.Field]string{
	tickler.FieldAttribute:       "Attribute",
	tickler.FieldCategory:        "Category",
	tickler.FieldColor:           "Color",
	tickler.FieldContentType:     "ContentType",
	tickler.FieldDataType:        "DataType",
	tickler.FieldDefault:         "IsDefault",
	tickler.FieldDescription:     "Description",
	tickler.FieldDisplayName:     "DisplayName",
	tickler.FieldDue:             "DueDate",
	tickler.FieldDuration:        "DefaultDuration",
	tickler.FieldEffort:          "EffortEstimateUnit",
	tickler.FieldEmail:           "EmailAddress",
	tickler.FieldEnd:             "EndDate",
	tickler.FieldEvent:           "WebhookEvent",
	tickler.FieldFields:          "CustomFields",
	tickler.FieldFirstName:       "FirstName",
	tickler.FieldClock:           "Clock",
	tickler.FieldDateOrder:       "DateOrder",
	tickler.FieldWeekStart:       "WeekStart",
	tickler.FieldFrom:            "FromDate",
	tickler.FieldHeaders:         "CustomHeaders",
	tickler.FieldIdempotencyKey:  "Idempotency-Key",
	tickler.FieldLastName:        "LastName",
	tickler.FieldLatitude:        "Latitude",
	tickler.FieldLead:            "LeadId",
	tickler.FieldNextStep:        "AfterDays",
	tickler.FieldNotify:          "NotifyBy",
	tickler.FieldReminder:        "Reminder",
	tickler.FieldState:           "StatusCode",
	tickler.FieldLocation:        "Location",
	tickler.FieldLongitude:       "Longitude",
	tickler.FieldMethod:          "Method",
	tickler.FieldName:            "Name",
	tickler.FieldOldPassword:     "OldPassword",
	tickler.FieldOptions:         "Options",
	tickler.FieldOwner:           "OwnerId",
	tickler.FieldOwnerEmail:      "OwnerEmailAddress",
	tickler.FieldPassword:        "Password",
	tickler.FieldPercent:         "PercentCompleted",
	tickler.FieldPhone:           "Phone",
	tickler.FieldPriority:        "Priority",
	tickler.FieldRateLimit:       "RateLimit",
	tickler.FieldRelated:         "RelatedEntityId",
	tickler.FieldRelatedKind:     "RelatedEntity",
	tickler.FieldReminderDays:    "ReminderBeforeDays",
	tickler.FieldReminderMinutes: "Reminder",
	tickler.FieldRequest:         "id",
	tickler.FieldRole:            "Role",
	tickler.FieldSchemaName:      "SchemaName",
	tickler.FieldCompletionNote:  "CompletionNote",
	tickler.FieldSnooze:          "SnoozedUntil",
	tickler.FieldStatusURL:       "StatusWebhookURL",
	tickler.FieldTask:            "UserTaskId",
	tickler.FieldTaskType:        "TaskTypeId",
	tickler.FieldSearch:          "Text",
	tickler.FieldTo:              "ToDate",
	tickler.FieldType:            "TaskType.Id",
	tickler.FieldTypeName:        "TaskType.Name",
	tickler.FieldURL:             "URL",
	tickler.FieldUsers:           "Users",
	tickler.FieldView:            "ViewId",
	tickler.FieldWebhook:         "WebhookId",
	tickler.FieldZone:            "TimeZone",
}

// expectations say what was expected instead of a value that can't be accepted.
var expectations = map[tickler.Fact]string{
	tickler.FactTooLong:            "at most {1} characters, not {2}",
	tickler.FactValueTooLong:       "at most {1} characters",
	tickler.FactNotVisible:         "a text of which something can be seen",
	tickler.FactOutOfRange:         "a whole number from {1} to {2}",
	tickler.FactNotDegrees:         "degrees from -{1} to {1}",
	tickler.FactNotNumber:          "a number",
	tickler.FactNotBoolean:         "true or false",
	tickler.FactNotDate:            "a date of the form YYYY-MM-DD",
	tickler.FactNotInstant:         wire.InstantForm,
	tickler.FactNotEmail:           "an e-mail address",
	tickler.FactNotPhone:           "a phone number: digits, blanks and + - ( ) . only",
	tickler.FactNotWebAddress:      "an address that starts with http:// or https://",
	tickler.FactNotColor:           "a color of the form #RRGGBB",
	tickler.FactNotZone:            "a time zone's name, like Asia/Kolkata or UTC",
	tickler.FactNotRateLimit:       "calls and seconds, like 25/5s, or off",
	tickler.FactRateLimitRange:     "1 to {1} calls in 1 to {2} whole seconds, like 25/5s, or off",
	tickler.FactNotOneOf:           "{1}",
	tickler.FactNotCategory:        "0 for appointments or 1 for to-dos",
	tickler.FactOtherCategory:      "{1}, the category of the task type '{2}'",
	tickler.FactNotRelatedKind:     "0 for none, 1 for a lead or 5 for an opportunity",
	tickler.FactEndsBeforeStart:    "{1} ({2}) or later",
	tickler.FactOtherOwner:         "the address of the user that {1} names",
	tickler.FactOtherType:          "the name of the task type that {1} names",
	tickler.FactTooManyFields:      "at most {1} fields",
	tickler.FactTooManyOptions:     "at most {1} options",
	tickler.FactTooManyHeaders:     "at most {1} headers",
	tickler.FactTooManyAttributes:  "no more than {1} attributes",
	tickler.FactNotDuration:        "{1} to {2} whole minutes for an appointment",
	tickler.FactToDoHasDuration:    "0 for to-dos, which last until the end of the day",
	tickler.FactDefaultAppointment: "false for an appointment: a task without a type is a to-do",
	tickler.FactNoDefault: "true for the default task type: make another one the default, " +
		"and this one ends being it",
	tickler.FactNotSchemaName:   "mx_Custom_1 to mx_Custom_{1}",
	tickler.FactSchemaNameTwice: "each name once",
	tickler.FactOptionTwice:     "each option once, in any case",
	tickler.FactNotDataType:     "0 to 10",
	tickler.FactNoOptionText:    "a text without outer blanks and, in a MultiSelect, without {1}",
	tickler.FactNotWebhookURL:   "a URL like https://example.com/hook",
	tickler.FactURLTooLong:      "a URL of at most {1} characters",
	tickler.FactLooseEscape:     "a URL in which each % begins an escape like %20",
	tickler.FactURLWithFragment: "a URL without a fragment: what follows a # is never sent",
	tickler.FactURLWithPassword: "a URL without user and password: what a receiver knows us by is the signature",
	tickler.FactNotHeaderName:   "a header's name, like X-Team",
	tickler.FactReservedHeader:  "a header that we don't set ourselves",
	tickler.FactNotHeaderValue:  "a header's value: at most {1} characters of ASCII, in one line",
	tickler.FactHeaderTwice:     "each header once, in any case",
}

// sentences spell all other facts.
var sentences = map[tickler.Fact]string{
	tickler.FactCancelledTask: "The task '{value}' is cancelled and can't be completed. Mark it incomplete first.",
	tickler.FactCompletedTask: "The task '{value}' is completed and can't be cancelled. Mark it incomplete first.",
	tickler.FactNotOpen:       "The task '{value}' is not open.",
	tickler.FactNotAhead:      "'{field}' can't be {value}. Expected an instant in the future.",
	tickler.FactNoAct:         "There is nothing to undo.",
	tickler.FactNoUndoneAct:   "There is nothing to redo.",
	tickler.FactTooManyTasks:  "At most {1} tasks at once.",
	tickler.FactTooManyMatch:  "More than {1} tasks may match. Expected at most so many.",
	tickler.FactNoneMatch:     "No tasks match.",
	tickler.FactNotForAll:     "This can't be done to all tasks that match.",
	tickler.FactUndone:        "The request '{value}' has been undone already.",
	tickler.FactFieldsStay: "Somebody has changed the task '{value}' since, so this stays as it is now: {1}. " +
		"All else is undone.",
	tickler.FactNothingUndone:  "Somebody has changed the task '{value}' since, so it stays as it is now.",
	tickler.FactNotUndoable:    "The change of the task '{value}' can't be undone.",
	tickler.FactTouchedTask:    "The task '{value}' was changed since it was made, so it stays.",
	tickler.FactNotAppointment: "The task '{value}' is a to-do. Expected an appointment.",
	tickler.FactCategoryInUse: "'{field}' can't be changed to {value} while tasks have the task type '{1}': " +
		"their ends were set, and are shown in calendars and lists, by the category {2}. Make a new task type.",
	tickler.FactPasswordTooShort:    "A password needs at least {1} characters.",
	tickler.FactNotPasswordText:     "A password can't have control characters, nor what Unicode has no character for.",
	tickler.FactNotYourPassword:     "This is not your password.",
	tickler.FactNothingToUndo:       "Only a bulk request that has ended and has made or changed tasks can be undone.",
	tickler.FactRequestEnded:        "The request has ended: there is nothing left to stop.",
	tickler.FactReportPending:       "The report of the request '{value}' is still to be mailed without being asked.",
	tickler.FactNotificationPending: "The notification '{value}' is still pending: it is sent without being asked.",
	tickler.FactTooManyWebhooks:     "The account has {1} webhooks, and can't have more. Delete one first.",
	tickler.FactTooManyViews:        "The user has {1} views, and can't have more",

	tickler.FactNeededByTask:        "'{field}' is mandatory for creating a task",
	tickler.FactNeededByAnyTask:     "'{field}' is mandatory for a task",
	tickler.FactNeededByRelation:    "'{field}' is mandatory for creating a task with RelatedEntity {1}",
	tickler.FactNeededByNewRelation: "'{field}' is mandatory for changing a task with RelatedEntity {1}",
	tickler.FactNeededByTaskType:    "'{field}' is mandatory for creating a task type",
	tickler.FactNeededByDataType:    "'{field}' is mandatory for a field of datatype {1}",
	tickler.FactNeededByUser:        "'{field}' is mandatory for creating a user",
	tickler.FactNeededByWebhook:     "'{field}' is mandatory for a webhook",
	tickler.FactNeededByOpportunity: "'{field}' is mandatory for creating an opportunity",
	tickler.FactNeededByView:        "'{field}' is mandatory for a view",
	tickler.FactNamelessLead: "One of 'FirstName', 'LastName', 'EmailAddress', 'Phone' " +
		"is mandatory for creating a lead",
	tickler.FactFieldMissing: "Field name : '{field}' of datatype : '{1}' is mandatory.",

	tickler.FactNoAccount:      "The Account Id '{value}' does not exist in the system",
	tickler.FactNoAccessKey:    "The Access Key '{value}' does not exist in the system",
	tickler.FactNoUser:         "The User Id '{value}' does not exist in the system",
	tickler.FactNoUserAddress:  "The User '{value}' does not exist in the system",
	tickler.FactNoOwner:        "The Owner '{value}' does not exist in the system",
	tickler.FactInactiveOwner:  "The Owner '{value}' is not active",
	tickler.FactNoTask:         "The Task Id '{value}' does not exist in the system",
	tickler.FactNoTaskType:     "The Task Type Id '{value}' does not exist in the system",
	tickler.FactNoTypeForTask:  "The Task Type '{value}' does not exist in the system",
	tickler.FactNoLead:         "The Lead Id '{value}' does not exist in the system",
	tickler.FactNoOpportunity:  "The Opportunity Id '{value}' does not exist in the system",
	tickler.FactNoWebhook:      "The Webhook Id '{value}' does not exist in the system",
	tickler.FactNoDelivery:     "The Delivery Id '{value}' does not exist in the system",
	tickler.FactNoRequest:      "The Request Id '{value}' does not exist in the system",
	tickler.FactNoNotification: "The Notification Id '{value}' does not exist in the system",
	tickler.FactNoView:         "The View Id '{value}' does not exist in the system",

	tickler.FactNoSuchField:    "Unknown attribute '{value}'. The task type '{1}' has no such custom field.",
	tickler.FactNotAnOption:    "'{field}' has the value '{value}', which is not in its list. Allowed values: {1}",
	tickler.FactAccountTaken:   "An account already exists.",
	tickler.FactUserEmailTaken: "A User with same Email already exists.",
	tickler.FactLeadEmailTaken: "A Lead with same Email already exists.",
	tickler.FactLeadPhoneTaken: "A Lead with same Phone Number already exists.",
	tickler.FactTypeNameTaken:  "A Task Type with same Name already exists.",
	tickler.FactWrongKeys: "The API call was made with invalid access credentials. " +
		"Check your AccessKey and SecretKey.",
	tickler.FactWrongPassword: "The e-mail address or the password is wrong.",
	tickler.FactSignedOut:     "Sign in first.",
	tickler.FactNotYourView:   "The view is not yours to change",
	tickler.FactUserGone:      "The user who asked for this is not there any more.",
	tickler.FactNotYourTask: "You may change only tasks that you or your reports own or created. " +
		"The task '{value}' is not among them.",
	tickler.FactOnlyAdministrator: "The User '{value}' is the account's only active administrator. Add another one first.",
	tickler.FactNoAdministrator:   "The account has no active administrator.",
	tickler.FactChanged:           "The task '{value}' was changed since it was read.",
	tickler.FactReusedKey:         "The Idempotency-Key was used before with another body. Use a new key for a new call.",
	tickler.FactUnavailable: "The service is not available right now. " +
		"Try again later, and what matters with an Idempotency-Key.",
	tickler.FactTooManyRequests: "{1} bulk requests of the account are queued or running: " +
		"no more are taken until some have ended. Try again later.",
	tickler.FactOurFault: "The row failed by a fault of ours. It can be sent again.",

	tickler.FactMayNotChangeAccount:   "Only administrators may change the account.",
	tickler.FactMayNotAddUsers:        "Only administrators may add users.",
	tickler.FactMayNotDeactivate:      "Only administrators may shut users out.",
	tickler.FactMayNotReactivate:      "Only administrators may let users in again.",
	tickler.FactMayNotMoveReminders:   "Only administrators may move the reminders of all.",
	tickler.FactMayNotSetPasswords:    "Only administrators may set the passwords of others.",
	tickler.FactMayNotSeeKeys:         "Only administrators may see the access keys of others.",
	tickler.FactMayNotHandleKeys:      "Only administrators may make or revoke the access keys of others.",
	tickler.FactMayNotDefineTaskTypes: "Only an administrator of the account may make and change its task types.",
	tickler.FactMayNotManageWebhooks:  "Only an administrator of the account may see and change its webhooks.",
}

// messageOf spells an error's facts.
func messageOf(e *tickler.Error) string {
	if expected, ok := expectations[e.Fact]; ok {
		return e.Say(wire.InvalidText("{field}", "{value}", expected), spell)
	}
	return e.Say(sentences[e.Fact], spell)
}

// spell writes what a fact speaks of as the wire does.
func spell(part any) string {
	switch p := part.(type) {
	case nil:
		return ""
	case tickler.Field:
		return attributeOf(p)
	case tickler.Category:
		return strconv.Itoa(int(p))
	case time.Time:
		return civil.FormatInstant(p)
	case time.Duration:
		if p%time.Minute == 0 {
			return strconv.Itoa(int(p.Minutes()))
		}
		return p.String()
	case float64:
		return strconv.FormatFloat(p, 'g', -1, 64)
	case []string:
		return strings.Join(p, ", ")
	case []tickler.Field:
		names := make([]string, len(p))
		for i, field := range p {
			names[i] = attributeOf(field)
		}
		return strings.Join(names, ", ")
	default:
		return fmt.Sprint(p)
	}
}
