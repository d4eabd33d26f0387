package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/mockplatform/store"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

func TestMain(m *testing.M) {
	if done := child(); done {
		return
	}
	goleak.VerifyTestMain(m)
}

var _ mockplatform.Store = (*store.DB)(nil)

func TestPendingComesBack(t *testing.T) {
	db := open(t, newPath(t))
	var want []outbox.Pending
	rapid.Check(t, func(t *rapid.T) {
		p := outbox.Pending{
			ID: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "id"), Doc: rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "doc"),
			Style: wire.Style(rapid.IntRange(0, 1).Draw(t, "style")), Person: foreignText().Draw(t, "person"), Variants: someList().Draw(t, "variants"), Edited: someList().Draw(t, "edited"),
			Created: someInstant().Draw(t, "created"), First: someInstant().Draw(t, "first"), Attempts: rapid.Int().Draw(t, "attempts"),
			Next: someInstant().Draw(t, "next"), Problem: foreignText().Draw(t, "problem"),
		}
		at := slices.IndexFunc(want, func(old outbox.Pending) bool { return old.ID == p.ID })
		var err error
		switch {
		case rapid.Bool().Draw(t, "delete"):
			err = db.DeletePending(p.ID)
			if at >= 0 {
				want = slices.Delete(want, at, at+1)
			}
		case at >= 0:
			err = db.SavePending(p)
			want[at] = p // in the place of the old one
		default:
			err = db.SavePending(p)
			want = append(want, p)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.Pending()
		if err != nil || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", slices.Clip(append([]outbox.Pending(nil), want...))) {
			t.Fatalf("got  %#v, error %v\nwant %#v", got, err, want)
		}
	})
}

