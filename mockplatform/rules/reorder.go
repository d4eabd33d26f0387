package rules

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// reorder lets the next delivery of the same person go first.
func reorder() Fault {
	return Fault{
		Name: "reorder", Title: "Two deliveries change places",
		Description: "It waits until the next delivery of the same person has passed. Meta does not promise an order, and tells receivers to go by the timestamp.",
		Params:      []Param{duration("within", 10*time.Second, time.Millisecond, 36*time.Hour, "How long it waits at most, on the platform's clock.")},
		slot:        theTime, first: true,
		disturb: func(v values, mark string, d *fault.Disturbance) {
			d.Hold = fault.Hold{Rule: mark, Most: v.duration("within")}
		},
	}
}
