package rules

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// delay puts a delivery off.
func delay() Fault {
	return Fault{
		Name: "delay", Title: "A delivery comes late",
		Description: "It is sent after a while, on the platform's clock, and those that were emitted after it overtake it.",
		Params:      []Param{duration("by", 5*time.Second, time.Millisecond, 36*time.Hour, "How much later it is sent.")},
		slot:        theTime, first: true,
		disturb: func(v values, _ string, d *fault.Disturbance) { d.Delay = v.duration("by") },
	}
}
