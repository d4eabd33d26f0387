package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/store"
)

func TestFiles(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	save := func(db *store.DB, id string, data []byte, forget ...string) {
		t.Helper()
		if err := db.SaveFile(id, []byte(`"about `+id+`"`), data, forget...); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want string) {
		t.Helper()
		var got []string
		if err := db.Files(func(id string, about, data []byte) error {
			got = append(got, fmt.Sprintf("%s %s %q %v", id, about, data, data == nil))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("got  %s\nwant %s", text, want)
		}
	}
	save(db, "9", []byte("nine"))
	save(db, "2", nil)
	save(db, "1", []byte{0, 255}, "9", "none")
	if err := db.SaveFile("1", nil, []byte("x"), "2"); err == nil {
		t.Error("an id that is there is taken")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	holds(`2 "about 2" "" true, 1 "about 1" "\x00\xff" false`)
	if err := db.Clear("graph"); err != nil {
		t.Fatal(err)
	}
	holds("")
}
