package store_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/store"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// foreignText is text as a receiver may send it: not always UTF-8.
func foreignText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 20), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "\x00", "a\nb", `"`, `\`, "\xff", "\" \""}),
	)
}

func someBytes() *rapid.Generator[[]byte] {
	return rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOfN(rapid.Byte(), 1, 300))
}

func someInstant() *rapid.Generator[time.Time] {
	return rapid.OneOf(rapid.Just(time.Time{}), rapid.Map(rapid.Int64Range(0, 4e18), func(ns int64) time.Time { return time.Unix(0, ns).UTC() }))
}

func someHeader() *rapid.Generator[wire.Header] {
	return rapid.Map(rapid.SliceOfN(foreignText(), 0, 8), func(texts []string) (h wire.Header) {
		for i := 0; i+1 < len(texts); i += 2 {
			h.Add(texts[i], texts[i+1])
		}
		return h
	})
}

func someList() *rapid.Generator[[]string] {
	return rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(foreignText(), 1, 4))
}

func someExchange() *rapid.Generator[journal.Exchange] {
	return rapid.Custom(func(t *rapid.T) journal.Exchange {
		text := func(what string) string { return foreignText().Draw(t, what) }
		d := func(what string) time.Duration { return time.Duration(rapid.Int64().Draw(t, what)) }
		return journal.Exchange{
			At: someInstant().Draw(t, "at"), Direction: journal.Direction(text("direction")), Kind: journal.Kind(text("kind")), Person: text("person"), Edge: text("edge"),
			Request: journal.Message{
				Method: text("method"), URL: text("URL"), Proto: text("proto"), Header: someHeader().Draw(t, "header"),
				Body: someBytes().Draw(t, "body"), Cut: rapid.Bool().Draw(t, "cut"),
			},
			Response: journal.Message{
				Status: rapid.Int().Draw(t, "status"), Proto: text("response proto"), Header: someHeader().Draw(t, "response header"),
				Body: someBytes().Draw(t, "response body"), Cut: rapid.Bool().Draw(t, "response cut"),
			},
			Doc: someBytes().Draw(t, "doc"), Token: journal.TokenState(text("token")), Faults: someList().Draw(t, "faults"),
			DeliveryID: text("delivery"), Attempt: rapid.Int().Draw(t, "attempt"), Variants: someList().Draw(t, "variants"), Next: someInstant().Draw(t, "next"),
			Timing: delivery.Timing{DNS: d("DNS"), Connect: d("connect"), TLS: d("TLS"), FirstByte: d("first byte"), Done: d("done")},
			Err:    text("error"), Warnings: someWarnings().Draw(t, "warnings"),
		}
	})
}

func someWarnings() *rapid.Generator[[]journal.Warning] {
	return rapid.Custom(func(t *rapid.T) []journal.Warning {
		var list []journal.Warning
		for range rapid.IntRange(0, 2).Draw(t, "count") {
			list = append(list, journal.Warning{Rule: rapid.String().Draw(t, "rule"), Text: rapid.String().Draw(t, "text"), Certain: rapid.Bool().Draw(t, "certain")})
		}
		return list
	})
}

func open(t testing.TB, path string) *store.DB {
	t.Helper()
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "referee.db") }

// What is kept comes back as it was, every byte of it.
func TestExchangesComeBack(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	var seq uint64
	rapid.Check(t, func(t *rapid.T) {
		x := someExchange().Draw(t, "exchange")
		seq++
		x.Seq = seq
		if err := db.Journal().Write([]journal.Exchange{x}, seq); err != nil {
			t.Fatal(err)
		}
		kept, last, err := db.Journal().Load()
		if err != nil || last != seq || len(kept) != 1 {
			t.Fatalf("%d exchanges, the last %d, error %v", len(kept), last, err)
		}
		if got := kept[0]; !reflect.DeepEqual(got, x) {
			t.Fatalf("got  %#v\nwant %#v", got, x)
		}
	})
}

// A field that is new in an exchange needs a column.
func TestEveryFieldIsKept(t *testing.T) {
	var x journal.Exchange
	fill(t, reflect.ValueOf(&x).Elem())
	x.Request.Status, x.Response.Method, x.Response.URL = 0, "", "" // which they do not have
	db := open(t, newPath(t))
	if err := db.Journal().Write([]journal.Exchange{x}, 1); err != nil {
		t.Fatal(err)
	}
	if kept, _, err := db.Journal().Load(); err != nil || len(kept) != 1 || !reflect.DeepEqual(kept[0], x) {
		t.Errorf("got  %+v, error %v\nwant %+v", kept, err, x)
	}
}

// fill gives everything in a value another value than zero.
func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(1527459824, 5).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0))
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(7)
	default:
		t.Fatalf("cannot fill a %s", v.Type())
	}
}

func TestWriteChangesAndDrops(t *testing.T) {
	path := newPath(t)
	db := open(t, path)
	write := func(first uint64, seqs ...uint64) {
		t.Helper()
		var changed []journal.Exchange
		for _, seq := range seqs {
			changed = append(changed, journal.Exchange{Seq: seq, Err: fmt.Sprint(first)})
		}
		if err := db.Journal().Write(changed, first); err != nil {
			t.Fatal(err)
		}
	}
	check := func(wantLast uint64, want string) {
		t.Helper()
		kept, last, err := db.Journal().Load()
		var got string
		for _, x := range kept {
			got += fmt.Sprintf("%d:%s ", x.Seq, x.Err)
		}
		if err != nil || got != want || last != wantLast {
			t.Errorf("got %q, the last %d, error %v; want %q, the last %d", got, last, err, want, wantLast)
		}
	}
	write(1, 1, 2, 3)
	check(3, "1:1 2:1 3:1 ")
	write(3, 3, 4)
	check(4, "3:3 4:3 ")
	write(5)
	check(4, "")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	check(4, "")
	write(5, 5)
	check(5, "5:5 ")
}
