package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// emptyAnswer is an answer without a body.
func emptyAnswer() Fault {
	return graphFault("empty-answer", "Status 200 without a body",
		"A client that always reads JSON fails. The call had no effect.",
		fault.EmptyAnswer)
}
