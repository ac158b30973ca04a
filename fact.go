package tickler

import "strings"

// Fact says what is wrong. The list is closed, and each surface has one sentence for each. What a
// fact mentions besides its field and value is listed behind it, in order: {1}, {2}.
type Fact string

// Values that can't be accepted, by what was expected instead: KindInvalid.
const (
	FactTooLong            Fact = "too long"       // most characters, characters there are
	FactValueTooLong       Fact = "value too long" // most characters; of a custom field
	FactNotVisible         Fact = "nothing to be seen"
	FactOutOfRange         Fact = "out of range"    // least and greatest whole number
	FactNotDegrees         Fact = "no such degrees" // the greatest
	FactNotNumber          Fact = "not a number"
	FactNotBoolean         Fact = "not true or false"
	FactNotDate            Fact = "not a date"
	FactNotInstant         Fact = "not a date and time"
	FactNotEmail           Fact = "not an e-mail address"
	FactNotPhone           Fact = "not a phone number"
	FactNotWebAddress      Fact = "not a web address"
	FactNotColor           Fact = "not a color"
	FactNotZone            Fact = "not a time zone"
	FactNotRateLimit       Fact = "not a rate limit"
	FactRateLimitRange     Fact = "rate limit out of range" // most calls, longest window in seconds
	FactNotOneOf           Fact = "not one of"              // OneOf
	FactNotCategory        Fact = "not a category"
	FactOtherCategory      Fact = "not its type's category" // the type's Category and name
	FactNotRelatedKind     Fact = "not a kind of relation"
	FactEndsBeforeStart    Fact = "ends before it starts"   // the Field of the start, its instant
	FactOtherOwner         Fact = "not the owner's address" // the Field that names the owner
	FactOtherType          Fact = "not the type's name"     // the Field that names the type
	FactTooManyFields      Fact = "too many custom fields"  // most
	FactTooManyOptions     Fact = "too many options"        // most
	FactTooManyHeaders     Fact = "too many headers"        // most
	FactTooManyAttributes  Fact = "too many attributes"     // most
	FactNotDuration        Fact = "not a duration"          // least and most minutes of an appointment
	FactToDoHasDuration    Fact = "to-dos have no duration"
	FactDefaultAppointment Fact = "the default is a to-do"
	FactNoDefault          Fact = "no default would be left"
	FactNotSchemaName      Fact = "not a schema name" // how many there are
	FactSchemaNameTwice    Fact = "schema name given twice"
	FactOptionTwice        Fact = "option given twice"
	FactNotDataType        Fact = "not a data type"
	FactNoOptionText       Fact = "not an option's text" // what separates options
	FactNotWebhookURL      Fact = "not a webhook's URL"
	FactURLTooLong         Fact = "URL too long" // most characters
	FactLooseEscape        Fact = "a % without an escape"
	FactURLWithFragment    Fact = "URL with a fragment"
	FactURLWithPassword    Fact = "URL with a password" //nolint:gosec // it holds none
	FactNotHeaderName      Fact = "not a header's name"
	FactReservedHeader     Fact = "a header of ours"
	FactNotHeaderValue     Fact = "not a header's value" // most characters
	FactHeaderTwice        Fact = "header given twice"
)

