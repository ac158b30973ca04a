package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

var exceptTaskAutoID = cmpopts.IgnoreFields(tickler.Task{}, "AutoID")

func TestTaskComesBackAsCreated(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			want := anyTask(r)
			noError(r, s.CreateTask(t.Context(), want))
			got, found, err := s.Task(t.Context(), want.AccountID, want.ID)
			noError(r, err)
			equal(r, true, found)
			equal(r, want, got, exceptTaskAutoID)
			equal(r, "UTC", got.DueAt.Location().String())
		})
	})
}

func TestTaskCreatedTwiceIsThereOnceUnchanged(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		first := plainTask(newID())
		second := plainTask(first.AccountID)
		second.ID, second.Name = first.ID, "Another"
		for _, task := range []tickler.Task{first, second} {
			noError(t, s.CreateTask(t.Context(), task))
		}
		equal(t, []tickler.Task{first}, tasksOf(t, s, first.AccountID), exceptTaskAutoID)
	})
}

func TestAutoIDsGrow(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		last := int64(0)
		for range 20 {
			task := plainTask(newID())
			noError(t, s.CreateTask(t.Context(), task))
			got, _, err := s.Task(t.Context(), task.AccountID, task.ID)
			noError(t, err)
			if got.AutoID <= last {
				t.Fatalf("AutoID %d follows %d", got.AutoID, last)
			}
			last = got.AutoID
		}
	})
}

func TestTaskOfAnotherAccountIsNotFound(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		noError(t, s.CreateTask(t.Context(), task))
		for _, unknown := range [][2]tickler.ID{{newID(), task.ID}, {task.AccountID, newID()}} {
			_, found, err := s.Task(t.Context(), unknown[0], unknown[1])
			noError(t, err)
			equal(t, false, found)
		}
	})
}

func TestTaskBearsTheNameOfWhatItIsTiedTo(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		account := newID()
		lead, nameless, others := plainLead(account, "", ""), plainLead(account, "", ""), plainLead(newID(), "", "")
		lead.FirstName, lead.LastName = "", "Iyer"
		nameless.FirstName, nameless.LastName = "", ""
		for _, l := range []tickler.Lead{lead, nameless, others} {
			noError(t, s.CreateLead(t.Context(), l))
		}
		opportunity := tickler.Opportunity{ID: newID(), AccountID: account, LeadID: lead.ID, Name: "Big deal", CreatedBy: newID(), CreatedAt: noon}
		noError(t, s.CreateOpportunity(t.Context(), opportunity))

		for _, test := range []struct {
			kind tickler.RelatedKind
			id   tickler.ID
			want string
		}{
			{tickler.RelatedToLead, lead.ID, "Iyer"},
			{tickler.RelatedToLead, nameless.ID, ""},
			{tickler.RelatedToLead, others.ID, ""},
			{tickler.RelatedToLead, opportunity.ID, ""},
			{tickler.RelatedToOpportunity, opportunity.ID, "Big deal"},
			{tickler.RelatedToOpportunity, lead.ID, ""},
			{tickler.RelatedToNobody, lead.ID, ""},
		} {
			task := plainTask(account)
			task.Related = tickler.Related{Kind: test.kind, ID: test.id}
			noError(t, s.CreateTask(t.Context(), task))
			got, _, err := s.Task(t.Context(), account, task.ID)
			noError(t, err)
			task.Related.Name = test.want
			equal(t, task, got, exceptTaskAutoID)
		}
	})
}

// tasksOf lists all tasks of an account, by due date.
func tasksOf(t failer, s *store.Store, account tickler.ID) []tickler.Task {
	t.Helper()
	tasks, total, err := s.Tasks(context.Background(), tickler.TaskFilter{AccountID: account},
		tickler.TaskOrder{By: tickler.ByDueDate}, tickler.Page{Limit: tickler.MaxPageSize})
	noError(t, err)
	equal(t, total, len(tasks))
	return tasks
}
