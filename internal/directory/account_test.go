package directory_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/directory"
)

func accountOf(users []tickler.User, types ...tickler.TaskType) *directory.Account {
	return directory.NewAccount(tickler.Account{ID: id(1)}, users, types)
}

func TestFindsUsersAndTypes(t *testing.T) {
	ada := tickler.User{ID: id(1), Email: "Ada@Example.com", Role: tickler.SalesUser}
	bob := tickler.User{ID: id(2), Email: "bob@example.com", Role: tickler.SalesUser, Active: true}
	meeting := tickler.TaskType{ID: id(3), Name: "Meeting"}
	toDo := tickler.TaskType{ID: id(4), Name: "To-Do", IsDefault: true}
	account := accountOf([]tickler.User{ada, bob}, meeting, toDo)

	if got, ok := account.User(id(1)); !ok || got != ada {
		t.Errorf("User gave %v, %t: an inactive user must be found too", got, ok)
	}
	if got, ok := account.UserByEmail(" ADA@example.com"); !ok || got != ada {
		t.Errorf("UserByEmail in another case gave %v, %t", got, ok)
	}
	for _, spelling := range []string{"joerg@xn--exmple-cua.com", "joerg@exa\u0308mple.com"} {
		joerg := tickler.User{ID: id(5), Email: "joerg@exämple.com"}
		if got, ok := accountOf([]tickler.User{ada, joerg}).UserByEmail(spelling); !ok || got != joerg {
			t.Errorf("UserByEmail of %q gave %v, %t", spelling, got, ok)
		}
	}
	if _, ok := account.UserByEmail(""); ok {
		t.Error("somebody has no address")
	}
	if _, ok := account.User(tickler.ID{}); ok {
		t.Error("somebody has the zero ID")
	}
	if got, ok := account.TaskTypeByName("meeting "); !ok || got.ID != meeting.ID {
		t.Errorf("TaskTypeByName in another case gave %v, %t", got, ok)
	}
	if got, ok := account.TaskType(toDo.ID); !ok || got.Name != toDo.Name {
		t.Errorf("TaskType gave %v, %t", got, ok)
	}
	if got := account.DefaultTaskType(); got.ID != toDo.ID {
		t.Errorf("the default type is %q", got.Name)
	}
	if got := account.Users(); !slices.Equal(got, []tickler.User{ada, bob}) {
		t.Errorf("Users gave %v", got)
	}
	if got := account.TaskTypes(); len(got) != 2 || got[0].ID != meeting.ID || got[1].ID != toDo.ID {
		t.Errorf("TaskTypes gave %v", got)
	}
}

func TestAdministratorIsTheOldestActiveOne(t *testing.T) {
	user := func(n byte, role tickler.Role, active bool) tickler.User {
		return tickler.User{ID: id(n), Role: role, Active: active}
	}
	gone := user(1, tickler.Administrator, false)
	seller := user(2, tickler.SalesUser, true)
	first := user(3, tickler.Administrator, true)
	second := user(4, tickler.Administrator, true)
	for _, test := range []struct {
		users []tickler.User
		want  tickler.User
	}{
		{nil, tickler.User{}},
		{[]tickler.User{gone, seller}, tickler.User{}},
		{[]tickler.User{gone, seller, first, second}, first},
	} {
		got, ok := accountOf(test.users).Administrator()
		if got != test.want || ok != !test.want.ID.IsZero() {
			t.Errorf("of %v: %v, %t", test.users, got, ok)
		}
	}
}

