package api

import (
	"context"
	"slices"

	"tickler"
	"tickler/internal/api/wire"
	"tickler/internal/app"
)

// whoAmI answers whose keys a program holds.
func (a *API) whoAmI(_ context.Context, c call) (answer, error) {
	u := c.caller.User
	return ok(wire.Object{
		{"Id", u.ID.String()},
		{"Name", u.Name()},
		{"EmailAddress", u.Email},
		{"Role", string(u.Role)},
		{"TimeZone", u.ZoneIn(c.caller.Account.Account).String()},
		{"OrgId", c.caller.Account.ID.String()},
		{"LSQCommonServiceURLs", wire.Object{{"api", a.PublicURL + "/v2/"}, {"app", a.PublicURL}}},
	}), nil
}

// users lists the account's users, inactive ones too.
func (a *API) users(_ context.Context, c call) (answer, error) {
	list := []wire.Object{}
	for _, u := range c.caller.Account.Users() {
		list = append(list, userObject(c.caller, u))
	}
	return ok(list), nil
}

func userObject(caller app.Caller, u tickler.User) wire.Object {
	return wire.Object{
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

// userByID and userByEmail answer an array of the one user, or an empty one.
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
		return answer{}, wire.Missing("emailAddress", "retrieving a user")
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

// foundUserObject is a user as searches give them, with both names that the id has.
func foundUserObject(caller app.Caller, u tickler.User) wire.Object {
	return append(wire.Object{{"UserId", u.ID.String()}}, userObject(caller, u)...)
}

// userSearchShape is the body of User/AdvancedSearch (docs/contract.md section 7). The vendor sorts
// by a list of columns.
var userSearchShape = groupsShape.
	With("Columns", wire.ShapeOf("Include_CSV")).
	With("Sorting", wire.ListOf(sortingShape)).
	With("Paging", pagingShape)

// searchUsers lists the users whom conditions pick, the oldest first unless sorted otherwise.
func (a *API) searchUsers(_ context.Context, c call) (answer, error) {
	r := wire.Read(c.body)
	search := bindUserSearch(r)
	orders := bindUserOrders(r)
	paging := r.Within("Paging")
	page := bindPage(paging)
	r.Merge(paging)
	included := columns(r, "Include_CSV")
	if r.Err() != nil {
		return answer{}, r.Err()
	}
	users := slices.Clone(c.caller.Account.Users())
	users = slices.DeleteFunc(users, func(u tickler.User) bool { return !search.Picks(u) })
	for _, order := range slices.Backward(orders) { // equal ones stay in their order, so that the first column decides
		tickler.SortUsers(users, order.by, order.isDescending)
	}
	total := len(users)
	users = users[min(page.Offset, total):min(page.Offset+page.Limit, total)]
	list := make([]wire.Object, len(users))
	for i, u := range users {
		list[i] = foundUserObject(c.caller, u).Blanked(included)
	}
	return ok(wire.Object{{"SearchInfo", wire.Object{{"RecordCount", total}}}, {"Users", list}}), nil
}

type userOrder struct {
	by           tickler.UserText
	isDescending bool
}

func bindUserOrders(r *wire.Reader) (orders []userOrder) {
	for _, sorting := range r.Each("Sorting") {
		by, isDescending := wire.OneOf(sorting, "ColumnName", userTexts), isDescending(sorting)
		r.Merge(sorting)
		if by != nil {
			orders = append(orders, userOrder{*by, isDescending})
		}
	}
	return orders
}
