package rules_test

import (
	"testing"
	"time"
)

func TestDelay(t *testing.T) {
	if d := disturbed(t, "delay", nil); d.Delay != 5*time.Second {
		t.Errorf("got %+v", d)
	}
	if d := disturbed(t, "delay", map[string]any{"by": "90m"}); d.Delay != 90*time.Minute {
		t.Errorf("got %+v", d)
	}
}
