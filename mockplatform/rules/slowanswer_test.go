package rules_test

import (
	"testing"
	"time"
)

func TestSlowAnswer(t *testing.T) {
	if a := answered(t, "slow-answer", map[string]any{"by": "7s"}); a.Delay != 7*time.Second || !a.Pass {
		t.Errorf("got %+v", a)
	}
}
