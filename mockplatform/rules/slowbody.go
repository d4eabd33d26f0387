package rules

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// slowBody lets the body trickle in.
func slowBody() Fault {
	return Fault{
		Name: "slow-body", Title: "The body comes slowly",
		Description: "A few bytes come at a time, on the real clock. The request is correct, and a receiver has to handle it; the deadline of the delivery goes on.",
		Params:      []Param{duration("over", 2*time.Second, time.Millisecond, time.Minute, "How long the whole body takes.")},
		slot:        thePace,
		disturb: func(v values, _ string, d *fault.Disturbance) {
			d.Faults = append(d.Faults, fault.Slowly(v.duration("over")))
		},
	}
}
