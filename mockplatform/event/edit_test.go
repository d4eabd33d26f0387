package event

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const original = `{"a":1.0,"b":{"x":[10,20,30],"":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`

func TestEdit(t *testing.T) {
	tests := []struct {
		name string
		edit Edit
		want string
	}{
		{"set a member", Set("/b/x", `"new"`), `{"a":1.0,"b":{"x":"new","":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"set the last of two", Set("/a", ` -0 `), `{"a":1.0,"b":{"x":[10,20,30],"":"empty","m/n~o":2},"a":-0,"\u00e4":{"k":null}}`},
		{"set a new member, the last", Set("/b/z~1\"", `[1, {"q" : 2}]`), `{"a":1.0,"b":{"x":[10,20,30],"":"empty","m/n~o":2,"z/\"":[1,{"q":2}]},"a":1e3,"\u00e4":{"k":null}}`},
		{"set the empty name", Set("/b/", `0`), `{"a":1.0,"b":{"x":[10,20,30],"":0,"m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"set an escaped name", Set("/b/m~1n~0o", `0`), `{"a":1.0,"b":{"x":[10,20,30],"":"empty","m/n~o":0},"a":1e3,"\u00e4":{"k":null}}`},
		{"set a name that is an escape in the text", Set("/ä/k", `"\ud83d"`), `{"a":1.0,"b":{"x":[10,20,30],"":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":"\ud83d"}}`},
		{"set an element", Set("/b/x/1", `0`), `{"a":1.0,"b":{"x":[10,0,30],"":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"set appends an element", Set("/b/x/-", `40`), `{"a":1.0,"b":{"x":[10,20,30,40],"":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"set the whole text", Set("", ` 7 `), `7`},
		{"remove both of two", Remove("/a"), `{"b":{"x":[10,20,30],"":"empty","m/n~o":2},"\u00e4":{"k":null}}`},
		{"remove an element", Remove("/b/x/0"), `{"a":1.0,"b":{"x":[20,30],"":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"rename in place", Rename("/b", "c\"ä"), `{"a":1.0,"c\"ä":{"x":[10,20,30],"":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"rename to a name that is there", Rename("/b/", "x"), `{"a":1.0,"b":{"x":[10,20,30],"x":"empty","m/n~o":2},"a":1e3,"\u00e4":{"k":null}}`},
		{"reverse", ReverseKeys(), `{"\u00e4":{"k":null},"a":1e3,"b":{"m/n~o":2,"":"empty","x":[10,20,30]},"a":1.0}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := json.RawMessage(original)
			got, err := tt.edit(doc)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if string(doc) != original {
				t.Errorf("the edit changed its input to %s", doc)
			}
		})
	}
}

func TestEditErrors(t *testing.T) {
	tests := []struct {
		name string
		edit Edit
		doc  string
		want string
	}{
		{"pointer without a slash", Set("a", "1"), original, `set "a": a JSON pointer is empty or begins with /`},
		{"bad escape", Remove("/a~2"), original, `remove "/a~2": in a JSON pointer ~ is written ~0 and / in a name ~1, not "a~2"`},
		{"escape cut off", Remove("/a~"), original, `remove "/a~": in a JSON pointer ~ is written ~0 and / in a name ~1, not "a~"`},
		{"value is not JSON", Set("/a", "hello"), original, `set "/a": the new value is not JSON (a string needs its quotes): byte 0: unexpected 'h', want a value`},
		{"text is not JSON", Set("/a", "1"), `{"a":}`, `set "/a": byte 5: unexpected '}', want a value`},
		{"more than one text", ReverseKeys(), `{} {}`, `reverse the keys of "": byte 3: unexpected '{', want the end: one JSON text holds one value`},
		{"no such parent", Set("/q/r", "1"), original, `set "/q/r": the object has no member "q"`},
		{"no such member", Remove("/b/q"), original, `remove "/b/q": the object has no member "q"`},
		{"no such element", Set("/b/x/3", "1"), original, `set "/b/x/3": the array has no element 3, its length is 3`},
		{"leading zero", Remove("/b/x/01"), original, `remove "/b/x/01": the array has no element "01", want an index from 0`},
		{"negative index", Remove("/b/x/-1"), original, `remove "/b/x/-1": the array has no element "-1", want an index from 0`},
		{"beyond the end", Remove("/b/x/-"), original, `remove "/b/x/-": the array has no element "-", want an index from 0`},
		{"into a scalar", Set("/a/z", "1"), original, `set "/a/z": 1e3 has no member "z", it is neither object nor array`},
		{"remove the whole", Remove(""), original, `remove "": the pointer means the whole text, want a member or an element`},
		{"rename the whole", Rename("", "x"), original, `rename "": the pointer means the whole text, want a member or an element`},
		{"rename an element", Rename("/b/x/0", "x"), original, `rename "/b/x/0": an element of an array has no name`},
		{"rename what is absent", Rename("/q", "x"), original, `rename "/q": the object has no member "q"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.edit(json.RawMessage(tt.doc))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if got != nil {
				t.Errorf("got %s beside the error", got)
			}
		})
	}
}

func TestGet(t *testing.T) {
	tests := []struct {
		pointer, want string
		found         bool
	}{
		{"/a", `1e3`, true},
		{"/b/x", `[10,20,30]`, true},
		{"/b/x/2", `30`, true},
		{"/b/", `"empty"`, true},
		{"/b/m~1n~0o", `2`, true},
		{"/ä/k", `null`, true},
		{"", original, true},
		{"/q", "", false},
		{"/b/x/3", "", false},
		{"/b/x/-", "", false},
		{"/a/b", "", false},
		{"a", "", false},
	}
	for _, tt := range tests {
		got, found := Get(json.RawMessage(original), tt.pointer)
		if string(got) != tt.want || found != tt.found {
			t.Errorf("%q: got %s, %t, want %s, %t", tt.pointer, got, found, tt.want, tt.found)
		}
	}
	if _, found := Get(json.RawMessage(`{"a":1`), "/a"); found {
		t.Error("found a member of a text that is not JSON")
	}
}

func TestEventEdit(t *testing.T) {
	e := build(t, `{"referral":{"ref":"{{ref}}","source":"ADS"}}`, 1, noon)
	before := string(e.JSON)
	edited, err := e.Edit(Remove("/referral/source"), Set("/referral/type", `"OPEN_THREAD"`))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"referral":{"ref":"ref_k3mzq5x7ab_1","type":"OPEN_THREAD"}}`; string(edited.JSON) != want {
		t.Errorf("got  %s\nwant %s", edited.JSON, want)
	}
	if string(e.JSON) != before {
		t.Errorf("the edit changed the first event to %s", e.JSON)
	}
	_, err = e.Edit(Set("/referral/type", `1`), Remove("/nothing"))
	if want := `edit test.variant: remove "/nothing": the object has no member "nothing"`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// document is a drawn JSON text and the pointers to everything below its root.
type document struct {
	text     json.RawMessage
	pointers []string
}

// documents draws objects in compact form, some with a member that occurs twice.
func documents() *rapid.Generator[document] {
	return rapid.Custom(func(t *rapid.T) document {
		var d document
		text := rapid.SampledFrom([]string{"a", "b", "~", "/", "", "ä", "x y", "0", "\"", "\\"})
		scalar := rapid.SampledFrom([]string{`1.0`, `-0`, `1e400`, `"\ud83d"`, `"\/"`, `null`, `true`, `""`, `12345678901234567890`})
		var value func(depth int, pointer string) string
		value = func(depth int, pointer string) string {
			if pointer != "" {
				d.pointers = append(d.pointers, pointer)
			}
			kind := 0
			if pointer == "" {
				kind = 1
			} else if depth < 4 {
				kind = rapid.IntRange(0, 2).Draw(t, "kind")
			}
			var parts []string
			switch kind {
			case 1:
				for range rapid.IntRange(0, 4).Draw(t, "members") {
					name := text.Draw(t, "name")
					step := strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
					parts = append(parts, string(quote(name))+":"+value(depth+1, pointer+"/"+step))
				}
				return "{" + strings.Join(parts, ",") + "}"
			case 2:
				for i := range rapid.IntRange(0, 4).Draw(t, "elements") {
					parts = append(parts, value(depth+1, pointer+"/"+strconv.Itoa(i)))
				}
				return "[" + strings.Join(parts, ",") + "]"
			}
			return scalar.Draw(t, "scalar")
		}
		d.text = json.RawMessage(value(0, ""))
		return d
	})
}

func TestSetThenGet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		value := documents().Draw(t, "value").text
		pointer := rapid.SampledFrom(append(d.pointers, "", "/new")).Draw(t, "pointer")
		edited, err := Set(pointer, string(value))(d.text)
		if _, found := Get(d.text, pointer); !found && pointer != "/new" {
			return // hidden by a later member of the same name
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, found := Get(edited, pointer); !found || string(got) != string(value) {
			t.Fatalf("%s holds %s, %t, want %s", pointer, got, found, value)
		}
		if !json.Valid(edited) {
			t.Fatalf("%s is not JSON", edited)
		}
	})
}

func TestRemoveThenGet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		pointer := rapid.SampledFrom(append(d.pointers, "/new")).Draw(t, "pointer")
		before, found := Get(d.text, pointer)
		edited, err := Remove(pointer)(d.text)
		if found != (err == nil) {
			t.Fatalf("%s: found before is %t, remove says %v", pointer, found, err)
		}
		if err != nil {
			return
		}
		slash := strings.LastIndexByte(pointer, '/')
		if parent, _ := Get(edited, pointer[:slash]); parent[0] == '[' {
			return // the next element takes the place
		}
		if after, found := Get(edited, pointer); found {
			t.Fatalf("%s held %s and now holds %s", pointer, before, after)
		}
	})
}

func TestReverseKeysTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := documents().Draw(t, "document").text
		once, err := ReverseKeys()(text)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := ReverseKeys()(once)
		if err != nil {
			t.Fatal(err)
		}
		if string(twice) != string(text) {
			t.Fatalf("got  %s\nwant %s", twice, text)
		}
	})
}

// FuzzEdit throws foreign texts, pointers and values at the edits: whatever
// they accept must stay JSON, and Set must do what it says.
func FuzzEdit(f *testing.F) {
	f.Add([]byte(original), "/b/x/-", `1`)
	f.Add([]byte(`[{"a":1,"a":2}]`), "/0/a", `{}`)
	f.Add([]byte(`"\ud83d"`), "", `[`)
	f.Fuzz(func(t *testing.T, doc []byte, pointer, value string) {
		edits := map[string]Edit{
			"set": Set(pointer, value), "remove": Remove(pointer), "rename": Rename(pointer, value), "reverse": ReverseKeys(),
		}
		for name, edit := range edits {
			edited, err := edit(doc)
			if err == nil && !json.Valid(edited) {
				t.Fatalf("%s of %q at %q gives %q", name, doc, pointer, edited)
			}
		}
		if _, found := Get(doc, pointer); !found {
			return
		}
		edited, err := Set(pointer, value)(doc)
		if err != nil {
			if json.Valid([]byte(value)) && strings.ToValidUTF8(value, "") == value {
				t.Fatal(err)
			}
			return
		}
		want, err := Set("", value)(doc)
		if err != nil {
			t.Fatal(err)
		}
		if got, found := Get(edited, pointer); !found || string(got) != string(want) {
			t.Fatalf("%q in %q holds %q, want %q", pointer, edited, got, want)
		}
	})
}
