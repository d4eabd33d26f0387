package fault_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestTampering(t *testing.T) {
	for name, tt := range map[string]struct {
		fault fault.Fault
		body  string
		want  string
		json  bool
	}{
		"FlipByte at the start":     {fault.FlipByte(fault.Start), body, `z"object":"page","entry":[]}`, false},
		"FlipByte in the middle":    {fault.FlipByte(fault.Middle), body, `{"object":"pagd","entry":[]}`, true},
		"FlipByte at the end":       {fault.FlipByte(fault.End), body, `{"object":"page","entry":[]|`, false},
		"Replace":                   {fault.Replace("page", "user"), body, `{"object":"user","entry":[]}`, true},
		"AppendSpace":               {fault.AppendSpace(), body, body + " ", true},
		"PrependSpace":              {fault.PrependSpace(), body, " " + body, true},
		"InsertSpace":               {fault.InsertSpace(), body, `{"object": "page","entry":[]}`, true},
		"InsertSpace beside text":   {fault.InsertSpace(), `["\",:","\\",1]`, `["\",:", "\\",1]`, true},
		"RemoveSpace":               {fault.RemoveSpace(), spaced, `{"object":"page", "entry": []}`, true},
		"RemoveSpace outside texts": {fault.RemoveSpace(), `["a \" b", 1]`, `["a \" b",1]`, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := apply(t, tt.fault, tt.body)
			if string(r.Body) != tt.want {
				t.Errorf("got %s, want %s", r.Body, tt.want)
			}
			if json.Valid(r.Body) != tt.json {
				t.Errorf("valid JSON: %v", !tt.json)
			}
			if !slices.Equal(fits(r, secret), []bool{false, false}) {
				t.Error("the signature still fits")
			}
			if r.Header.Get(sha256) != genuine(tt.body).Header.Get(sha256) {
				t.Error("the signature changed")
			}
		})
	}
}
