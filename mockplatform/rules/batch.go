package rules

import (
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// batch puts events into one delivery.
func batch() Fault {
	return Fault{
		Name: "batch", Title: "Several events come in one delivery",
		Description: fmt.Sprintf("It waits for the next events that the rule is about, and takes them along, each in an entry of its own. Meta documents up to %d updates in a delivery. A batch counts as one for the rule.", event.MaxPerDelivery),
		Params: []Param{
			count("events", 3, 2, event.MaxPerDelivery, "How many events the delivery has; with fewer it is sent when the time is up."),
			duration("within", 5*time.Second, time.Millisecond, 36*time.Hour, "How long it waits at most, on the platform's clock."),
		},
		slot: theTime, first: true, joins: true,
		disturb: func(v values, mark string, d *fault.Disturbance) {
			d.Hold = fault.Hold{Rule: mark, Most: v.duration("within"), Events: v.count("events")}
		},
	}
}
