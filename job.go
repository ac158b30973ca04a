package tickler

// The kinds of background jobs, by the names that they are stored under.
const (
	MailJob        = "mail"         // mail a notification
	WebhookJob     = "webhook"      // hand a delivery over
	BulkJob        = "bulk"         // run a bulk request
	BulkRemovalJob = "bulk-removal" // run one that removes tasks: these can be long, and have workers of their own
	BulkChangeJob  = "bulk-change"  // run one that changes tasks: the same
	ReportJob      = "report"       // mail a bulk request's report
	// SubscriptionJob carries out what follows when a subscription was created, changed, resumed or
	// removed.
	SubscriptionJob = "subscription"
	AlarmJob        = "alarm" // mail an administrator that a subscription's receiver fails
)