// What can't be done as things stand: KindInvalid.
const (
	FactCancelledTask       Fact = "a cancelled task can't be completed"
	FactCompletedTask       Fact = "a completed task can't be cancelled"
	FactNotOpen             Fact = "the task is not open"
	FactNotAhead            Fact = "not in the future"
	FactNotUndoable         Fact = "the change can't be undone"
	FactTouchedTask         Fact = "the task was changed since it was made"
	FactNotAppointment      Fact = "not an appointment"
	FactCategoryInUse       Fact = "tasks have the type" // the type's name and old Category
	FactPasswordTooShort    Fact = "password too short"  // least characters
	FactNotPasswordText     Fact = "not a password's characters"
	FactNotYourPassword     Fact = "not your password"
	FactNothingToUndo       Fact = "nothing to undo"
	FactNoAct               Fact = "no act to undo"
	FactNoUndoneAct         Fact = "no act to redo"
	FactTooManyTasks        Fact = "too many tasks for one act" // most
	FactTooManyMatch        Fact = "too many tasks match"       // most
	FactNoneMatch           Fact = "no tasks match"
	FactNotForAll           Fact = "not for all tasks that match"
	FactUndone              Fact = "the request is undone"
	FactFieldsStay          Fact = "fields were changed since" // the fields
	FactNothingUndone       Fact = "all fields were changed since"
	FactRequestEnded        Fact = "the request has ended"
	FactReportPending       Fact = "the report is still to be mailed"
	FactNotificationPending Fact = "the notification is still pending"
	FactTooManyWebhooks     Fact = "too many webhooks" // most
	FactTooManyViews        Fact = "too many views"    // most
)

// What is missing: KindMissing, but for FactFieldMissing.
const (
	FactNeededByTask        Fact = "needed for a new task"
	FactNeededByAnyTask     Fact = "needed for a task"
	FactNeededByRelation    Fact = "needed for a new task that is tied to something"     // RelatedKind
	FactNeededByNewRelation Fact = "needed for a changed task that is tied to something" // RelatedKind
	FactNeededByTaskType    Fact = "needed for a task type"
	FactNeededByDataType    Fact = "needed for a field of this data type" // DataType
	FactNeededByUser        Fact = "needed for a user"
	FactNeededByWebhook     Fact = "needed for a webhook"
	FactNeededByOpportunity Fact = "needed for an opportunity"
	FactNeededByView        Fact = "needed by a view"
	FactNamelessLead        Fact = "nothing tells the lead from others"
	FactFieldMissing        Fact = "a mandatory custom field is missing" // DataType; KindMissingField
)

// What does not exist, with the id or name that was given as the value: KindUnknownEntity.
const (
	FactNoAccount      Fact = "no such account"
	FactNoAccessKey    Fact = "no such access key"
	FactNoUser         Fact = "no such user"
	FactNoUserAddress  Fact = "no user of that address"
	FactNoOwner        Fact = "no such owner"
	FactInactiveOwner  Fact = "the owner is not active"
	FactNoTask         Fact = "no such task"
	FactNoTaskType     Fact = "no such task type"
	FactNoTypeForTask  Fact = "no such type for a task"
	FactNoLead         Fact = "no such lead"
	FactNoOpportunity  Fact = "no such opportunity"
	FactNoWebhook      Fact = "no such webhook"
	FactNoDelivery     Fact = "no such delivery"
	FactNoRequest      Fact = "no such bulk request"
	FactNoNotification Fact = "no such notification"
	FactNoView         Fact = "no such view"
)

// Others, each of the kind that factsOfKind says.
const (
	FactNoSuchField       Fact = "the type has no such field" // the type's name
	FactNotAnOption       Fact = "not an option of the field" // the options
	FactAccountTaken      Fact = "an account exists already"
	FactUserEmailTaken    Fact = "a user has the address already"
	FactLeadEmailTaken    Fact = "a lead has the address already"
	FactLeadPhoneTaken    Fact = "a lead has the number already"
	FactTypeNameTaken     Fact = "a task type has the name already"
	FactWrongKeys         Fact = "wrong access keys"
	FactWrongPassword     Fact = "wrong e-mail address or password" //nolint:gosec // it holds none
	FactSignedOut         Fact = "not signed in"
	FactUserGone          Fact = "the user is not there any more"
	FactNotYourTask       Fact = "not a task of yours"
	FactNotYourView       Fact = "not a view of yours"
	FactOnlyAdministrator Fact = "the only active administrator" // the value is the address
	FactNoAdministrator   Fact = "the account has no active administrator"
	FactChanged           Fact = "changed since it was read"
	FactReusedKey         Fact = "key used for another body"
	FactUnavailable       Fact = "not available right now"
	FactTooManyRequests   Fact = "too many bulk requests are waiting" // most
	FactOurFault          Fact = "a fault of ours"                    // of a bulk request's row; it has no kind
)

