package client

import (
	"context"
	"iter"
	"net/url"
)

// Caller is the user as whom calls run.
type Caller struct {
	ID           string `json:"Id"`
	Name         string
	EmailAddress string
	Role         string // Administrator, Marketing_User or Sales_User
	TimeZone     string // a name of the IANA database
	OrgID        string `json:"OrgId"` // the account
	ServiceURLs  struct {
		API string `json:"api"`
		App string `json:"app"`
	} `json:"LSQCommonServiceURLs"`
}

// WhoAmI returns whose keys the client has.
func (c *Client) WhoAmI(ctx context.Context) (Caller, error) {
	return read[Caller](ctx, c, call{method: get, operation: "Authentication.svc/UserByAccessKey.Get"})
}

// User is a member of the account, who can own tasks.
type User struct {
	ID            string
	UserID        string `json:"UserId"` // the same, as User, UserByEmail and SearchUsers call it
	FirstName     string
	LastName      string
	EmailAddress  string
	Role          string // Administrator, Marketing_User or Sales_User
	StatusCode    int    // 0 active, 1 inactive
	IsActive      bool
	ManagerUserID string `json:"ManagerUserId"` // whom they report to; empty for nobody
	TimeZone      string // a name of the IANA database
}

// Users returns all users of the account, inactive ones too.
func (c *Client) Users(ctx context.Context) ([]User, error) {
	return read[[]User](ctx, c, call{method: get, operation: "UserManagement.svc/Users.Get"})
}

// User finds a user by id.
func (c *Client) User(ctx context.Context, id string) (user User, found bool, err error) {
	return one[User](ctx, c, "UserManagement.svc/User/Retrieve/ByUserId", url.Values{"userId": {id}})
}

// UserByEmail finds a user by e-mail address, in any case.
func (c *Client) UserByEmail(ctx context.Context, email string) (user User, found bool, err error) {
	return one[User](ctx, c, "UserManagement.svc/User/Retrieve/ByEmailAddress", url.Values{"emailAddress": {email}})
}

// GroupCondition is what must hold of users: conditions, or groups of them within each other.
type GroupCondition struct {
	Condition       []Condition      `json:",omitempty"`
	GroupConditions []GroupCondition `json:",omitempty"`
	GroupOperator   string           `json:",omitempty"` // AND or OR, between this group and the next one
}

// Condition is what must hold of one attribute of a user.
type Condition struct {
	LookupName        string // an attribute, such as FirstName
	Operator          string // eq, neq, lik (contains) or lik_s (starts with)
	LookupValue       string
	ConditionOperator string `json:",omitempty"` // AND or OR, between this condition and the next one
}

// UserSearch picks users.
type UserSearch struct {
	GroupConditions []GroupCondition
	Sorting         []Sorting `json:",omitempty"` // by the first, then by the next
	Paging          Paging    `json:",omitzero"`
}

type userList struct {
	SearchInfo struct{ RecordCount int }
	Users      []User
}

// SearchUsers returns a page of the users who match.
func (c *Client) SearchUsers(ctx context.Context, search UserSearch) (List[User], error) {
	found, err := read[userList](ctx, c, call{
		method: post, operation: "UserManagement.svc/User/AdvancedSearch", body: search,
	})
	return List[User]{RecordCount: found.SearchInfo.RecordCount, List: found.Users}, err
}

// AllUsersFound goes through all users that SearchUsers has on its pages, whatever search.Paging
// says.
func (c *Client) AllUsersFound(ctx context.Context, search UserSearch) iter.Seq2[User, error] {
	return each(func(paging Paging) (List[User], error) {
		search.Paging = paging
		return c.SearchUsers(ctx, search)
	})
}
