package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// temporaryFailure is error 1200.
func temporaryFailure() Fault {
	return graphFault("temporary-failure", "Error 1200: a temporary failure",
		"Meta asks to try again later.",
		fault.TemporaryFailure)
}
