package engine

import (
	"os"
	"strings"
	"testing"
)

// After a burst during a long read, the next write shrinks the write-ahead log.
func TestTheLogShrinksAfterABurst(t *testing.T) {
	path := tempFile(t)
	e := newLiteEngine(t, path)
	e.writer.maxLog = 1 << 20
	reader, err := e.reads.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.ExecContext(t.Context(), `SELECT count(*) FROM note`); err != nil {
		t.Fatal(err)
	}
	write := func(text string) int64 {
		t.Helper()
		if err := e.Write(t.Context(), Unit{Run: note(text)}); err != nil {
			t.Fatal(err)
		}
		file, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return file.Size()
	}
	for _, letter := range "abcd" {
		write(strings.Repeat(string(letter), 1<<20))
	}
	if size := write("while it reads"); size < 4<<20 {
		t.Fatalf("the log has %d bytes: the burst was none", size)
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	write("when nobody reads")
	if size := write("and once more"); size > 1<<20 {
		t.Errorf("the log still has %d bytes", size)
	}
	if n := len(notes(t, e)); n != 7 {
		t.Errorf("%d notes are there, want 7", n)
	}
}
