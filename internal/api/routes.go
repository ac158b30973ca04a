package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"tickler"
	"tickler/internal/api/wire"
)

// route is one operation of the API.
type route struct {
	path    string // as documented
	methods []string
	body    *wire.Shape // nil: takes none
	noBody  bool        // it may come without one
	maxBody int64       // bytes
	handle  handler
	dryRun  bool     // it can be tried
	once    bool     // it takes an Idempotency-Key
	own     []string // parameters whose near names are refused: see checkParameters
}

// operation is the route's path, or "unknown" for none.
func (r route) operation() string {
	if r.path == "" {
		return "unknown"
	}
	return r.path
}

// handler answers a call that has keys, a place under the rate limit and a body of its route's shape.
type handler func(a *API, ctx context.Context, c call) (answer, error)

const (
	get  = http.MethodGet
	post = http.MethodPost

	usualBody     = 1 << 20
	bulkBodyLimit = 4 << 20
)

// routes is the table of all calls, by folded path. http.ServeMux would redirect a doubled slash and tell cases apart.
var routes = table(
	route{path: "/v2/Task.svc/Create", methods: []string{post}, body: taskShape, handle: (*API).createTask, dryRun: true, once: true},
	route{path: "/v2/Task.svc/Update", methods: []string{post}, body: updateShape, handle: (*API).updateTask, dryRun: true},
	route{path: "/v2/Task.svc/MarkComplete", methods: []string{get, post}, handle: (*API).markComplete},
	route{path: "/v2/Task.svc/MarkInComplete", methods: []string{get, post}, handle: (*API).markIncomplete},
	route{path: "/v2/Task.svc/Cancel", methods: []string{post}, handle: (*API).cancelTask},
	route{path: "/v2/Task.svc/Retrieve", methods: []string{post}, body: retrieveShape, handle: (*API).retrieveTasks},
	route{path: "/v2/Task.svc/Retrieve.GetById", methods: []string{get}, handle: (*API).retrieveTask},
	route{
		path: "/v2/Task.svc/Bulk/Create", methods: []string{post}, body: bulkCreateShape, maxBody: bulkBodyLimit, handle: (*API).createBulk,
		dryRun: true, once: true,
	},
	route{path: "/v2/Task.svc/Bulk/Status", methods: []string{get}, handle: (*API).bulkStatus},
	route{path: "/v2/Task.svc/Bulk/Report", methods: []string{get}, handle: (*API).bulkReport, own: []string{"format"}},
	route{path: "/v2/Task.svc/DeleteTasks", methods: []string{post}, body: bulkDeleteShape, maxBody: bulkBodyLimit, handle: (*API).deleteTasks},
	route{path: "/v2/Task.svc/BulkUpdateAppointmentTime", methods: []string{post}, body: bulkRescheduleShape, handle: (*API).rescheduleAppointments},
	route{path: "/v2/Task.svc/RetrieveAppointments/ByUserId", methods: []string{post}, body: usersTasksShape, handle: tasksByUserID(tickler.CategoryAppointment)},
	route{path: "/v2/Task.svc/RetrieveAppointments/ByUserEmailAddress", methods: []string{post}, body: usersTasksShape, handle: tasksByUserEmail(tickler.CategoryAppointment)},
	route{path: "/v2/Task.svc/RetrieveAppointments/ByUserSearchCriteria", methods: []string{post}, body: searchTasksShape, handle: tasksByUserSearch(tickler.CategoryAppointment)},
	route{path: "/v2/Task.svc/RetrieveToDos/ByUserId", methods: []string{post}, body: usersTasksShape, handle: tasksByUserID(tickler.CategoryToDo)},
	route{path: "/v2/Task.svc/RetrieveToDos/ByUserEmailAddress", methods: []string{post}, body: usersTasksShape, handle: tasksByUserEmail(tickler.CategoryToDo)},
	route{path: "/v2/Task.svc/RetrieveToDos/ByUserSearchCriteria", methods: []string{post}, body: searchTasksShape, handle: tasksByUserSearch(tickler.CategoryToDo)},
	route{path: "/v2/LeadManagement.svc/RetrieveTaskByLeadId", methods: []string{get}, handle: (*API).tasksByLead, own: paging},
	route{path: "/v2/OpportunityManagement.svc/RetrieveTasksByOpportunityId", methods: []string{get}, handle: (*API).tasksByOpportunity, own: paging},
	route{path: "/v2/Task.svc/RetrieveTaskType", methods: []string{get}, handle: (*API).retrieveTaskTypes},
	route{path: "/v2/Task.svc/TaskType/Create", methods: []string{post}, body: newTaskTypeShape, handle: (*API).createTaskType},
	route{path: "/v2/Task.svc/TaskType/Update", methods: []string{post}, body: taskTypeChangeShape, handle: (*API).updateTaskType},
	route{path: "/v2/LeadManagement.svc/Lead.Create", methods: []string{post}, body: leadShape, handle: (*API).createLead},
	route{path: "/v2/LeadManagement.svc/Lead.Capture", methods: []string{post}, body: leadShape, handle: (*API).captureLead, own: []string{updateBehavior}},
	route{path: "/v2/LeadManagement.svc/Lead.Update", methods: []string{post}, body: leadShape, handle: (*API).updateLead},
	route{path: "/v2/LeadManagement.svc/Leads.Get", methods: []string{post}, body: leadSearchShape, handle: (*API).searchLeads},
	route{path: "/v2/LeadManagement.svc/RetrieveLeadByPhoneNumber", methods: []string{get}, handle: (*API).leadByPhone},
	route{path: "/v2/LeadManagement.svc/Leads.GetById", methods: []string{get}, handle: (*API).leadByID},
	route{path: "/v2/LeadManagement.svc/Leads.GetByEmailaddress", methods: []string{get}, handle: (*API).leadByEmail},
	route{path: "/v2/OpportunityManagement.svc/Opportunity.Create", methods: []string{post}, body: opportunityShape, handle: (*API).createOpportunity},
	route{path: "/v2/OpportunityManagement.svc/GetOpportunitiesOfLead", methods: []string{post}, body: opportunitiesShape, noBody: true, handle: (*API).opportunitiesOfLead},
	route{path: "/v2/Webhook.svc/Create", methods: []string{post}, body: subscriptionShape, handle: (*API).createSubscription},
	route{path: "/v2/Webhook.svc/Retrieve", methods: []string{post}, body: subscriptionRetrieveShape, handle: (*API).retrieveSubscriptions},
	route{path: "/v2/Webhook.svc/Update", methods: []string{post}, body: subscriptionUpdateShape, handle: (*API).updateSubscription},
	route{path: "/v2/Webhook.svc/Delete", methods: []string{post}, body: subscriptionDeleteShape, handle: (*API).deleteSubscription},
	route{path: "/v2/Authentication.svc/UserByAccessKey.Get", methods: []string{get}, handle: (*API).whoAmI},
	route{path: "/v2/UserManagement.svc/Users.Get", methods: []string{get}, handle: (*API).users},
	route{path: "/v2/UserManagement.svc/User/Retrieve/ByUserId", methods: []string{get}, handle: (*API).userByID},
	route{path: "/v2/UserManagement.svc/User/Retrieve/ByEmailAddress", methods: []string{get}, handle: (*API).userByEmail},
	route{path: "/v2/UserManagement.svc/User/AdvancedSearch", methods: []string{post}, body: userSearchShape, handle: (*API).searchUsers},
	route{path: "/v2/UserManagement.svc/User.AdvancedSearch", methods: []string{post}, body: userSearchShape, handle: (*API).searchUsers},
)

func table(all ...route) map[string]route {
	byPath := make(map[string]route, len(all))
	for _, r := range all {
		if r.maxBody == 0 {
			r.maxBody = usualBody
		}
		byPath[foldPath(r.path)] = r
	}
	return byPath
}

// paging are the parameters of a page.
var paging = []string{"Offset", "RowCount", "PageIndex", "PageSize"}

// foldPath is the form in which paths are compared: without regard to case, a doubled slash and one at the end forgiven (contract
// section 1).
func foldPath(path string) string {
	path = wire.Fold(path)
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return strings.TrimSuffix(path, "/")
}

// Serves tells whether a path is the API's to answer, be it with a 404: whatever lies under /v2, the document, and the
// services of a client that leaves /v2 out.
func Serves(path string) bool {
	path = foldPath(path)
	return path == openAPIPath || path == "/v2" || strings.HasPrefix(path, "/v2/") || strings.Contains(path+"/", ".svc/")
}

// allows reports whether a method is one of those allowed. HEAD is where GET is.
func allows(methods []string, method string) bool {
	return slices.Contains(methods, method) || method == http.MethodHead && slices.Contains(methods, get)
}
