package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tickler"
	"tickler/internal/civil"
)

// Values that the tests put into the store, and how they compare results.

func newID() tickler.ID { return tickler.ID(uuid.Must(uuid.NewV7())) }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// texts are those a caller can send: valid UTF-8 without NUL (docs/contract.md section 1).
func texts(maxRunes int) *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "'; DROP TABLE task; --", `"\u0000\`, "%_$1", "null", "<b>&</b>", "e\u0301 é", "\u2028", "🗓️"}),
		rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 0, maxRunes, -1),
	)
}

func ids() *rapid.Generator[tickler.ID] {
	return rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), func(b []byte) tickler.ID { return tickler.ID(b) })
}

// instants are whole seconds in UTC, in the range that the wire can show.
func instants() *rapid.Generator[time.Time] {
	earliest := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
	seconds := rapid.OneOf(rapid.SampledFrom([]int64{earliest, -1, 0, 1, latest}), rapid.Int64Range(earliest, latest))
	return rapid.Map(seconds, func(s int64) time.Time { return time.Unix(s, 0).UTC() })
}

// orZero draws the values of another generator and the type's zero value.
func orZero[T any](values *rapid.Generator[T]) *rapid.Generator[T] {
	var zero T
	return rapid.OneOf(rapid.Just(zero), values)
}

func timesOfDay() *rapid.Generator[*civil.TimeOfDay] {
	return rapid.Ptr(rapid.Map(rapid.IntRange(0, 24*60*60-1), func(s int) civil.TimeOfDay { return civil.TimeOfDay(s) }), true)
}

// anyTask draws any value that a column can hold for every attribute, whether or not they make
// sense together.
func anyTask(r *rapid.T) tickler.Task {
	return tickler.Task{
		ID:          ids().Draw(r, "ID"),
		AccountID:   ids().Draw(r, "AccountID"),
		Version:     rapid.IntRange(1, 1<<31-1).Draw(r, "Version"),
		Name:        texts(50).Draw(r, "Name"),
		Description: texts(50).Draw(r, "Description"),
		Location:    texts(50).Draw(r, "Location"),
		TypeID:      ids().Draw(r, "TypeID"),
		Category:    rapid.SampledFrom([]tickler.Category{tickler.CategoryAppointment, tickler.CategoryToDo}).Draw(r, "Category"),
		Related: tickler.Related{
			Kind: rapid.SampledFrom([]tickler.RelatedKind{0, 1, 5}).Draw(r, "Related.Kind"),
			ID:   orZero(ids()).Draw(r, "Related.ID"),
		},
		OwnerID:      ids().Draw(r, "OwnerID"),
		DueAt:        instants().Draw(r, "DueAt"),
		EndAt:        instants().Draw(r, "EndAt"),
		EndDefaulted: rapid.Bool().Draw(r, "EndDefaulted"),
		Reminder: tickler.Reminder{
			Rule:    rapid.SampledFrom([]tickler.ReminderRule{0, 1, 2}).Draw(r, "Reminder.Rule"),
			Minutes: rapid.IntRange(0, tickler.MaxReminderMinutes).Draw(r, "Reminder.Minutes"),
			Days:    rapid.IntRange(0, tickler.MaxReminderDays).Draw(r, "Reminder.Days"),
			At:      timesOfDay().Draw(r, "Reminder.At"),
		},
		Notify:             rapid.Bool().Draw(r, "Notify"),
		RemindAt:           orZero(instants()).Draw(r, "RemindAt"),
		WakeAt:             orZero(instants()).Draw(r, "WakeAt"),
		State:              rapid.SampledFrom([]tickler.State{tickler.StateOpen, tickler.StateCompleted, tickler.StateCancelled}).Draw(r, "State"),
		CompletedAt:        orZero(instants()).Draw(r, "CompletedAt"),
		CompletedBy:        orZero(ids()).Draw(r, "CompletedBy"),
		CustomFields:       rapid.MapOfN(texts(10), texts(50), 0, 4).Draw(r, "CustomFields"),
		Priority:           texts(10).Draw(r, "Priority"),
		EffortEstimateUnit: texts(10).Draw(r, "EffortEstimateUnit"),
		PercentCompleted:   rapid.IntRange(0, 100).Draw(r, "PercentCompleted"),
		Latitude:           rapid.Float64Range(-90, 90).Draw(r, "Latitude"),
		Longitude:          rapid.Float64Range(-180, 180).Draw(r, "Longitude"),
		CreatedAt:          instants().Draw(r, "CreatedAt"),
		CreatedBy:          ids().Draw(r, "CreatedBy"),
		CreatedVia: tickler.Origin{
			Kind: rapid.SampledFrom([]tickler.OriginKind{1, 2, 3, 4}).Draw(r, "CreatedVia.Kind"),
			ID:   orZero(ids()).Draw(r, "CreatedVia.ID"),
		},
		ModifiedAt: instants().Draw(r, "ModifiedAt"),
		ModifiedBy: ids().Draw(r, "ModifiedBy"),
	}
}

// plainTask is an ordinary task of an account.
func plainTask(account tickler.ID) tickler.Task {
	user := newID()
	return tickler.Task{
		ID: newID(), AccountID: account, Version: 1, Name: "Call back", TypeID: newID(), Category: tickler.CategoryToDo,
		OwnerID: user, DueAt: noon, EndAt: noon.Add(time.Hour), CustomFields: map[string]string{},
		CreatedAt: noon, CreatedBy: user, CreatedVia: tickler.Origin{Kind: tickler.ViaAPI}, ModifiedAt: noon, ModifiedBy: user,
	}
}

// freshAccount is an account with everything that comes with it.
func freshAccount() tickler.FreshAccount {
	account, admin := newID(), newID()
	n := tickler.FreshAccount{
		Account:      tickler.Account{ID: account, Zone: zone("Asia/Kolkata"), RateLimit: tickler.DefaultRateLimit, CreatedAt: noon},
		Admin:        plainUser(account, "admin@"+account.String()+".example"),
		PasswordHash: "$argon2id$",
		Key:          plainKey(account, admin),
	}
	n.Admin.ID = admin
	for _, t := range tickler.FreshTaskTypes() {
		t.ID, t.AccountID, t.CreatedAt = newID(), account, noon
		n.TaskTypes = append(n.TaskTypes, t)
	}
	return n
}

func plainUser(account tickler.ID, email string) tickler.User {
	return tickler.User{
		ID: newID(), AccountID: account, FirstName: "Asha", LastName: "Rao", Email: email,
		Role: tickler.Administrator, Active: true, CreatedAt: noon,
	}
}

func plainKey(account, user tickler.ID) tickler.AccessKey {
	id := newID()
	return tickler.AccessKey{
		ID: id, AccountID: account, UserID: user, Key: "key-" + id.String(), SecretHash: tickler.HashSecret(id.String()), CreatedAt: noon,
	}
}

func plainType(account tickler.ID, name string) tickler.TaskType {
	return tickler.TaskType{
		ID: newID(), AccountID: account, Name: name, Category: tickler.CategoryAppointment, Color: "#F8BBD0",
		DefaultDuration: 45 * time.Minute, CreatedAt: noon,
	}
}

func plainLead(account tickler.ID, email, phone string) tickler.Lead {
	return tickler.Lead{
		ID: newID(), AccountID: account, FirstName: "Ravi", LastName: "Iyer", Email: email, Phone: phone,
		CreatedBy: newID(), CreatedAt: noon, ModifiedAt: noon.Add(time.Second),
	}
}

func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

var zonesByName = cmp.Comparer(func(a, b *time.Location) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.String() == b.String()
})

// failer is a test of the testing package or of rapid.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func equal[T any](t failer, want, got T, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, append(options, zonesByName)...); diff != "" {
		t.Fatalf("- want, + got:\n%s", diff)
	}
}

func noError(t failer, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t failer, err error, want tickler.Kind) {
	t.Helper()
	if got := tickler.KindOf(err); got != want {
		t.Fatalf("error %v is of kind %d, want %d", err, got, want)
	}
}

var _ failer = (*testing.T)(nil)
