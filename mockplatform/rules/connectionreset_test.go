package rules_test

import "testing"

func TestConnectionReset(t *testing.T) {
	if a := answered(t, "connection-reset", nil); !a.Reset {
		t.Errorf("got %+v", a)
	}
}