// What only administrators may do: KindForbidden.
const (
	FactMayNotChangeAccount   Fact = "only administrators may change the account"
	FactMayNotAddUsers        Fact = "only administrators may add users"
	FactMayNotDeactivate      Fact = "only administrators may deactivate users"
	FactMayNotReactivate      Fact = "only administrators may let users in again"
	FactMayNotMoveReminders   Fact = "only administrators may move the reminders of all"
	FactMayNotSetPasswords    Fact = "only administrators may set the passwords of others"
	FactMayNotSeeKeys         Fact = "only administrators may see the access keys of others"
	FactMayNotHandleKeys      Fact = "only administrators may make or revoke the access keys of others"
	FactMayNotDefineTaskTypes Fact = "only administrators may define task types"
	FactMayNotManageWebhooks  Fact = "only administrators may manage webhooks"
)

// factsOfKind lists the facts of every kind but KindInvalid, which is that of all others.
var factsOfKind = map[Kind][]Fact{
	KindMissing: {
		FactNeededByTask, FactNeededByAnyTask, FactNeededByRelation, FactNeededByNewRelation, FactNeededByTaskType,
		FactNeededByDataType, FactNeededByUser, FactNeededByWebhook, FactNeededByOpportunity, FactNeededByView, FactNamelessLead,
	},
	KindMissingField: {FactFieldMissing},
	KindUnknownEntity: {
		FactNoAccount, FactNoAccessKey, FactNoUser, FactNoUserAddress, FactNoOwner, FactInactiveOwner, FactNoTask,
		FactNoTaskType, FactNoTypeForTask, FactNoLead, FactNoOpportunity, FactNoWebhook, FactNoDelivery, FactNoRequest,
		FactNoNotification, FactNoView,
	},
	KindUnknownField: {FactNoSuchField},
	KindNotAnOption:  {FactNotAnOption},
	KindDuplicate: {
		FactAccountTaken, FactUserEmailTaken, FactLeadEmailTaken, FactLeadPhoneTaken, FactTypeNameTaken,
	},
	KindUnauthenticated: {FactWrongKeys, FactWrongPassword, FactSignedOut},
	KindForbidden: {
		FactUserGone, FactNotYourTask, FactNotYourView, FactOnlyAdministrator, FactNoAdministrator, FactMayNotChangeAccount,
		FactMayNotAddUsers, FactMayNotDeactivate, FactMayNotReactivate, FactMayNotMoveReminders,
		FactMayNotSetPasswords, FactMayNotSeeKeys, FactMayNotHandleKeys, FactMayNotDefineTaskTypes,
		FactMayNotManageWebhooks,
	},
	KindReusedKey:   {FactReusedKey},
	KindUnavailable: {FactUnavailable, FactTooManyRequests},
	0:               {FactOurFault},
}

var kindOfFact = func() map[Fact]Kind {
	kinds := map[Fact]Kind{}
	for kind, facts := range factsOfKind {
		for _, fact := range facts {
			kinds[fact] = kind
		}
	}
	return kinds
}()

// Kind returns the kind of errors that state the fact; 0 for an internal fault.
func (f Fact) Kind() Kind {
	if kind, ok := kindOfFact[f]; ok {
		return kind
	}
	return KindInvalid
}

// OneOf lists what a value can be.
type OneOf []string

// String joins the list as "a, b or c".
func (o OneOf) String() string {
	if len(o) < 2 {
		return strings.Join(o, "")
	}
	last := len(o) - 1
	return strings.Join(o[:last], ", ") + " or " + o[last]
}
