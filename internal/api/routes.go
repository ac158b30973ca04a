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
	dryRun  bool     // it can be a dry run
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

// handler answers a call that has keys, a place under the rate limit and a body of its route's
// shape.
type handler func(a *API, ctx context.Context, c call) (answer, error)

const (
	get  = http.MethodGet
	post = http.MethodPost

	usualBody     = 1 << 20
	bulkBodyLimit = 4 << 20
)

// routes is the table of all calls, by folded path. http.ServeMux would redirect a doubled slash
// and tell cases apart.
var routes = table(
	route{
		path: "/v2/Task.svc/Create", methods: []string{post}, body: taskShape,
		handle: (*API).createTask, dryRun: true, once: true,
	},
	route{
		path: "/v2/Task.svc/Update", methods: []string{post}, body: updateShape,
		handle: (*API).updateTask, dryRun: true,
	},
	route{
		path: "/v2/Task.svc/MarkComplete", methods: []string{get, post}, body: completeShape, noBody: true,
		handle: (*API).markComplete, own: []string{"note"},
	},
	route{path: "/v2/Task.svc/MarkInComplete", methods: []string{get, post}, handle: (*API).markIncomplete},
	route{path: "/v2/Task.svc/Cancel", methods: []string{post}, handle: (*API).cancelTask},
	onPost("/v2/Task.svc/Retrieve", retrieveShape, (*API).retrieveTasks),
	onGet("/v2/Task.svc/Retrieve.GetById", (*API).retrieveTask),
	route{
		path: "/v2/Task.svc/Bulk/Create", methods: []string{post}, body: bulkCreateShape, maxBody: bulkBodyLimit,
		handle: (*API).createBulk, dryRun: true, once: true,
	},
	route{
		path: "/v2/Task.svc/Bulk/Update", methods: []string{post}, body: bulkUpdateShape, maxBody: bulkBodyLimit,
		handle: (*API).updateBulk, dryRun: true, once: true,
	},
	onGet("/v2/Task.svc/Bulk/Status", (*API).bulkStatus),
	route{path: "/v2/Task.svc/Bulk/Report", methods: []string{get}, handle: (*API).bulkReport, own: []string{"format"}},
	route{
		path: "/v2/Task.svc/DeleteTasks", methods: []string{post}, body: bulkDeleteShape, maxBody: bulkBodyLimit,
		handle: (*API).deleteTasks,
	},
	onPost("/v2/Task.svc/BulkUpdateAppointmentTime", bulkRescheduleShape, (*API).rescheduleAppointments),
	onPost("/v2/Task.svc/RetrieveAppointments/ByUserId", usersTasksShape, tasksByUserID(tickler.CategoryAppointment)),
	onPost("/v2/Task.svc/RetrieveAppointments/ByUserEmailAddress",
		usersTasksShape, tasksByUserEmail(tickler.CategoryAppointment)),
	onPost("/v2/Task.svc/RetrieveAppointments/ByUserSearchCriteria",
		searchTasksShape, tasksByUserSearch(tickler.CategoryAppointment)),
	onPost("/v2/Task.svc/RetrieveToDos/ByUserId", usersTasksShape, tasksByUserID(tickler.CategoryToDo)),
	onPost("/v2/Task.svc/RetrieveToDos/ByUserEmailAddress", usersTasksShape, tasksByUserEmail(tickler.CategoryToDo)),
	onPost("/v2/Task.svc/RetrieveToDos/ByUserSearchCriteria",
		searchTasksShape, tasksByUserSearch(tickler.CategoryToDo)),
	route{
		path: "/v2/LeadManagement.svc/RetrieveTaskByLeadId", methods: []string{get},
		handle: (*API).tasksByLead, own: paging,
	},
	route{
		path: "/v2/OpportunityManagement.svc/RetrieveTasksByOpportunityId", methods: []string{get},
		handle: (*API).tasksByOpportunity, own: paging,
	},
	onGet("/v2/Task.svc/RetrieveTaskType", (*API).retrieveTaskTypes),
	onPost("/v2/Task.svc/TaskType/Create", newTaskTypeShape, (*API).createTaskType),
	onPost("/v2/Task.svc/TaskType/Update", taskTypeChangeShape, (*API).updateTaskType),
	onPost("/v2/LeadManagement.svc/Lead.Create", leadShape, (*API).createLead),
	route{
		path: "/v2/LeadManagement.svc/Lead.Capture", methods: []string{post}, body: leadShape,
		handle: (*API).captureLead, own: []string{updateBehavior},
	},
	onPost("/v2/LeadManagement.svc/Lead.Update", leadShape, (*API).updateLead),
	onPost("/v2/LeadManagement.svc/Leads.Get", leadSearchShape, (*API).searchLeads),
	onGet("/v2/LeadManagement.svc/RetrieveLeadByPhoneNumber", (*API).leadByPhone),
	onGet("/v2/LeadManagement.svc/Leads.GetById", (*API).leadByID),
	onGet("/v2/LeadManagement.svc/Leads.GetByEmailaddress", (*API).leadByEmail),
	onPost("/v2/OpportunityManagement.svc/Opportunity.Create", opportunityShape, (*API).createOpportunity),
	route{
		path: "/v2/OpportunityManagement.svc/GetOpportunitiesOfLead", methods: []string{post},
		body: opportunitiesShape, noBody: true, handle: (*API).opportunitiesOfLead,
	},
	onPost("/v2/Webhook.svc/Create", subscriptionShape, (*API).createSubscription),
	onPost("/v2/Webhook.svc/Retrieve", subscriptionRetrieveShape, (*API).retrieveSubscriptions),
	onPost("/v2/Webhook.svc/Update", subscriptionUpdateShape, (*API).updateSubscription),
	onPost("/v2/Webhook.svc/Delete", subscriptionDeleteShape, (*API).deleteSubscription),
	onGet("/v2/Authentication.svc/UserByAccessKey.Get", (*API).whoAmI),
	onGet("/v2/UserManagement.svc/Users.Get", (*API).users),
	onGet("/v2/UserManagement.svc/User/Retrieve/ByUserId", (*API).userByID),
	onGet("/v2/UserManagement.svc/User/Retrieve/ByEmailAddress", (*API).userByEmail),
	onPost("/v2/UserManagement.svc/User/AdvancedSearch", userSearchShape, (*API).searchUsers),
	onPost("/v2/UserManagement.svc/User.AdvancedSearch", userSearchShape, (*API).searchUsers),
)

func onGet(path string, handle handler) route {
	return route{path: path, methods: []string{get}, handle: handle}
}

func onPost(path string, body *wire.Shape, handle handler) route {
	return route{path: path, methods: []string{post}, body: body, handle: handle}
}

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

// foldPath is the form in which paths are compared: without regard to case, a doubled slash and one
// at the end forgiven (docs/contract.md section 1).
func foldPath(path string) string {
	path = wire.Fold(path)
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return strings.TrimSuffix(path, "/")
}

// Serves reports whether a path is the API's to answer, if only with a 404: whatever lies under
// /v2, the document, and the services of a client that leaves /v2 out.
func Serves(path string) bool {
	path = foldPath(path)
	return path == openAPIPath || path == "/v2" || strings.HasPrefix(path, "/v2/") ||
		strings.Contains(path+"/", ".svc/")
}

// allows reports whether a method is one of those allowed. HEAD is where GET is.
func allows(methods []string, method string) bool {
	return slices.Contains(methods, method) || method == http.MethodHead && slices.Contains(methods, get)
}
