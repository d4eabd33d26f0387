//go:build unix

package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// modes checks the modes of all files in the folder of a path, of which there have to
// be so many.
func modes(t *testing.T, path string, count int) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != count {
		t.Fatalf("%v, error %v; want %d files", entries, err, count)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, error %v", e.Name(), info.Mode(), err)
		}
	}
}

// Others on this machine read neither the file nor its log.
func TestOnlyTheOwnerMayRead(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	if err := db.Journal().Write([]journal.Exchange{{Seq: 1}}, 1); err != nil {
		t.Fatal(err)
	}
	modes(t, path, 2)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	modes(t, path, 1)
}

// An earlier version made files that everybody may read, and died without its log
// having been merged.
func TestAFileThatEverybodyMayRead(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	if err := db.SaveState("a", []byte("1")); err != nil {
		t.Fatal(err)
	}
	later := newPath(t)
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + suffix)
		if err == nil {
			err = os.WriteFile(later+suffix, content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	db = open(t, later)
	if doc, _, err := db.State("a"); err != nil || string(doc) != "1" {
		t.Errorf("got %q, error %v", doc, err)
	}
	if err := db.SaveState("a", []byte("2")); err != nil {
		t.Fatal(err)
	}
	modes(t, later, 2)
}

// What is somebody else's is refused with the mode that it had.
func TestTheModeOfAForeignFile(t *testing.T) {
	path := newPath(t)
	if err := os.WriteFile(path, []byte("a letter to a friend, and not a short one at that\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "not a file of Referee")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != fs.FileMode(0o644) {
		t.Errorf("its mode is %v, error %v", info.Mode(), err)
	}
}
