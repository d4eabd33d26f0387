package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// truncatedBody breaks off in the middle.
func truncatedBody() Fault {
	return Fault{
		Name: "truncated-body", Title: "The body breaks off",
		Description: "The connection is closed in the middle of the body. A receiver has to survive it and must not handle what came; then the delivery is sent again.",
		slot:        thePace,
		disturb:     func(_ values, _ string, d *fault.Disturbance) { d.Faults = append(d.Faults, fault.BreakOff()) },
	}
}
