package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// malformedAnswer is broken JSON.
func malformedAnswer() Fault {
	return graphFault("malformed-answer", "Status 200 with JSON that ends too early",
		"A client has to report that it cannot read the answer. The call had no effect.",
		fault.MalformedJSON)
}
