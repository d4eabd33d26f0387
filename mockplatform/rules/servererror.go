package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// serverError is status 500.
func serverError() Fault {
	return graphFault("server-error", "Status 500: an unexpected internal error",
		"The call had no effect. Which errors come with that status is not documented.",
		fault.ServerError)
}
