package tickler

// Field names what an error is about, in the domain's own words. Custom fields, and attributes of a
// lead that Tickler does not know, go by the account's own names.
type Field string

// The fields.
const (
	FieldAttribute       Field = "attribute"
	FieldCategory        Field = "category"
	FieldClock           Field = "clock"
	FieldColor           Field = "color"
	FieldContentType     Field = "content type"
	FieldDataType        Field = "data type"
	FieldDateOrder       Field = "order of dates"
	FieldDefault         Field = "default task type"
	FieldDescription     Field = "description"
	FieldDisplayName     Field = "display name"
	FieldDue             Field = "due date"
	FieldDuration        Field = "default duration"
	FieldEffort          Field = "effort"
	FieldEmail           Field = "e-mail address"
	FieldEnd             Field = "end"
	FieldEvent           Field = "event"
	FieldFields          Field = "custom fields"
	FieldFirstName       Field = "first name"
	FieldFrom            Field = "new start"
	FieldHeaders         Field = "headers"
	FieldIdempotencyKey  Field = "idempotency key"
	FieldLastName        Field = "last name"
	FieldLatitude        Field = "latitude"
	FieldLead            Field = "lead"
	FieldNotify          Field = "reminder by e-mail"
	FieldReminder        Field = "reminder"
	FieldState           Field = "state"
	FieldLocation        Field = "location"
	FieldLongitude       Field = "longitude"
	FieldMethod          Field = "method"
	FieldName            Field = "name"
	FieldOldPassword     Field = "old password"
	FieldOptions         Field = "options"
	FieldOwner           Field = "owner"
	FieldOwnerEmail      Field = "owner's e-mail address"
	FieldPassword        Field = "password"
	FieldPercent         Field = "percent completed"
	FieldPhone           Field = "phone"
	FieldPriority        Field = "priority"
	FieldRateLimit       Field = "rate limit"
	FieldRelated         Field = "related lead or opportunity"
	FieldRelatedKind     Field = "kind of related entity"
	FieldReminderDays    Field = "reminder days"
	FieldReminderMinutes Field = "reminder minutes"
	FieldRequest         Field = "bulk request"
	FieldRole            Field = "role"
	FieldSchemaName      Field = "schema name"
	FieldStatusURL       Field = "status URL" // where the end of a bulk request is told
	FieldTask            Field = "task"
	FieldTaskType        Field = "task type"
	FieldSearch          Field = "text" // that is sought
	FieldTo              Field = "new end"
	FieldType            Field = "type"      // of a task
	FieldTypeName        Field = "type name" // of a task
	FieldURL             Field = "URL"
	FieldUsers           Field = "users"
	FieldView            Field = "view"
	FieldWebhook         Field = "webhook"
	FieldWeekStart       Field = "first day of the week"
	FieldZone            Field = "time zone"
)
