package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// outsideWindow is error 10 with the subcode 2018278.
func outsideWindow() Fault {
	return graphFault("outside-window", "Error 10: outside of the allowed window",
		"Code 10 with the subcode 2018278: the person wrote too long ago. Trying again does not help.",
		fault.OutsideWindow)
}
