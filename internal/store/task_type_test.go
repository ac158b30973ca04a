package store_test

import (
	"testing"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

func TestTaskTypesComeBackAsCreatedOldestFirst(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		plain, full := plainType(account, "Visit"), plainType(account, "Visita técnica")
		full.CreatedBy = newID()
		full.Fields = []tickler.CustomField{
			{SchemaName: "mx_Custom_2", DisplayName: "Größe", DataType: tickler.DropdownData, Mandatory: true, Options: []string{"S", "M, L", ""}},
			{SchemaName: "mx_Custom_1", DisplayName: "<b>", DataType: tickler.URLData},
		}
		noError(t, s.CreateTaskType(t.Context(), full))
		noError(t, s.CreateTaskType(t.Context(), plain))
		noError(t, s.CreateTaskType(t.Context(), plainType(newID(), "Visit"))) // names are an account's own
		types, err := s.TaskTypes(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.TaskType{plain, full}, types)
	})
}

func TestTaskTypeNameIsUniqueInAnyCase(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		first := plainType(newID(), "Visit")
		first.IsDefault = true
		noError(t, s.CreateTaskType(t.Context(), first))
		second := plainType(first.AccountID, " VISIT")
		second.IsDefault = true
		wantKind(t, s.CreateTaskType(t.Context(), second), tickler.KindDuplicate)
		types, err := s.TaskTypes(t.Context(), first.AccountID)
		noError(t, err)
		equal(t, []tickler.TaskType{first}, types) // still the default one
	})
}

// A name that was kept with its accents apart, before names were composed, is taken too.
func TestTaskTypeNameIsUniqueHoweverItWasKept(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		kept := plainType(newID(), "Cafe\u0301")
		noError(t, s.CreateTaskType(t.Context(), kept))
		other := plainType(kept.AccountID, "Visit")
		noError(t, s.CreateTaskType(t.Context(), other))
		wantKind(t, s.CreateTaskType(t.Context(), plainType(kept.AccountID, "CAF\u00c9")), tickler.KindDuplicate)
		renamed := func(x tickler.TaskType) (tickler.TaskType, error) {
			x.Name = "Caf\u00e9"
			return x, nil
		}
		wantKind(t, s.ChangeTaskType(t.Context(), kept.AccountID, other.ID, renamed), tickler.KindDuplicate)
		noError(t, s.ChangeTaskType(t.Context(), kept.AccountID, kept.ID, renamed)) // its own
	})
}

func TestNewDefaultTaskTypeTakesThatFromTheOneBefore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		before, others, after := plainType(account, "Before"), plainType(newID(), "Before"), plainType(account, "After")
		for _, d := range []*tickler.TaskType{&before, &others, &after} {
			d.IsDefault = true
			noError(t, s.CreateTaskType(t.Context(), *d))
		}
		before.IsDefault = false
		types, err := s.TaskTypes(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.TaskType{before, after}, types)
		types, err = s.TaskTypes(t.Context(), others.AccountID)
		noError(t, err)
		equal(t, []tickler.TaskType{others}, types)
	})
}

func TestChangeTaskType(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		before, changed, others := plainType(account, "Before"), plainType(account, "Visit"), plainType(newID(), "Visit")
		before.IsDefault = true
		for _, d := range []tickler.TaskType{before, changed, others} {
			noError(t, s.CreateTaskType(t.Context(), d))
		}
		version, err := s.DirectoryVersion(t.Context())
		noError(t, err)
		noError(t, s.ChangeTaskType(t.Context(), account, changed.ID, func(found tickler.TaskType) (tickler.TaskType, error) {
			equal(t, changed, found)
			changed.Name, changed.Color, changed.Category, changed.DefaultDuration, changed.IsDefault = "Besuch", "#000000", tickler.CategoryToDo, 0, true
			changed.Fields = []tickler.CustomField{{SchemaName: "mx_Custom_1", DataType: tickler.DropdownData, Options: []string{"a"}}}
			return changed, nil
		}))
		before.IsDefault = false
		types, err := s.TaskTypes(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.TaskType{before, changed}, types)
		types, err = s.TaskTypes(t.Context(), others.AccountID)
		noError(t, err)
		equal(t, []tickler.TaskType{others}, types)
		if now, err := s.DirectoryVersion(t.Context()); err != nil || now <= version {
			t.Errorf("the directory is not told: version %d after %d (%v)", now, version, err)
		}
	})
}

func TestChangeOfATaskTypeThatIsRefused(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		first, second := plainType(account, "First"), plainType(account, "Second")
		first.IsDefault = true
		noError(t, s.CreateTaskType(t.Context(), first))
		noError(t, s.CreateTaskType(t.Context(), second))
		task := plainTask(account)
		task.TypeID = second.ID
		noError(t, s.CreateTask(t.Context(), task))
		change := func(account tickler.ID, as func(*tickler.TaskType)) error {
			return s.ChangeTaskType(t.Context(), account, second.ID, func(found tickler.TaskType) (tickler.TaskType, error) {
				found.IsDefault = true // of which nothing must remain
				as(&found)
				return found, nil
			})
		}
		wantKind(t, change(account, func(x *tickler.TaskType) { x.Name = " FIRST" }), tickler.KindDuplicate)
		wantKind(t, change(account, func(x *tickler.TaskType) { x.Category = 1 - x.Category }), tickler.KindInvalid)
		wantKind(t, change(newID(), func(*tickler.TaskType) { t.Error("the rule was asked") }), tickler.KindUnknownEntity)
		types, err := s.TaskTypes(t.Context(), account)
		noError(t, err)
		equal(t, []tickler.TaskType{first, second}, types)
	})
}
