package rules_test

import "testing"

func TestUnknownMembers(t *testing.T) {
	const member = `"referee_future":{"version":2,"tags":["a",null]}`
	edits(t, disturbed(t, "unknown-members", nil), "with an unknown member in every object",
		`{"entry":[{"time":1,"messaging":[{"timestamp":2,`+member+`},{"timestamp":3,`+member+`}],`+member+`}],`+member+`}`)
}
