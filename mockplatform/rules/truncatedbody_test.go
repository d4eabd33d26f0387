package rules_test

import "testing"

func TestTruncatedBody(t *testing.T) {
	spoils(t, disturbed(t, "truncated-body", nil), "broken off in the middle of the body")
}
