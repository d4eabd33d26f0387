package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// connectionReset is no answer at all.
func connectionReset() Fault {
	return graphFault("connection-reset", "The connection is reset",
		"There is no answer at all, and the call had no effect; a receiver cannot know that.",
		fault.ConnectionReset)
}
