package rules_test

import "testing"

func TestApplicationLimit(t *testing.T) {
	if a := answered(t, "application-limit", nil); !says(a, `"code":4`) || a.Header.Get("X-App-Usage") == "" {
		t.Errorf("got %+v", a)
	}
}
