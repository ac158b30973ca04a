package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickler"
	"tickler/internal/pgtest"
)

// Entries from before the history kept states still show what they did. A deletion shows the task's
// name, type and owner, and who created it when.
func TestHistoryMigrationKeepsWhatWasTold(t *testing.T) {
	t.Parallel()
	for name, location := range map[string]string{"SQLite": filepath.Join(t.TempDir(), "tickler.db"), "Postgres": pgtest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), location)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			provider, err := s.migrationProvider()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := provider.UpTo(t.Context(), 9); err != nil {
				t.Fatal(err)
			}
			task := newTask()
			task.Name, task.CreatedAt = `Ünïcode "quoted" \ back`, time.Unix(1_763_640_001, 0).UTC() // 2025-11-20 12:00:01
			add := func(version int, kind tickler.ChangeKind, fields string) {
				t.Helper()
				_, err := s.engine.Database().ExecContext(t.Context(), `
					INSERT INTO task_change (account_id, task_id, version, kind, at, by_user, via, via_id, fields)
					VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
					idArg(task.AccountID), idArg(task.ID), version, int(kind), 1_763_640_100+version, idArg(task.OwnerID), int(tickler.ViaAPI), idArg(task.TypeID), fields)
				if err != nil {
					t.Fatal(err)
				}
			}
			add(2, tickler.ChangeUpdated, `[{"Attribute":"Name","Old":"Call","New":"Visit"},{"Attribute":"CreatedOn","Old":"a field of this name","New":""}]`)
			add(3, tickler.ChangeCompleted, `null`)
			add(4, tickler.ChangeDeleted, `[{"Attribute":"Name","Old":"Ünïcode \"quoted\" \\ back","New":""},{"Attribute":"TaskType","Old":"`+task.TypeID.String()+
				`","New":""},{"Attribute":"OwnerId","Old":"`+task.OwnerID.String()+`","New":""},{"Attribute":"AutoId","Old":"7","New":""},`+
				`{"Attribute":"CreatedOn","Old":"2025-11-20 12:00:01","New":""},{"Attribute":"CreatedBy","Old":"`+task.CreatedBy.String()+`","New":""}]`)
			if _, err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}

			history, err := s.TaskChanges(t.Context(), task.AccountID, task.ID)
			if err != nil {
				t.Fatal(err)
			}
			entry := func(version int, kind tickler.ChangeKind, before *tickler.Task, texts ...tickler.FieldText) tickler.Change {
				return tickler.Change{
					AccountID: task.AccountID, TaskID: task.ID, Version: version, Kind: kind, At: time.Unix(int64(1_763_640_100+version), 0).UTC(),
					By: task.OwnerID, Via: tickler.Origin{Kind: tickler.ViaAPI, ID: task.TypeID}, Before: before, Texts: texts,
				}
			}
			last := tickler.Task{
				ID: task.ID, AccountID: task.AccountID, Name: task.Name, TypeID: task.TypeID, OwnerID: task.OwnerID, CreatedBy: task.CreatedBy,
				CreatedAt: task.CreatedAt, CustomFields: map[string]string{},
			}
			want := []tickler.Change{
				entry(2, tickler.ChangeUpdated, nil, tickler.FieldText{Attribute: "Name", Old: "Call", New: "Visit"}, tickler.FieldText{Attribute: "CreatedOn", Old: "a field of this name"}),
				entry(3, tickler.ChangeCompleted, nil),
				entry(4, tickler.ChangeDeleted, &last, tickler.FieldText{Attribute: "Name", Old: task.Name},
					tickler.FieldText{Attribute: "TaskType", Old: task.TypeID.String()}, tickler.FieldText{Attribute: "OwnerId", Old: task.OwnerID.String()},
					tickler.FieldText{Attribute: "AutoId", Old: "7"}, tickler.FieldText{Attribute: "CreatedOn", Old: "2025-11-20 12:00:01"},
					tickler.FieldText{Attribute: "CreatedBy", Old: task.CreatedBy.String()}),
			}
			if !cmp.Equal(want, history) {
				t.Errorf("- want, + got:\n%s", cmp.Diff(want, history))
			}
			last.Version = 4
			if removed, ok := tickler.Removed(history); !ok || !cmp.Equal(last, removed) {
				t.Errorf("removed %t, - want, + got:\n%s", ok, cmp.Diff(last, removed))
			}
		})
	}
}
