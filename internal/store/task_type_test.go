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
