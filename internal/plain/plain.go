// Package plain spells the domain's facts, and dates and times, in plain English, for people: on
// pages and in the terminal.
package plain

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tickler"
)

// Text spells an error's facts. Instants are written by instant, in the zone and form that the
// reader is used to.
func Text(e *tickler.Error, instant func(time.Time) string) string {
	spell := func(part any) string {
		if at, ok := part.(time.Time); ok {
			return instant(at)
		}
		return words(part)
	}
	if expected, ok := expectations[e.Fact]; ok {
		return e.Say("The {field} can't be '{value}'. Expected "+expected+".", spell)
	}
	return e.Say(sentences[e.Fact], spell)
}

// TextIn spells an error's facts with instants in a zone, for texts that are kept.
func TextIn(e *tickler.Error, zone *time.Location) string {
	return Text(e, func(at time.Time) string { return at.In(zone).Format("2006-01-02 15:04") })
}

func words(part any) string {
	switch p := part.(type) {
	case nil:
		return ""
	case time.Duration:
		if p%time.Minute == 0 {
			return fmt.Sprintf("%d minutes", int(p.Minutes()))
		}
		return p.String()
	case float64:
		return strconv.FormatFloat(p, 'g', -1, 64)
	case tickler.RelatedKind:
		return related[p]
	case []string:
		return strings.Join(p, ", ")
	case []tickler.Field:
		names := make([]string, len(p))
		for i, field := range p {
			names[i] = string(field)
		}
		return strings.Join(names, ", ")
	default:
		return fmt.Sprint(p)
	}
}

var related = map[tickler.RelatedKind]string{
	tickler.RelatedToNobody: "nobody", tickler.RelatedToLead: "a lead", tickler.RelatedToOpportunity: "an opportunity",
}

// expectations say what was expected instead of a value that can't be accepted.
var expectations = map[tickler.Fact]string{
	tickler.FactTooLong:           "at most {1} characters, not {2}",
	tickler.FactValueTooLong:      "at most {1} characters",
	tickler.FactNotVisible:        "a text of which something can be seen",
	tickler.FactOutOfRange:        "a whole number from {1} to {2}",
	tickler.FactNotDegrees:        "degrees from -{1} to {1}",
	tickler.FactNotNumber:         "a number",
	tickler.FactNotBoolean:        "true or false",
	tickler.FactNotDate:           "a date like 2026-03-10",
	tickler.FactNotInstant:        "a date and time like 2026-03-10 09:30:00, in UTC",
	tickler.FactNotPhone:          "a phone number: digits, blanks and + - ( ) . only",
	tickler.FactNotWebAddress:     "an address that starts with http:// or https://",
	tickler.FactNotColor:          "a color like #F8BBD0",
	tickler.FactNotZone:           "a time zone's name, like Asia/Kolkata or UTC",
	tickler.FactNotRateLimit:      "calls and seconds, like 25/5s, or off",
	tickler.FactRateLimitRange:    "1 to {1} calls in 1 to {2} whole seconds, like 25/5s, or off",
	tickler.FactNotOneOf:          "{1}",
	tickler.FactNotCategory:       "an appointment or a to-do",
	tickler.FactOtherCategory:     "{1}, as the task type '{2}' has it",
	tickler.FactNotRelatedKind:    "nobody, a lead or an opportunity",
	tickler.FactOtherOwner:        "the address of the {1} that is named, too",
	tickler.FactOtherType:         "the name of the {1} that is named, too",
	tickler.FactTooManyFields:     "at most {1}",
	tickler.FactTooManyOptions:    "at most {1}",
	tickler.FactTooManyHeaders:    "at most {1}",
	tickler.FactTooManyAttributes: "no more than {1} of them",
	tickler.FactNotDuration:       "{1} to {2} whole minutes for an appointment",
	tickler.FactNotSchemaName:     "mx_Custom_1 to mx_Custom_{1}",
	tickler.FactSchemaNameTwice:   "each name once",
	tickler.FactOptionTwice:       "each option once, in any case",
	tickler.FactNotDataType:       "one of the known ones",
	tickler.FactNoOptionText:      "a text without outer blanks and, where several can be chosen, without {1}",
	tickler.FactNotWebhookURL:     "a URL like https://example.com/hook",
	tickler.FactURLTooLong:        "at most {1} characters",
	tickler.FactLooseEscape:       "a URL in which each % begins an escape like %20",
	tickler.FactURLWithFragment:   "a URL without a fragment: what follows a # is never sent",
	tickler.FactURLWithPassword:   "a URL without user and password: receivers know us by the signature",
	tickler.FactNotHeaderName:     "a header's name, like X-Team",
	tickler.FactReservedHeader:    "a header that we don't set ourselves",
	tickler.FactNotHeaderValue:    "at most {1} characters of ASCII, in one line",
	tickler.FactHeaderTwice:       "each header once, in any case",
}

