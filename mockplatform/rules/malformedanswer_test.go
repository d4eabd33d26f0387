package rules_test

import (
	"encoding/json"
	"testing"
)

func TestMalformedAnswer(t *testing.T) {
	if a := answered(t, "malformed-answer", nil); a.Status != 200 || len(a.Body) == 0 || json.Valid(a.Body) {
		t.Errorf("got %+v", a)
	}
}
