package rules

import (
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// stringTimestamps writes timestamps as strings.
func stringTimestamps() Fault {
	return Fault{
		Name: "string-timestamps", Title: "Timestamps are strings",
		Description: "Every timestamp is a string of the same digits, as in the samples of the dashboard and on one page of Meta's documentation. The signature is right.",
		slot:        theValues, first: true,
		disturb: func(_ values, _ string, d *fault.Disturbance) {
			d.Edits = append(d.Edits, fault.Edit{What: "with timestamps that are strings", Do: event.QuoteNumbers("timestamp")})
		},
	}
}
