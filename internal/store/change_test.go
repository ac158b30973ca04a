package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/store"
	"tickler/internal/store/storetest"
)

// changeTo is a rule that changes a task into another, with an entry for its history.
func changeTo(after tickler.Task) func(tickler.Task) (tickler.Outcome, error) {
	return func(before tickler.Task) (tickler.Outcome, error) {
		after := after
		after.Version = before.Version + 1
		return tickler.Outcome{Before: &before, After: &after, Change: &tickler.Change{
			AccountID: after.AccountID, TaskID: after.ID, Version: after.Version, Kind: tickler.ChangeUpdated, At: noon, By: after.ModifiedBy,
			Via: after.CreatedVia, Act: after.OwnerID, Before: &before,
		}}, nil
	}
}

// stays is a rule that leaves a task as it is, and returns err.
func stays(err error) func(tickler.Task) (tickler.Outcome, error) {
	return func(found tickler.Task) (tickler.Outcome, error) {
		return tickler.Outcome{Before: &found, After: &found}, err
	}
}

func TestChangedTaskComesBackAsChanged(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			before, after := anyTask(r), anyTask(r)
			before.Version = rapid.IntRange(1, 1000).Draw(r, "Version")
			err := s.CreateTask(t.Context(), before)
			noError(r, err)
			before, _, err = s.Task(t.Context(), before.AccountID, before.ID) // with its AutoID
			noError(r, err)
			// These can't be changed.
			after.ID, after.AccountID, after.AutoID = before.ID, before.AccountID, before.AutoID
			after.CreatedAt, after.CreatedBy, after.CreatedVia = before.CreatedAt, before.CreatedBy, before.CreatedVia

			rule := changeTo(after)
			want, _ := rule(before)
			given, changed, err := s.ChangeTask(t.Context(), before.AccountID, before.ID, func(found tickler.Task) (tickler.Outcome, error) {
				equal(r, before, found)
				return rule(found)
			})
			noError(r, err)
			equal(r, true, changed)
			equal(r, *want.After, given)
			got, _, err := s.Task(t.Context(), before.AccountID, before.ID)
			noError(r, err)
			equal(r, *want.After, got)
			history, err := s.TaskChanges(t.Context(), before.AccountID, before.ID)
			noError(r, err)
			equal(r, []tickler.Change{*want.Change}, history)
		})
	})
}

func TestTaskStaysWhenItsRuleSaysSo(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		noError(t, s.CreateTask(t.Context(), task))
		refused := errors.New("refused")
		for _, outcome := range []error{nil, refused} {
			given, changed, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, stays(outcome))
			if !errors.Is(err, outcome) || changed {
				t.Errorf("got %t and %v, want false and %v", changed, err, outcome)
			}
			if outcome == nil {
				equal(t, task, given, exceptTaskAutoID)
			}
		}
		equal(t, []tickler.Task{task}, tasksOf(t, s, task.AccountID), exceptTaskAutoID)
		history, err := s.TaskChanges(t.Context(), task.AccountID, task.ID)
		noError(t, err)
		equal(t, nil, history)
	})
}

func TestOnlyTheAccountsOwnTaskIsChanged(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		noError(t, s.CreateTask(t.Context(), task))
		for _, unknown := range [][2]tickler.ID{{newID(), task.ID}, {task.AccountID, newID()}} {
			_, _, err := s.ChangeTask(t.Context(), unknown[0], unknown[1], func(found tickler.Task) (tickler.Outcome, error) {
				t.Errorf("the rule was given %+v", found)
				return stays(nil)(found)
			})
			wantKind(t, err, tickler.KindUnknownEntity)
		}
		history, err := s.TaskChanges(t.Context(), newID(), task.ID)
		noError(t, err)
		equal(t, nil, history)
	})
}

func TestNoChangeIsLostAmongManyAtOnce(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		noError(t, s.CreateTask(t.Context(), task))
		const changes = 16
		var all sync.WaitGroup
		for range changes {
			all.Go(func() {
				_, _, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) {
					found.EndAt = found.EndAt.Add(time.Minute)
					return changeTo(found)(found)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got, _, err := s.Task(t.Context(), task.AccountID, task.ID)
		noError(t, err)
		equal(t, task.Version+changes, got.Version)
		equal(t, task.EndAt.Add(changes*time.Minute), got.EndAt)
		history, err := s.TaskChanges(t.Context(), task.AccountID, task.ID)
		noError(t, err)
		equal(t, changes, len(history))
		for i, change := range history {
			equal(t, task.Version+1+i, change.Version)
		}
	})
}

func TestTaskIsNotChangedWithoutItsHistory(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		task := plainTask(newID())
		noError(t, s.CreateTask(t.Context(), task))
		_, _, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, changeTo(task))
		noError(t, err)
		before := tasksOf(t, s, task.AccountID)
		_, changed, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) {
			outcome, _ := changeTo(found)(found)
			outcome.After.Name = "Another"
			outcome.Change.Version, outcome.Change.Act = found.Version, newID() // the history has that version of another act
			return outcome, nil
		})
		if changed || err == nil {
			t.Fatalf("got %t and %v, want an error", changed, err)
		}
		equal(t, before, tasksOf(t, s, task.AccountID))
	})
}

