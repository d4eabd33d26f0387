package rules

import (
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// unknownMembers adds members that nobody has heard of.
func unknownMembers() Fault {
	return Fault{
		Name: "unknown-members", Title: "Every object has a member that nobody knows",
		Description: "Each object of the document, at every level, has a member more: referee_future. Meta adds members without notice. The signature is right.",
		slot:        theMembers, first: true,
		disturb: func(_ values, _ string, d *fault.Disturbance) {
			d.Edits = append(d.Edits, fault.Edit{
				What: "with an unknown member in every object", Do: event.AddMember("referee_future", `{"version":2,"tags":["a",null]}`),
			})
		},
	}
}
