package tickler_test

import (
	"crypto/sha256"
	"testing"

	"tickler"
)

func TestOnceRepeats(t *testing.T) {
	first := tickler.Once{AccountID: accountID, Operation: "Task.svc/Create", Key: "k", BodyHash: sha256.Sum256([]byte(`{"Name":"x"}`))}
	again := first
	again.At = at(t, "2026-11-20 12:00:00")
	if !again.Repeats(first) {
		t.Error("the same body at another instant is another call")
	}
	again.BodyHash = sha256.Sum256([]byte(`{"Name": "x"}`)) // the raw bytes count, not their meaning
	if again.Repeats(first) {
		t.Error("another body is the same call")
	}
}