func TestState(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	check := func(key, want string) {
		t.Helper()
		doc, ok, err := db.State(key)
		if err != nil || string(doc) != want || ok != (want != "") {
			t.Errorf("state %s: got %q, %v, error %v; want %q", key, doc, ok, err, want)
		}
	}
	save := func(key, doc string) {
		t.Helper()
		if err := db.SaveState(key, []byte(doc)); err != nil {
			t.Fatal(err)
		}
	}
	check("a", "")
	save("a", "1")
	save("a", "2")
	save("b", "3")
	save("c", "4")
	save("c", "")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	check("a", "2")
	check("b", "3")
	check("c", "")
	if err := db.SavePending(outbox.Pending{ID: "x", Doc: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := db.Journal().Write([]journal.Exchange{{Seq: 1}}, 1); err != nil {
		t.Fatal(err)
	}
	if err := db.Clear("b", "none"); err != nil {
		t.Fatal(err)
	}
	check("a", "")
	check("b", "3")
	if err := db.Clear(); err != nil {
		t.Fatal(err)
	}
	check("b", "")
	if list, err := db.Pending(); err != nil || len(list) != 0 {
		t.Errorf("pending after Clear: %v, error %v", list, err)
	}
	if kept, _, err := db.Journal().Load(); err != nil || len(kept) != 1 {
		t.Errorf("Clear took exchanges too: %v, error %v", kept, err)
	}
}

// The file does not grow with the number of exchanges that there were.
func TestTheFileIsBounded(t *testing.T) {
	path := newPath(t)
	size := func(exchanges int) (total int64) {
		db := open(t, path)
		j, err := journal.Open(journal.Options{Limit: 100, Store: db.Journal()})
		if err != nil {
			t.Fatal(err)
		}
		for range exchanges {
			j.Amend(j.Record(call()), answered)
		}
		if err := errors.Join(j.Err(), db.Close()); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(path + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			total += info.Size()
		}
		return total
	}
	some := size(200)
	if many := size(1000); many > some+some/4 {
		t.Errorf("%d bytes after 200 exchanges, %d after 1000 more", some, many)
	}
}

func TestAClosedFile(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	for range 2 {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, _, load := db.Journal().Load()
	_, _, state := db.State("a")
	for what, err := range map[string]error{
		"save": db.SaveState("a", []byte("1")), "write": db.Journal().Write(nil, 2), "load": load, "state": state,
	} {
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "the file was closed") {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

// A path is a path, whatever an URI would make of it.
func TestOddPaths(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a b.db", "a%20b.db", "a#b.db", "ä.db", "file:x.db"}
	if runtime.GOOS != "windows" {
		names = append(names, "a?mode=memory.db")
	}
	t.Chdir(dir)
	for _, name := range names {
		for _, path := range []string{filepath.Join(dir, name), name} {
			db, err := store.Open(path)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
				t.Errorf("%s was not made: %v", path, err)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != len(names) {
		t.Errorf("%v, error %v; want %d files", entries, err, len(names))
	}
}

// refused checks that Open refuses a file, says why, and leaves it alone.
func refused(t *testing.T, path string, parts ...string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(path)
	if err == nil {
		_ = db.Close()
		t.Fatal("the file is opened")
	}
	for _, part := range append(parts, path) {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q: %v", part, err)
		}
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed: %d bytes before, %d after, error %v", len(before), len(after), err)
	}
}

// sqlite executes statements on a file, as another program does.
func sqlite(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	path := newPath(t)
	if err := os.WriteFile(path, []byte(strings.Repeat("a letter to a friend\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, path, "not a file of Referee", "choose another file")

	path = newPath(t)
	sqlite(t, path, "CREATE TABLE photos (name TEXT)")
	refused(t, path, "not a file of Referee", "choose another file")

	path = newPath(t)
	open(t, path).Close()
	sqlite(t, path, "PRAGMA user_version = 1000")
	refused(t, path, "newer version of Referee", "format is 1000", "choose another file")
}

func TestAFileThatIsInUse(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	refused(t, path, "another process has it open", "choose another file")
	if err := db.SaveState("a", []byte("1")); err != nil {
		t.Errorf("who had it cannot go on: %v", err)
	}
}

func TestFilesThatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "nowhere", "referee.db"): "does its folder exist",
		dir: "cannot be opened",
	} {
		db, err := store.Open(path)
		if err == nil {
			_ = db.Close()
			t.Errorf("%s is opened", path)
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v", err)
		}
	}
}

// filled makes a file with a few hundred exchanges and returns its bytes.
func filled(t *testing.T) []byte {
	t.Helper()
	path := newPath(t)
	db := open(t, path)
	var list []journal.Exchange
	for seq := range uint64(300) {
		x := call()
		x.Seq, x.At = seq+1, time.Unix(int64(seq), 0)
		list = append(list, x)
	}
	if err := db.Journal().Write(list, 1); err != nil {
		t.Fatal(err)
	}
	if err := db.SavePending(outbox.Pending{ID: "a", Doc: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// readAll opens a file and reads everything in it.
func readAll(path string) error {
	db, err := store.Open(path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := journal.Open(journal.Options{Store: db.Journal()}); err != nil {
		return err
	}
	_, err = db.Pending()
	return err
}

func TestATruncatedFile(t *testing.T) {
	whole := filled(t)
	path := newPath(t)
	for _, length := range []int{50, 99, 512, 4096, 5000, len(whole) / 2, len(whole) - 4096} {
		if err := os.WriteFile(path, whole[:length], 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprint(length), func(t *testing.T) { refused(t, path) })
	}
}

// A damaged file is refused and left alone, or everything in it can be read:
// where no structure is damaged, SQLite cannot see it.
func FuzzADamagedFile(f *testing.F) {
	f.Add(uint(0), uint(0), []byte("SQLite"))
	f.Add(uint(0), uint(18), []byte{9, 9})
	f.Add(uint(0), uint(28), []byte{0, 0, 0, 1})
	f.Add(uint(0), uint(68), []byte{0})
	f.Add(uint(0), uint(100), []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add(uint(0), uint(4096), []byte{0, 0, 0, 0})
	f.Add(uint(0), uint(8192+10), bytes.Repeat([]byte{0x41}, 300))
	f.Add(uint(0), uint(30000), bytes.Repeat([]byte{0xff}, 5000))
	f.Add(uint(1), uint(0), []byte(nil))
	f.Add(uint(2000), uint(0), []byte(nil))
	f.Add(uint(4096), uint(0), []byte(nil))
	var whole []byte
	f.Fuzz(func(t *testing.T, missing, at uint, damage []byte) {
		if whole == nil {
			whole = filled(t)
		}
		content := slices.Clone(whole[:len(whole)-int(missing%uint(len(whole)))])
		copy(content[at%uint(len(content)):], damage)
		path := newPath(t)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		refusal := readAll(path)
		if refusal == nil {
			return
		}
		if !strings.Contains(refusal.Error(), path) {
			t.Errorf("the error does not say which file is damaged: %v", refusal)
		}
		after, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(content, after) {
			t.Errorf("the file has changed: %d bytes before, %d after; the error was %v", len(content), len(after), refusal)
		}
	})
}
