package demo_test

import (
	"testing"
	"time"

	"tickler/internal/api"
	"tickler/internal/demo"
	"tickler/internal/store"
)

func TestTry(t *testing.T) {
	s, err := store.Open(t.Context(), t.TempDir()+"/x.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := time.Now()
	made, err := demo.Make(t.Context(), demo.Config{Store: s, Wire: api.Wire, Now: time.Now(), Seed: 14})
	t.Log(made, err, time.Since(b))
}
