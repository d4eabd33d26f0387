package rules_test

import "testing"

func TestStringTimestamps(t *testing.T) {
	edits(t, disturbed(t, "string-timestamps", nil), "with timestamps that are strings",
		`{"entry":[{"time":1,"messaging":[{"timestamp":"2"},{"timestamp":"3"}]}]}`)
}
