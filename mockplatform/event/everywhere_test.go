package event

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEditsEverywhere(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		edit      Edit
		want      string
	}{
		{"quote at every level", `{"t":1,"a":[{"t":-2.5e3,"u":{"t":"3"}},4],"\u0074":5,"u":6}`, QuoteNumbers("t"),
			`{"t":"1","a":[{"t":"-2.5e3","u":{"t":"3"}},4],"\u0074":"5","u":6}`},
		{"add at every level", `{"a":[{"b":{}},1],"c":null}`, AddMember("x", ` {"y":[1]} `),
			`{"a":[{"b":{"x":{"y":[1]}},"x":{"y":[1]}},1],"c":null,"x":{"y":[1]}}`},
	} {
		got, err := tt.edit(json.RawMessage(tt.doc))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %s, error %v\nwant %s", tt.name, got, err, tt.want)
		}
	}
	for want, change := range map[string]Edit{
		`quote the numbers of "/t": no member "t" has a number`: QuoteNumbers("t"),
		`add "/x": the new value is not JSON`:                   AddMember("x", "y"),
	} {
		if _, err := change(json.RawMessage(`{"t":"1"}`)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
