package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// applicationLimit is error 4.
func applicationLimit() Fault {
	return graphFault("application-limit", "Error 4: too many calls by the app",
		"A transient error; X-App-Usage says that the calls are used up. A receiver has to call less, and later.",
		fault.ApplicationLimit)
}
