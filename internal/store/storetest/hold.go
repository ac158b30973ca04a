package storetest

import (
	"database/sql/driver"
	"sync"
	"testing"

	"modernc.org/sqlite"

	"tickler"
)

// held are the accounts whose leads can't be read to the end before the test says so.
var held sync.Map // account → *Hold

// Hold keeps those who read the leads of some accounts from coming to an end, in a database of
// [SlowLeads].
type Hold struct {
	began, goOn chan struct{}
	ending      sync.Once
}

// NewHold makes a hold of no account yet.
func NewHold() *Hold { return &Hold{began: make(chan struct{}), goOn: make(chan struct{})} }

// Of holds an account until the test ends.
func (h *Hold) Of(t testing.TB, account tickler.ID) {
	held.Store(account, h)
	t.Cleanup(func() { held.Delete(account) })
}

// WaitForOne returns when one more reader is held.
func (h *Hold) WaitForOne() { <-h.began }

// End lets all go on who wait, and those that come after.
func (h *Hold) End(waiting *sync.WaitGroup) {
	h.ending.Do(func() {
		close(h.goOn)
		go func() {
			waiting.Wait()
			close(h.began)
		}()
		for range h.began {
		}
	})
}

func init() {
	waitIfHeld := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		id, _ := args[0].([]byte)
		if h, ok := held.Load(tickler.ID(id)); ok {
			h.(*Hold).began <- struct{}{}
			<-h.(*Hold).goOn
		}
		return int64(1), nil
	}
	sqlite.MustRegisterScalarFunction("wait_if_held", 1, waitIfHeld)
}

// SlowLeads has whoever reads a lead in a database on SQLite wait, once the lead's account is held.
// No more leads can be added.
func SlowLeads(t testing.TB, location string) {
	t.Helper()
	db := SQL(t, location)
	Exec(t, db, `ALTER TABLE lead RENAME TO lead_row`)
	Exec(t, db, `CREATE VIEW lead AS SELECT * FROM lead_row WHERE wait_if_held(account_id)`)
}
