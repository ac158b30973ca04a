package tickler

// Field names what is spoken of, in the domain's own words. A custom field goes by its schema name.
type Field string

// Fields of a task.
const (
	FieldName        Field = "name"
	FieldDescription Field = "description"
	FieldType        Field = "type"
	FieldRelated     Field = "related lead or opportunity"
	FieldOwner       Field = "owner"
	FieldDue         Field = "due date"
	FieldEnd         Field = "end"
	FieldReminder    Field = "reminder"
	FieldNotify      Field = "reminder by e-mail"
	FieldLocation    Field = "location"
	FieldPriority    Field = "priority"
	FieldPercent     Field = "percent completed"
	FieldEffort      Field = "effort"
	FieldLatitude    Field = "latitude"
	FieldLongitude   Field = "longitude"
	FieldState       Field = "state"
)
