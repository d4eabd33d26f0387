package judge

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestDifferences(t *testing.T) {
	for _, test := range []struct {
		name, want, got string
		differences     []string
	}{
		{"equal", `{"a":[1,"b",null,true]}`, `{"a":[1,"b",null,true]}`, nil},
		{"the order of members", `{"a":1,"b":2}`, `{"b":2,"a":1}`, nil},
		{"another text", `{"a":{"b":"x"}}`, `{"a":{"b":"y"}}`, []string{`/a/b "y", expected "x"`}},
		{"a missing member", `{"a":"x"}`, `{}`, []string{`/a missing, expected "x"`}},
		{"a missing member that is null", `{"a":null}`, `{}`, []string{`/a missing, expected null`}},
		{"a member too many", `{}`, `{"a":{"b":1}}`, []string{`/a {"b":1}, which did not come`}},
		{"several, in order", `{"b":1,"a":2}`, `{"c":3,"a":4}`, []string{
			`/a 4, expected 2`, `/b missing, expected 1`, `/c 3, which did not come`,
		}},
		{"another type", `{"a":"1"}`, `{"a":1}`, []string{`/a 1, expected "1"`}},
		{"an object for a text", `{"a":"x"}`, `{"a":{}}`, []string{`/a {}, expected "x"`}},
		{"a text for an object", `{"a":{"b":1}}`, `{"a":"x"}`, []string{`/a "x", expected {"b":1}`}},
		{"an element of a list", `[1,2]`, `[1,3]`, []string{`/1 3, expected 2`}},
		{"a shorter list", `[1,2]`, `[1]`, []string{` [1], expected [1,2]`}},
		{"null for an object", `{"a":1}`, `null`, []string{` null, expected {"a":1}`}},
		{"every digit counts", `9007199254740993`, `9007199254740992`, []string{` 9007199254740992, expected 9007199254740993`}},
		{"the spelling of a number does not", `[100,0.5]`, `[1e2,0.50]`, nil},
		{"a number that nothing can hold", `1e999`, `2e999`, []string{` 2e999, expected 1e999`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := differences("", Decode([]byte(test.want)), Decode([]byte(test.got))); !slices.Equal(got, test.differences) {
				t.Errorf("the differences are %q, expected %q", got, test.differences)
			}
		})
	}
}

func TestWithoutNulls(t *testing.T) {
	got := withoutNulls(Decode([]byte(`{"a":null,"b":{"c":null,"d":[null,{"e":null}]},"f":false,"g":""}`)))
	want := Decode([]byte(`{"b":{"d":[null,{}]},"f":false,"g":""}`))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("left are %v, expected %v", got, want)
	}
}

func TestCompact(t *testing.T) {
	if got := compact(json.Number("12345678901234567890")); got != "12345678901234567890" {
		t.Errorf("a number became %s", got)
	}
	if got := compact(strings.Repeat("long ", 100)); len(got) > 90 || !strings.HasSuffix(got, "…") {
		t.Errorf("a long text became %s", got)
	}
	if got := compact(func() {}); got == "" {
		t.Error("what is no JSON became nothing")
	}
}

// FuzzDifferences compares documents of a receiver's: nothing differs from
// itself, and a difference shows from both sides.
func FuzzDifferences(f *testing.F) {
	f.Add([]byte(`{"kind":"postback","sender":{"id":"1"},"timestamp_ms":1527459824000}`), []byte(`{"kind":"other","sender":null}`))
	f.Add([]byte(`[1e2,{"a":[]}]`), []byte(`[100,{"a":{}}]`))
	f.Add([]byte(`"\ud800"`), []byte(`nonsense`))
	f.Fuzz(func(t *testing.T, one, other []byte) {
		a, b := Decode(one), Decode(other)
		if off := differences("", a, a); len(off) > 0 {
			t.Errorf("%s differs from itself: %q", one, off)
		}
		if there, back := differences("", a, b), differences("", b, a); (len(there) == 0) != (len(back) == 0) {
			t.Errorf("%s and %s: %q one way, %q the other", one, other, there, back)
		}
		if plain := withoutNulls(a); !reflect.DeepEqual(plain, withoutNulls(plain)) {
			t.Errorf("%s has nulls left: %v", one, plain)
		}
	})
}