// sentences spell all other facts.
var sentences = map[tickler.Fact]string{
	tickler.FactNotEmail:           "“{value}” isn't a valid e-mail address. Expected one like mia@example.com.",
	tickler.FactEndsBeforeStart:    "The {field} can't be {value}, before the {1}, {2}.",
	tickler.FactToDoHasDuration:    "A to-do can't have a {field}: it lasts until the end of its day.",
	tickler.FactDefaultAppointment: "The {field} can't be an appointment: a task without a type is a to-do.",
	tickler.FactNoDefault:          "This is the {field}. Make another one the default, and this one stops being it.",

	tickler.FactCancelledTask:  "The task is cancelled and can't be completed. Reopen it first.",
	tickler.FactCompletedTask:  "The task is completed and can't be cancelled. Reopen it first.",
	tickler.FactNotOpen:        "The task is done or cancelled. Reopen it first.",
	tickler.FactNotAhead:       "{value} has passed. Choose a time that is still to come.",
	tickler.FactNoAct:          "There is nothing to undo.",
	tickler.FactNoUndoneAct:    "There is nothing to redo.",
	tickler.FactTooManyTasks:   "At most {1} tasks at once.",
	tickler.FactTooManyMatch:   "More than {1} tasks may match, which is too many to change at once. Narrow the list first.",
	tickler.FactNoneMatch:      "No tasks match any more, so nothing is changed.",
	tickler.FactNotForAll:      "This can be done to tasks that you select, but not to all that match.",
	tickler.FactUndone:         "This request has been undone already.",
	tickler.FactFieldsStay:     "Somebody has changed the task since, so this stays as it is now: {1}. All else is undone.",
	tickler.FactNothingUndone:  "Somebody has changed the task since, so it stays as it is now.",
	tickler.FactNotUndoable:    "This change can't be undone.",
	tickler.FactTouchedTask:    "The task was changed since it was made, so it stays.",
	tickler.FactNotAppointment: "The task is a to-do. Expected an appointment.",
	tickler.FactCategoryInUse: "'{1}' can't become the type of another category, {value}, while tasks have it: " +
		"their ends follow from it. Make a new task type.",
	tickler.FactPasswordTooShort:    "A password needs at least {1} characters.",
	tickler.FactNotPasswordText:     "A password can't have control characters, nor what Unicode has no character for.",
	tickler.FactNotYourPassword:     "This is not your password.",
	tickler.FactNothingToUndo:       "Only a request that has ended and has made or changed tasks can be undone.",
	tickler.FactRequestEnded:        "The request has ended: there is nothing left to stop.",
	tickler.FactReportPending:       "The report of this request is still to be mailed without being asked.",
	tickler.FactNotificationPending: "The notification '{value}' is still pending: it is sent without being asked.",
	tickler.FactTooManyWebhooks:     "The account has {1} webhooks, and can't have more. Delete one first.",
	tickler.FactTooManyViews:        "You have {1} views, and can't have more. Delete one first.",

	tickler.FactNeededByTask:        "A task needs a {field}.",
	tickler.FactNeededByAnyTask:     "A task needs a {field}.",
	tickler.FactNeededByRelation:    "A task that is tied to {1} needs the {field}.",
	tickler.FactNeededByNewRelation: "A task that is tied to {1} needs the {field}.",
	tickler.FactNeededByTaskType:    "A task type needs a {field}.",
	tickler.FactNeededByDataType:    "A field of the data type {1} needs {field}.",
	tickler.FactNeededByUser:        "A user needs an {field}.",
	tickler.FactNeededByWebhook:     "A webhook needs its {field}.",
	tickler.FactNeededByOpportunity: "An opportunity needs a {field}.",
	tickler.FactNeededByView:        "A view needs a {field}.",
	tickler.FactNamelessLead:        "A lead needs a first name, a last name, an e-mail address or a phone number.",
	tickler.FactFieldMissing:        "The field {field} is mandatory.",

	tickler.FactNoAccount:      "There is no account '{value}'.",
	tickler.FactNoAccessKey:    "There is no access key '{value}'.",
	tickler.FactNoUser:         "There is no user '{value}'.",
	tickler.FactNoUserAddress:  "There is no user '{value}'.",
	tickler.FactNoOwner:        "There is no user '{value}' to own it.",
	tickler.FactInactiveOwner:  "{value} is not active, and can't own it.",
	tickler.FactNoTask:         "There is no task '{value}'.",
	tickler.FactNoTaskType:     "There is no task type '{value}'.",
	tickler.FactNoTypeForTask:  "There is no task type '{value}'.",
	tickler.FactNoLead:         "There is no lead '{value}'.",
	tickler.FactNoOpportunity:  "There is no opportunity '{value}'.",
	tickler.FactNoWebhook:      "There is no webhook '{value}'.",
	tickler.FactNoDelivery:     "There is no delivery '{value}'.",
	tickler.FactNoRequest:      "There is no bulk request '{value}'.",
	tickler.FactNoNotification: "There is no notification '{value}'.",
	tickler.FactNoView:         "There is no such view. It may have been deleted.",

	tickler.FactNoSuchField:    "The task type '{1}' has no field '{value}'.",
	tickler.FactNotAnOption:    "The field {field} has no option '{value}'. It has {1}.",
	tickler.FactAccountTaken:   "There is an account already.",
	tickler.FactUserEmailTaken: "A user has this e-mail address already.",
	tickler.FactLeadEmailTaken: "A lead has this e-mail address already.",
	tickler.FactLeadPhoneTaken: "A lead has this phone number already.",
	tickler.FactTypeNameTaken:  "A task type has this name already.",
	tickler.FactWrongKeys:      "The access key or its secret is wrong.",
	tickler.FactWrongPassword:  "The e-mail address or the password is wrong.",
	tickler.FactSignedOut:      "Sign in first.",
	tickler.FactNotYourView:    "Only who made a view, or an administrator, may change it.",
	tickler.FactUserGone:       "The user who asked for this is not there any more.",
	tickler.FactNotYourTask: "You may change only tasks that you or your reports own or created. " +
		"This is not one of them.",
	tickler.FactOnlyAdministrator: "{value} is the account's only active administrator. Add another one first.",
	tickler.FactNoAdministrator:   "The account has no active administrator.",
	tickler.FactChanged:           "The task was changed since you opened it.",
	tickler.FactReusedKey:         "The {field} was used before for something else.",
	tickler.FactUnavailable:       "The service can't answer right now. Try again in a moment.",
	tickler.FactTooManyRequests: "{1} bulk requests of the account are queued or running: " +
		"no more are taken until some have ended. Try again later.",
	tickler.FactOurFault: "This failed by a fault of ours.",

	tickler.FactMayNotChangeAccount:   "Only administrators may change the account.",
	tickler.FactMayNotAddUsers:        "Only administrators may add users.",
	tickler.FactMayNotDeactivate:      "Only administrators may deactivate users.",
	tickler.FactMayNotReactivate:      "Only administrators may let users in again.",
	tickler.FactMayNotMoveReminders:   "Only administrators may move the reminders of all.",
	tickler.FactMayNotSetPasswords:    "Only administrators may set the passwords of others.",
	tickler.FactMayNotSeeKeys:         "Only administrators may see the access keys of others.",
	tickler.FactMayNotHandleKeys:      "Only administrators may make or revoke the access keys of others.",
	tickler.FactMayNotDefineTaskTypes: "Only administrators may make and change task types.",
	tickler.FactMayNotManageWebhooks:  "Only administrators may see and change the webhooks.",
}
