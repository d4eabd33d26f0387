package graph_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestReceipts(t *testing.T) {
	for name, tt := range map[string]struct{ body, person string }{
		"from a person":   {`{"kind":"referral","sender":{"id":"1234"},"recipient":{"id":"5"},"timestamp_ms":1527459824000,"referral":{"ref":"a"}}`, "1234"},
		"from a user_ref": {`{"kind":"postback","sender":{"user_ref":"abc"},"postback":{"title":null}}`, "abc"},
		"from nobody":     {`{"kind":"other"}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", graph.ReceiptsPath, "application/json", tt.body))
			if w.Code != 204 || w.Body.Len() != 0 {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if x.Kind != journal.Receipt || x.Person != tt.person || x.Err != "" || string(x.Request.Body) != tt.body {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

func TestInvalidReceipts(t *testing.T) {
	for name, tt := range map[string]struct{ body, pointer, text string }{
		"an unknown kind":  {`{"kind":"referal","sender":{"id":"1234"}}`, "/kind", "referal"},
		"a text timestamp": {`{"kind":"other","timestamp_ms":"1527459824000"}`, "/timestamp_ms", "is a string"},
		"no kind":          {`{}`, "", "kind"},
		"not JSON":         {`{"kind":`, "-", "not JSON: line 1"},
		"empty":            {``, "-", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", graph.ReceiptsPath, "application/json", tt.body))
			var refusal struct {
				Error    string
				Problems []struct{ Pointer, Message string }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &refusal); err != nil || w.Code != 400 {
				t.Fatalf("status %d, error %v: %s", w.Code, err, w.Body)
			}
			if !strings.HasPrefix(refusal.Error, "the receipt is not valid: ") || !strings.Contains(refusal.Error, tt.text) || x.Err != refusal.Error {
				t.Errorf("got %q, recorded %q", refusal.Error, x.Err)
			}
			if tt.pointer != "-" && (len(refusal.Problems) != 1 || refusal.Problems[0].Pointer != tt.pointer) {
				t.Errorf("problems %v, want one at %q", refusal.Problems, tt.pointer)
			}
			if x.Kind != journal.Receipt {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

func TestOwnPaths(t *testing.T) {
	w, x := do(t, request("GET", graph.ReceiptsPath, "", ""))
	if w.Code != 405 || w.Header().Get("Allow") != "POST" || x.Kind != journal.Receipt || x.Err == "" {
		t.Errorf("status %d, recorded %+v", w.Code, x)
	}
	w, x = do(t, request("POST", graph.ReceiptsPath+"/x", "", "{}"))
	if w.Code != 404 || x.Kind != journal.Unknown || !strings.Contains(w.Body.String(), graph.ReceiptsPath) {
		t.Errorf("status %d, recorded %+v", w.Code, x)
	}
}
