package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// invalidToken is error 190.
func invalidToken() Fault {
	return graphFault("invalid-token", "Error 190: the access token is invalid",
		"The token was revoked or has expired. Trying again does not help; somebody has to be told.",
		fault.InvalidToken)
}
