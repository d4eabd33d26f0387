package rules_test

import "testing"

func TestSlowBody(t *testing.T) {
	spoils(t, disturbed(t, "slow-body", nil), "a few bytes at a time, over 2s")
	spoils(t, disturbed(t, "slow-body", map[string]any{"over": "300ms"}), "a few bytes at a time, over 300ms")
}
