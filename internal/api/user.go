package api

import (
	"context"

	"tickler"
	"tickler/internal/app"
)

// whoAmI tells a program whose keys it holds.
func (a *API) whoAmI(_ context.Context, c call) (answer, error) {
	u := c.caller.User
	return ok(wireObject{
		{"Id", u.ID.String()},
		{"Name", u.Name()},
		{"EmailAddress", u.Email},
		{"Role", string(u.Role)},
		{"TimeZone", zoneName(c.caller, u)},
		{"OrgId", c.caller.Account.ID.String()},
		{"LSQCommonServiceURLs", wireObject{{"api", a.PublicURL + "/v2/"}, {"app", a.PublicURL}}},
	}), nil
}

// users lists the account's users, inactive ones too.
func (a *API) users(_ context.Context, c call) (answer, error) {
	list := []wireObject{}
	for _, u := range c.caller.Account.Users() {
		list = append(list, userObject(c.caller, u))
	}
	return ok(list), nil
}

func userObject(caller app.Caller, u tickler.User) wireObject {
	return wireObject{
		{"ID", u.ID.String()},
		{"FirstName", u.FirstName},
		{"LastName", u.LastName},
		{"EmailAddress", u.Email},
		{"Role", string(u.Role)},
		{"StatusCode", u.StatusCode()},
		{"IsActive", u.Active},
		{"ManagerUserId", idText(u.ManagerID)},
		{"TimeZone", zoneName(caller, u)},
	}
}

// zoneName is the user's own zone, or the account's.
func zoneName(caller app.Caller, u tickler.User) string {
	if u.Zone != nil {
		return u.Zone.String()
	}
	return caller.Account.Zone.String()
}
