package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// A full disk costs nothing that was saved, everybody is told, and with room
// again the journal saves what it could not.
func TestAFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "referee.db")
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	room := func(pages int) { // more than the file has: SQLite then says that the disk is full
		t.Helper()
		if _, err := db.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	j, err := journal.Open(journal.Options{Store: db.Journal()})
	if err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("x", 100_000)
	record := func() { j.Record(journal.Exchange{Err: large}) }
	record()
	room(40)
	for range 5 {
		record()
	}
	const full = "the disk is full: make room"
	if err := j.Err(); err == nil || !strings.Contains(err.Error(), full) || !strings.Contains(err.Error(), path) {
		t.Errorf("the journal says %v", err)
	}
	for what, err := range map[string]error{
		"pending": db.SavePending(outbox.Pending{ID: "a", Doc: []byte(large)}), "state": db.SaveState("a", []byte(large)),
		"file": db.SaveFile("a", []byte("{}"), []byte(large)),
	} {
		if err == nil || !strings.Contains(err.Error(), full) {
			t.Errorf("%s: error %v", what, err)
		}
	}
	if kept, _, err := db.Journal().Load(); err != nil || len(kept) != 1 {
		t.Errorf("%d exchanges are saved, error %v; want the 1 for which there was room", len(kept), err)
	}
	room(1000)
	record()
	if err := j.Err(); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if kept, _, err := db.Journal().Load(); err != nil || len(kept) != 7 {
		t.Errorf("%d exchanges are saved, error %v; want all 7", len(kept), err)
	}
}