// Two nodes change a task by the domain's rules while others claim its reminder: each one sees the
// latest state.
func TestHistoryOfATaskThatTwoNodesChange(t *testing.T) {
	storetest.RunAt(t, func(t *testing.T, location string) {
		const changers, each = 16, 3
		nodes := twoNodes(t, location)
		task := arm(t, nodes[0], newID(), noon)
		var all sync.WaitGroup
		for i := range changers {
			all.Go(func() {
				node := nodes[i%2]
				for n := range each {
					name := fmt.Sprintf("%d of %d", n, i)
					_, changed, err := node.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) {
						by := tickler.Actor{UserID: found.OwnerID, Via: found.CreatedVia, Now: noon, Zone: time.UTC}
						return found.Patch(tickler.TaskPatch{Name: tickler.Of(name)}, tickler.PatchSetting{Actor: by})
					})
					if !changed || err != nil {
						t.Errorf("%s: changed %t, %v", name, changed, err)
					}
					if _, err := node.ClaimDue(t.Context(), noon, 1, nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		got, _, err := nodes[0].Task(t.Context(), task.AccountID, task.ID)
		noError(t, err)
		history, err := nodes[1].TaskChanges(t.Context(), task.AccountID, task.ID)
		noError(t, err)
		equal(t, changers*each, len(history))
		name := task.Name
		for i, change := range tickler.Tell(history, &got) {
			equal(t, i+2, change.Version)
			equal(t, name, change.Before.Name)
			equal(t, 1, len(change.Differences))
			name = change.Differences[0].New.(string)
		}
		equal(t, name, got.Name)
		equal(t, 1+len(history), got.Version)
		equal(t, true, got.WakeAt.IsZero()) // claimed, and not armed by any of the changes
		equal(t, 1, jobCount(t, nodes[0]))
	})
}

// A deleted task that is restored is the same: it has its number and history, and can be changed
// again.
func TestRestoredTaskComesBackUnderItsNumber(t *testing.T) {
	storetest.Run(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			made := anyTask(r)
			made.Version = rapid.IntRange(1, 1000).Draw(r, "Version")
			noError(r, s.CreateTask(t.Context(), made))
			task, _, err := s.Task(t.Context(), made.AccountID, made.ID)
			noError(r, err)
			by := tickler.Actor{UserID: newID(), Via: tickler.Origin{Kind: tickler.ViaPage, ID: newID()}, Now: noon, Act: newID(), Zone: time.UTC}
			_, changed, err := s.ChangeTask(t.Context(), task.AccountID, task.ID, func(found tickler.Task) (tickler.Outcome, error) { return found.Delete(by) })
			noError(r, err)
			equal(r, true, changed)
			noError(r, s.CreateTask(t.Context(), plainTask(task.AccountID))) // which takes the next number
			history, err := s.TaskChanges(t.Context(), task.AccountID, task.ID)
			noError(r, err)
			equal(r, []tickler.Change{{
				AccountID: task.AccountID, TaskID: task.ID, Version: task.Version + 1, Kind: tickler.ChangeDeleted, At: noon, By: by.UserID, Via: by.Via,
				Act: by.Act, Before: &task,
			}}, history)

			restored, _, err := history[0].Undo(nil, nil, by)
			noError(r, err)
			noError(r, s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, restored) }))
			got, found, err := s.Task(t.Context(), task.AccountID, task.ID)
			noError(r, err)
			equal(r, true, found)
			equal(r, *restored.After, got)
			equal(r, task.AutoID, got.AutoID)
			equal(r, task.Version+2, got.Version)
			history, err = s.TaskChanges(t.Context(), task.AccountID, task.ID)
			noError(r, err)
			equal(r, []tickler.ChangeKind{tickler.ChangeDeleted, tickler.ChangeRestored}, []tickler.ChangeKind{history[0].Kind, history[1].Kind})
			equal(r, *restored.Change, history[1])

			_, changed, err = s.ChangeTask(t.Context(), task.AccountID, task.ID, changeTo(got))
			noError(r, err)
			equal(r, true, changed)
		})
	})
}
