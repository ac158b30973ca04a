package api

import (
	"context"
	"slices"

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
		{"TimeZone", u.ZoneIn(c.caller.Account.Account).String()},
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
		{"StatusCode", userStatus(u)},
		{"IsActive", u.Active},
		{"ManagerUserId", idText(u.ManagerID)},
		{"TimeZone", u.ZoneIn(caller.Account.Account).String()},
	}
}

// userByID and userByEmail give an array of the one user, or an empty one.
func (a *API) userByID(_ context.Context, c call) (answer, error) {
	name := "userId"
	if c.query.get(name) == "" && c.query.get("id") != "" {
		name = "id"
	}
	id, err := requiredID(c.query, name, "retrieving a user")
	if err != nil {
		return answer{}, err
	}
	return foundUser(c)(c.caller.Account.User(id)), nil
}

func (a *API) userByEmail(_ context.Context, c call) (answer, error) {
	email := c.query.email("emailAddress")
	if email == "" {
		return answer{}, missing("emailAddress", "retrieving a user")
	}
	return foundUser(c)(c.caller.Account.UserByEmail(email)), nil
}

func foundUser(c call) func(user tickler.User, found bool) answer {
	return func(user tickler.User, found bool) answer {
		if !found {
			return ok([]any{})
		}
		return ok([]any{foundUserObject(c.caller, user)})
	}
}

// foundUserObject is a user as he is found, with both names that his id has.
func foundUserObject(caller app.Caller, u tickler.User) wireObject {
	return append(wireObject{{"UserId", u.ID.String()}}, userObject(caller, u)...)
}

// userSearchShape is the body of User/AdvancedSearch (contract section 7). The vendor sorts by a list of columns.
var userSearchShape = object(append(searchAttributes(),
	attribute{"Columns", object(values("Include_CSV")...)},
	attribute{"Sorting", listOf(object(values("ColumnName", "Direction")...))},
	pagingAttribute)...)

// searchUsers lists the users whom conditions pick, the oldest first unless sorted otherwise.
func (a *API) searchUsers(_ context.Context, c call) (answer, error) {
	r := read(c.body, nil)
	search := bindUserSearch(r)
	orders := bindUserOrders(r)
	paging := r.within("Paging")
	page := bindPage(paging)
	r.merge(paging)
	included := r.columns("Include_CSV")
	if r.err != nil {
		return answer{}, r.err
	}
	users := slices.DeleteFunc(slices.Clone(c.caller.Account.Users()), func(u tickler.User) bool { return !search.Picks(u) })
	for _, order := range slices.Backward(orders) { // equal ones stay in their order, so that the first column decides
		tickler.SortUsers(users, order.by, order.isDescending)
	}
	total := len(users)
	users = users[min(page.Offset, total):min(page.Offset+page.Limit, total)]
	list := make([]wireObject, len(users))
	for i, u := range users {
		list[i] = foundUserObject(c.caller, u).blanked(included)
	}
	return ok(wireObject{{"SearchInfo", wireObject{{"RecordCount", total}}}, {"Users", list}}), nil
}

type userOrder struct {
	by           tickler.UserText
	isDescending bool
}

func bindUserOrders(r *reader) (orders []userOrder) {
	for _, sorting := range r.each("Sorting") {
		by, isDescending := oneOf(sorting, "ColumnName", userTexts), sorting.isDescending()
		r.merge(sorting)
		if by != nil {
			orders = append(orders, userOrder{*by, isDescending})
		}
	}
	return orders
}
