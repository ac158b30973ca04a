package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"tickler"
)

// randomTask makes a task like those that load.lua asks for: half to-dos and half meetings, half
// with a reminder, due at any time of the coming 90 days, of any user of any account.
func (s *seed) randomTask() tickler.Task {
	a := &s.accounts[rand.IntN(len(s.accounts))]
	now := time.Now().UTC().Truncate(time.Second)
	due := now.Truncate(24 * time.Hour).Add(24*time.Hour + time.Duration(rand.IntN(90*24*60))*time.Minute)
	end := due.Add(30 * time.Minute)
	reminder := 30
	draft := tickler.TaskDraft{
		Name:            fmt.Sprintf("Call customer %06d back", rand.IntN(1_000_000)),
		Description:     "Ask how the trial went and what is still missing",
		DueAt:           &due,
		EndAt:           &end,
		ReminderMinutes: &reminder,
		Notify:          rand.IntN(2) == 0,
	}
	task, err := draft.Task(tickler.Setting{
		ID: newID(), AccountID: a.Account.ID,
		Actor: tickler.Actor{
			UserID: a.Admin.ID, Via: tickler.Origin{Kind: tickler.ViaAPI, ID: a.Key.ID}, Now: now,
			Zone: a.Account.Zone,
		},
		Type: a.taskType([...]string{"To-Do", "Meeting"}[rand.IntN(2)]), OwnerID: a.users[rand.IntN(len(a.users))],
	})
	if err != nil {
		panic(err) // the draft is a valid one
	}
	return task
}

func (a *account) taskType(name string) tickler.TaskType {
	for _, t := range a.TaskTypes {
		if t.Name == name {
			return t
		}
	}
	panic("a new account has no task type " + name)
}

// again copies a row of the sample for a new task: another id, due date, account and owner.
func (s *seed) again(row []any) []any {
	a := &s.accounts[rand.IntN(len(s.accounts))]
	id, owner := newID(), a.users[rand.IntN(len(a.users))]
	later := int64(rand.IntN(90*24*60)) * 60
	fresh := make([]any, len(row))
	for i, column := range s.sample.columns {
		switch value := row[i]; column {
		case "id":
			fresh[i] = id[:]
		case "account_id":
			fresh[i] = a.Account.ID[:]
		case "owner_id":
			fresh[i] = owner[:]
		case "created_by", "modified_by":
			fresh[i] = a.Admin.ID[:]
		case "due_at", "end_at", "remind_at", "wake_at":
			if instant, known := value.(int64); known {
				value = instant + later
			}
			fresh[i] = value
		default:
			fresh[i] = value
		}
	}
	return fresh
}
