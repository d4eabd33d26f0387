package rules

import "github.com/seed-11445fa1/referee/mockplatform/fault"

// duplicate sends an acknowledged delivery again.
func duplicate() Fault {
	return Fault{
		Name: "duplicate", Title: "A delivery comes again",
		Description: "After it was acknowledged, the same bytes are sent again at once, as when Meta missed the acknowledgement. A receiver has to recognise an event by its mid, or by its sender and timestamp.",
		Params:      []Param{count("times", 1, 1, 10, "How many more times it is sent.")},
		slot:        theCopies, first: true,
		disturb: func(v values, _ string, d *fault.Disturbance) { d.Copies += v.count("times") },
	}
}