func TestTeam(t *testing.T) {
	manages := func(pairs ...[2]byte) []tickler.User { // manager, report
		var users []tickler.User
		for _, pair := range pairs {
			u := tickler.User{ID: id(pair[1])}
			if pair[0] != 0 {
				u.ManagerID = id(pair[0])
			}
			users = append(users, u)
		}
		return users
	}
	for name, test := range map[string]struct {
		users []tickler.User
		of    byte
		want  []byte
	}{
		"nobody":                     {manages([2]byte{0, 1}, [2]byte{0, 2}), 1, []byte{1}},
		"a stranger":                 {nil, 9, []byte{9}},
		"no user":                    {manages([2]byte{0, 1}, [2]byte{0, 2}), 0, nil},
		"any depth":                  {manages([2]byte{0, 1}, [2]byte{1, 2}, [2]byte{2, 3}, [2]byte{3, 4}, [2]byte{1, 5}), 1, []byte{1, 2, 5, 3, 4}},
		"no manager above":           {manages([2]byte{0, 1}, [2]byte{1, 2}, [2]byte{2, 3}), 2, []byte{2, 3}},
		"himself":                    {manages([2]byte{1, 1}), 1, []byte{1}},
		"a circle":                   {manages([2]byte{3, 1}, [2]byte{1, 2}, [2]byte{2, 3}), 2, []byte{2, 3, 1}},
		"beside a circle":            {manages([2]byte{2, 1}, [2]byte{1, 2}, [2]byte{1, 3}), 3, []byte{3}},
		"a manager who is not there": {manages([2]byte{8, 1}), 1, []byte{1}},
	} {
		want := make([]tickler.ID, len(test.want))
		for i, n := range test.want {
			want[i] = id(n)
		}
		if got := accountOf(test.users).Team(id(test.of)); !slices.Equal(got, want) {
			t.Errorf("%s: Team(%d) = %v", name, test.of, got)
		}
	}
}

// A user belongs to a team if and only if their chain of managers leads to its head, for any table
// of managers.
func TestTeamIsWhoseManagersLeadThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const most = 8
		managers := rapid.SliceOfN(rapid.ByteRange(0, most), 1, most).Draw(t, "managers") // of user i+1; 0: none
		var users []tickler.User
		for i, manager := range managers {
			u := tickler.User{ID: id(byte(i + 1))}
			if manager != 0 {
				u.ManagerID = id(manager)
			}
			users = append(users, u)
		}
		head := rapid.ByteRange(1, byte(len(managers))).Draw(t, "head")
		account := accountOf(users)
		team := account.Team(id(head))
		for i := range managers {
			at, leads := byte(i+1), false
			for range most {
				leads = leads || at == head
				if at != 0 && int(at) <= len(managers) {
					at = managers[at-1]
				}
			}
			if account.IsInTeam(id(head), id(byte(i+1))) != leads {
				t.Fatalf("of the team of %d under %v, IsInTeam(%d) is not %t", head, managers, i+1, leads)
			}
			if got := slices.Contains(team, id(byte(i+1))); got != leads {
				t.Fatalf("of the team of %d under %v, %d is in: %t, want %t", head, managers, i+1, got, leads)
			}
		}
		if len(slices.Compact(slices.SortedFunc(slices.Values(team), func(a, b tickler.ID) int { return int(a[0]) - int(b[0]) }))) != len(team) {
			t.Fatalf("somebody is in %v twice", team)
		}
	})
}

// A team is computed once, however many tasks are checked against it.
func TestATeamIsMadeOnce(t *testing.T) {
	account := accountOf([]tickler.User{{ID: id(1)}, {ID: id(2), ManagerID: id(1)}})
	if first, again := account.Team(id(1)), account.Team(id(1)); &first[0] != &again[0] {
		t.Error("it was made twice")
	}
	if !account.IsInTeam(id(1), id(2)) || account.IsInTeam(id(2), id(1)) || account.IsInTeam(tickler.ID{}, id(1)) || account.IsInTeam(tickler.ID{}, tickler.ID{}) {
		t.Error("who is in it is wrong")
	}
}

// What was kept before names were composed is found by a name that is, and is the same as one that is sent.
func TestNamesAreComposed(t *testing.T) {
	types := []tickler.TaskType{{ID: id(3), Name: "Cafe\u0301", Fields: []tickler.CustomField{
		{SchemaName: "mx_Custom_1", DisplayName: "E\u0301tage", DataType: tickler.DropdownData, Options: []string{"Rene\u0301"}},
	}}}
	account := accountOf([]tickler.User{{ID: id(1), FirstName: "Rene\u0301", LastName: "Lo\u0301pez"}}, types...)
	kept, found := account.TaskTypeByName("CAF\u00c9")
	if !found || kept.Name != "Caf\u00e9" || kept.Fields[0].DisplayName != "\u00c9tage" || kept.Fields[0].Options[0] != "Ren\u00e9" {
		t.Errorf("the type is %+v, %t", kept, found)
	}
	if user, _ := account.User(id(1)); user.Name() != "Ren\u00e9 L\u00f3pez" {
		t.Errorf("the user is %+q", user.Name())
	}
	if types[0].Fields[0].Options[0] != "Rene\u0301" {
		t.Error("what the store read was changed")
	}
}
